#pragma once

#include <memory>

#include "verify/modules/module.h"

namespace costcheck {

/// softmax(q k^T / sqrt(w)) v over all keys, with every score in memory (Vaswani 2017, Eq. 1); the
/// query heads of a group share keys and values (Shazeer 2019, Ainslie 2023).
///
///   T queries, S keys, aligned at the end; causal: an additive mask [T, S], a buffer
///
/// Plain LibTorch: two dense products of B*H*T*S*w multiply-adds under the mask, each two backward.
/// Keeps q, k, v, the weights [B, H, T, S] and the heads' output. A query before the first key
/// (causal, T > S) gets zeros, by a second mask [T, 1], which is there in this case alone.
std::unique_ptr<Module> MakeFull(const Sizes& sizes);

}  // namespace costcheck
