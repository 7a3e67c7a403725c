#pragma once

#include <memory>

#include "verify/modules/module.h"

namespace costcheck {

/// Attention through feature maps (Katharopoulos 2020, Eq. 9 to 12): no query meets a key.
///
///   out_i = f_i^T A / (f_i . c),   A = sum of g_j v_j^T,   c = sum of g_j,   f = phi(q), g =
///   phi(k)
///
/// over all keys, or, causal, over those up to position S - T + i. `feature_map` 0: phi(x) =
/// elu(x) + 1, m = w features; 1: phi(x) = exp(x R), R [w, m] a buffer of normal numbers times
/// w^(-1/4) (Choromanski 2020, Sec. 2.3, Eq. 5, with h = 1).
///
///   A        B*S*m*w*H_kv multiply-adds     reading it   B*T*m*w*H
///   x R      B*(T*H + S*H_kv)*w*m, and once more backward
///
/// Backward both of A and of reading it twice; causal, A is summed up once more there, as in
/// Katharopoulos' Algorithm 1: no state but the current one is ever held. The normaliser f . c is
/// made of elementwise products and sums.
///
/// Not causal: plain LibTorch. Keeps f, g, v, A, c, f^T A, the normaliser and the output.
/// Workspace: one tensor [B, H, T, m]. Causal: an autograd function of our own with a running A.
/// Keeps f, g, v, f^T A, the normaliser and the output. Workspace: B*H_kv*m*(w + 1) elements,
/// forward and backward. A query before the first key (T > S) gets zeros.
///
/// CostError if feature_map is neither 0 nor 1, or is 0 and m is not w.
std::unique_ptr<Module> MakeLinear(const Sizes& sizes);

}  // namespace costcheck
