#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>

#include "verify/kernels/key_pattern.h"

namespace costcheck {

/// Makes the pattern of a core from its chosen keys: `index` points to the data of the int32 tensor
/// that was passed (null where none was). Called once in forward and once in backward, so that
/// no pattern lives between them.
using PatternMaker = std::function<std::unique_ptr<KeyPattern>(const std::int32_t* index)>;

/// softmax(q k^T * scale) v over the slots of a pattern, by gathering: per slot w multiply-adds in
/// each of two products forward and four backward, reported to the dispatcher's observers.
///
///   q [B, T, H, w], k and v [B, S, H_kv, w] (any strides, the last 1), index int32 or undefined
///   returns [B, T, H, w], contiguous; a query without unmasked slots gets zeros
///
/// Keeps q, k, v, index and the weights [B, H, slots]. Workspace: none forward; backward one more
/// tensor of the size of the weights. Float and double. Gradients for q, k and v; the same bits
/// at any number of threads.
at::Tensor GatheredAttention(at::Tensor q, at::Tensor k, at::Tensor v, at::Tensor index,
                             PatternMaker make_pattern, double scale);

}  // namespace costcheck
