#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// Dense attention, every score written to memory.
///
///   FLOPs forward = 2 * 2*P*H*w * B*L, P pairs: T(T+1)/2 causal, T*S otherwise
///   scores kept   = B*H*P elements (the softmax's output) a layer
///
/// T queries, S keys (tokens); H heads of width w; B sequences; L layers.
/// Counted: scores q k^T and values, w multiply-adds a pair each; scale and
/// softmax beside them. Left out: masking, dropout. Executed: T*S pairs, as of a
/// product under a mask. Decode: 1*S pairs, K and V caches of S rows. Exact.
/// Source: Vaswani 2017, Eq. 1; H_kv < H: Shazeer 2019, Ainslie 2023.
extern const Component kFull;

}  // namespace costcheck
