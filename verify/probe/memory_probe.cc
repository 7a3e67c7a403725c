#include "verify/probe/memory_probe.h"

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>
#include <memory_resource>
#include <mutex>
#include <unordered_map>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

// The totals are int64_t up to LibTorch 1.13 and size_t later: taken from the function itself.
template <class Function>
struct TotalOf;
template <class Class, class Total>
struct TotalOf<void (Class::*)(void*, std::int64_t, Total, Total, c10::Device)> {
  using Type = Total;
};
using Total = TotalOf<decltype(&c10::MemoryReportingInfoBase::reportMemoryUsage)>::Type;

class Reporter : public c10::MemoryReportingInfoBase {
 public:
  struct Bytes {
    std::int64_t live = 0;
    std::int64_t peak = 0;
    std::int64_t events = 0;
  };

  explicit Reporter(c10::DeviceType device) : device_(device) {}

  bool memoryProfilingEnabled() const override { return true; }

  void reportMemoryUsage(void* block, std::int64_t size, Total, Total,
                         c10::Device device) override {
    if (device.type() != device_) return;
    const std::lock_guard lock(mutex_);
    if (size > 0) {
      Allocated(block, size);
    } else {
      Released(block);
    }
  }

  Bytes bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

  void ResetPeak() {
    const std::lock_guard lock(mutex_);
    bytes_.peak = bytes_.live;
  }

 private:
  void Allocated(void* block, std::int64_t size) {
    // An address that is handed out again was released where nothing reports it.
    std::int64_t& held = blocks_[block];
    bytes_.live += size - held;
    held = size;
    bytes_.peak = std::max(bytes_.peak, bytes_.live);
    ++bytes_.events;
  }

  void Released(void* block) {
    const auto found = blocks_.find(block);
    if (found == blocks_.end()) return;
    bytes_.live -= found->second;
    blocks_.erase(found);
    ++bytes_.events;
  }

  const c10::DeviceType device_;
  mutable std::mutex mutex_;
  // A pool: single nodes among the step's tensors make malloc return its heap's end to the system
  // and fetch it again, which costs far more than the table.
  std::pmr::unsynchronized_pool_resource pool_;
  std::pmr::unordered_map<void*, std::int64_t> blocks_{1024, &pool_};
  Bytes bytes_;
};

}  // namespace

struct MemoryProbe::State {
  explicit State(c10::DeviceType device)
      : reporter(std::make_shared<Reporter>(device)),
        guard(c10::DebugInfoKind::PROFILER_STATE, reporter) {}

  std::shared_ptr<Reporter> reporter;
  c10::DebugInfoGuard guard;
};

MemoryProbe::MemoryProbe(c10::DeviceType device) {
  constexpr auto kKind = c10::DebugInfoKind::PROFILER_STATE;
  COSTCHECK_CHECK(c10::ThreadLocalDebugInfo::get(kKind) == nullptr);
  state_ = std::make_unique<State>(device);
}

MemoryProbe::~MemoryProbe() = default;

std::int64_t MemoryProbe::live() const { return state_->reporter->bytes().live; }

std::int64_t MemoryProbe::peak() const { return state_->reporter->bytes().peak; }

void MemoryProbe::ResetPeak() { state_->reporter->ResetPeak(); }

std::int64_t MemoryProbe::events() const { return state_->reporter->bytes().events; }

}  // namespace costcheck
