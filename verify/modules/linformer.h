#pragma once

#include <memory>

#include "verify/modules/module.h"

namespace costcheck {

/// softmax(q (E^T k)^T / sqrt(w)) F^T v: keys and values mixed along the text, from S rows to K
/// (Wang 2020, Eq. 7). E and F [S, K], shared by all heads, without biases.
///
///   lengths   2 products of B*S*K*w*H_kv multiply-adds
///   core      2 of B*H*T*K*w
///
/// each two backward. Plain LibTorch. Keeps q, k, v, the mixed keys and values [B, H_kv, w, K], the
/// weights [B, H, T, K] and the heads' output. A mixed key knows every position, so that no causal
/// mask can be put on it: `causal` is ignored.
std::unique_ptr<Module> MakeLinformer(const Sizes& sizes);

}  // namespace costcheck
