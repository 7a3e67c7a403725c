#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace costcheck {

/// Rows [n, w] of one sequence and head of a tensor [B, n, H, w]: a view.
inline at::Tensor OfHead(const at::Tensor& of, std::int64_t sequence, std::int64_t head) {
  return of.select(0, sequence).select(1, head);
}

/// Calls `run` with every sequence and head.
template <class Function>
void ForEachHead(std::int64_t sequences, std::int64_t heads, const Function& run) {
  for (std::int64_t b = 0; b < sequences; ++b) {
    for (std::int64_t h = 0; h < heads; ++h) run(b, h);
  }
}

}  // namespace costcheck
