#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// A window of W keys, and G leading global tokens that every query sees.
///
///   causal     g(n) = min(n, W) + min(max(n - W, 0), G): the globals are causal too
///   both ways  the window of sliding_window, every query to the G globals, and
///              the globals to all S keys
///   FLOPs = 2 * 2*P*H*w * B*L
///
/// W keys, the query's own among them; G tokens. `global_projections` 1: the
/// global queries have projections of their own, q for G tokens, k and v for all
/// S: d*H*w + 2*d*H_kv*w further parameters. Decode: they run
/// only while the new token is a global one. Unmasked (causal form) T*min(W+G, S);
/// executed = useful: band and gathered columns. Decode keeps all S rows cached.
/// Rows before the first key (T > S) are not global. Exact.
/// Source: Beltagy 2020 (Longformer), Sec. 3.1.
extern const Component kWindowGlobal;

}  // namespace costcheck
