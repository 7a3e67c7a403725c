#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// Attention to a window of W keys, the query's own among them.
///
///   causal   a - W < j <= a:  P = T(T+1)/2 if T <= W, else W(W+1)/2 + (T-W) W
///   both ways  a - floor(W/2) <= j < a + W - floor(W/2)
///   FLOPs = 2 * 2*P*H*w * B*L
///
/// T tokens, W keys, H heads of width w. Executed = useful: the kernel follows
/// the band. Decode: caches of min(S, W) rows, a rolling buffer. Exact.
/// Source: Beltagy 2020 (Longformer), Sec. 3.1; Jiang 2023 (Mistral 7B), Sec. 2.
extern const Component kSlidingWindow;

}  // namespace costcheck
