#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "verify/train/dropout.h"

namespace costcheck {

struct CoreSizes {
  std::int64_t batch, length, heads, head_width;
  bool causal;
};

/// D(softmax(q k^T / sqrt(w) + mask)) v of every head of every window, where q, k and v lie side by
/// side in a row.
///
///   projected [B*T, 3*H*w], returns [B*T, H*w]; D drops as `mask` says, where there is one
///
/// Products forward 2*B*H*T*T*w multiply-adds, the masked pairs among them, backward twice that;
/// they are reported as "costcheck::self_attention". Keeps `projected` and the weights before
/// dropout, B*H*T*T numbers; backward holds two more tensors of that size, three with dropout.
at::Tensor SelfAttentionCore(const at::Tensor& projected, const CoreSizes& sizes,
                             const std::optional<DropoutMask>& mask);

}  // namespace costcheck
