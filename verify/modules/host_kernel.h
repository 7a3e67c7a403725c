#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "costmodel/algebra/error.h"
#include "verify/kernels/gathered_attention.h"

// What it takes to run a kernel of verify/kernels over tensors: operands in the host's memory, a
// scalar type, all threads, and the widest registers that the processor has.

#ifndef _OPENMP
#error "at::parallel_for is header code: without OpenMP it runs on one thread."
#endif

namespace costcheck {

/// Where a kernel can read it: in the host's memory, rows without gaps. Undefined stays undefined.
inline at::Tensor Readable(const at::Tensor& tensor) {
  if (!tensor.defined()) return tensor;
  at::Tensor host = tensor.is_cpu() ? tensor : tensor.cpu();
  return host.size(-1) == 1 || host.stride(-1) == 1 ? host : host.contiguous();
}

/// A tensor [B, rows, heads, w] as a kernel sees it.
template <class Scalar>
HeadRows<Scalar> RowsOf(const at::Tensor& tensor) {
  return {tensor.data_ptr<std::remove_const_t<Scalar>>(), tensor.stride(0), tensor.stride(1),
          tensor.stride(2)};
}

/// Calls `run` with a number of the tensor's type, float or double.
template <class Function>
void ForScalarOf(const at::Tensor& tensor, const Function& run) {
  COSTCHECK_CHECK(tensor.scalar_type() == at::kFloat || tensor.scalar_type() == at::kDouble);
  tensor.scalar_type() == at::kDouble ? run(double{}) : run(float{});
}

#if defined(__x86_64__)
/// The same code for processors with AVX2, twice as fast.
template <auto kMethod, class Kernel, class Range>
__attribute__((target("avx2,fma"), flatten)) void RunWide(const Kernel& kernel,
                                                          const Range& range) {
  (kernel.*kMethod)(range);
}
#endif

/// kernel.kMethod(range), with AVX2 where the processor has it.
template <auto kMethod, class Kernel, class Range>
void RunKernel(const Kernel& kernel, const Range& range) {
#if defined(__x86_64__)
  static const bool is_wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (is_wide) return RunWide<kMethod>(kernel, range);
#endif
  (kernel.*kMethod)(range);
}

/// Calls `run` with every index below `count`, on all threads.
template <class Function>
void ForAll(std::int64_t count, const Function& run) {
  at::parallel_for(0, count, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) run(i);
  });
}

/// Calls `run` with every range of rows of every head.
template <class Function>
void ForRowRanges(const GatherSizes& sizes, std::int64_t rows, const Function& run) {
  constexpr std::int64_t kRowsOfRange = 64;
  const std::int64_t ranges = (rows + kRowsOfRange - 1) / kRowsOfRange;
  ForAll(sizes.sequences * sizes.heads * ranges, [&](std::int64_t i) {
    const std::int64_t head = i / ranges, from = i % ranges * kRowsOfRange;
    run(RowRange{head / sizes.heads, head % sizes.heads, from,
                 std::min(from + kRowsOfRange, rows)});
  });
}

/// Calls `run` with ranges of keys: each reads the whole pattern of its heads, so there are no more
/// of them than keep all threads busy.
template <class Function>
void ForKeyRanges(const GatherSizes& sizes, const Function& run) {
  const std::int64_t heads = sizes.sequences * sizes.key_heads;
  const std::int64_t wanted = heads == 0 ? 1 : (at::get_num_threads() + heads - 1) / heads;
  const std::int64_t ranges =
      std::clamp<std::int64_t>(wanted, 1, std::max<std::int64_t>(sizes.keys, 1));
  ForAll(heads * ranges, [&](std::int64_t i) {
    const std::int64_t head = i / ranges, part = i % ranges;
    run(KeyRange{head / sizes.key_heads, head % sizes.key_heads, part * sizes.keys / ranges,
                 (part + 1) * sizes.keys / ranges});
  });
}

}  // namespace costcheck
