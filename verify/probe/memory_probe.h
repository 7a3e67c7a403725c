#pragma once

#include <c10/core/DeviceType.h>

#include <cstdint>
#include <memory>

namespace costcheck {

/// Bytes that LibTorch's allocator hands out for this thread between construction and destruction,
/// by its memory reporter: on the CPU as requested (without malloc's rounding), on CUDA as the
/// caching allocator cuts them (rounded up to 512). Counted are blocks of one type of device,
/// allocated while the probe lives, until their release; blocks from before are not seen, nor is
/// their release. Threads that LibTorch starts for a backward pass on CUDA are included, workers
/// inside an operator or at::parallel_for are not: what these allocate is not seen.
///   One probe at a time on a thread, and no LibTorch profiler beside it; constructed and destroyed
/// on one thread.
class MemoryProbe {
 public:
  explicit MemoryProbe(c10::DeviceType device = c10::DeviceType::CPU);
  ~MemoryProbe();
  MemoryProbe(const MemoryProbe&) = delete;
  MemoryProbe& operator=(const MemoryProbe&) = delete;

  std::int64_t live() const;
  std::int64_t peak() const;  ///< greatest value of live() since construction or ResetPeak
  void ResetPeak();           ///< to live()
  /// Allocations and releases seen; none means that nothing was observed.
  std::int64_t events() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace costcheck
