#include "verify/probe/kept_probe.h"

#include <ATen/record_function.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/saved_variable_hooks.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/probe/operator_kinds.h"

#ifndef NDEBUG
#error "RecordFunction has another layout without NDEBUG than in the library: compile with -DNDEBUG"
#endif

namespace costcheck {
namespace {

/// The storages that saved tensors hold now.
class Registry {
 public:
  void Add(const at::Tensor& tensor, const std::string& saved_by) {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[StorageOf(tensor)];
    if (entry.holders == 0) {
      entry.order = ++added_;
      entry.tensor = {saved_by, ShapeText(tensor),
                      static_cast<std::int64_t>(tensor.storage().nbytes()), 0, false};
    }
    ++entry.holders;
    ++entry.tensor.saves;
  }

  void Remove(const at::Tensor& tensor) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(StorageOf(tensor));
    if (--found->second.holders == 0) entries_.erase(found);
  }

  std::vector<SavedTensor> List(const std::vector<at::Tensor>& others) const {
    const std::lock_guard lock(mutex_);
    std::map<std::int64_t, SavedTensor> in_order;
    for (const auto& [storage, entry] : entries_) {
      SavedTensor& listed = in_order[entry.order] = entry.tensor;
      listed.held_anyway = std::ranges::any_of(others, [at = storage](const at::Tensor& other) {
        return other.defined() && other.has_storage() && StorageOf(other) == at;
      });
    }
    std::vector<SavedTensor> list;
    for (auto& [order, tensor] : in_order) list.push_back(std::move(tensor));
    return list;
  }

 private:
  struct Entry {
    std::int64_t holders = 0;
    std::int64_t order = 0;
    SavedTensor tensor;
  };

  static const void* StorageOf(const at::Tensor& tensor) {
    return tensor.storage().unsafeGetStorageImpl();
  }

  mutable std::mutex mutex_;
  std::int64_t added_ = 0;
  std::map<const void*, Entry> entries_;
};

// Set while a probe lives.
std::mutex mutex;
std::shared_ptr<Registry> active;

/// The operators that this thread is in, outermost first.
thread_local std::vector<std::string> running;

struct Running : at::ObserverContext {};

std::unique_ptr<at::ObserverContext> Enter(const at::RecordFunction& function) {
  running.emplace_back(function.name());
  return std::make_unique<Running>();
}

void Leave(const at::RecordFunction&, at::ObserverContext* context) {
  if (context != nullptr) running.pop_back();
}

/// Holds one saved tensor, as autograd would without it: alive until backward has used it.
class Holder : public torch::autograd::SavedVariableHooks {
 public:
  explicit Holder(std::shared_ptr<Registry> registry) : registry_(std::move(registry)) {}

  ~Holder() override {
    if (counted_) registry_->Remove(tensor_);
  }

  void call_pack_hook(const at::Tensor& tensor) override {
    const std::string saved_by = running.empty() ? "" : running.back();
    // Detached: an operator's own output, held with its history, would hold itself for ever.
    tensor_ = tensor.detach();
    counted_ = tensor_.has_storage();
    if (counted_) registry_->Add(tensor_, saved_by);
  }

  at::Tensor call_unpack_hook() override { return tensor_; }

 private:
  std::shared_ptr<Registry> registry_;
  at::Tensor tensor_;
  bool counted_ = false;
};

class KeepingEngine : public torch::autograd::Engine {
 public:
  std::unique_ptr<torch::autograd::SavedVariableHooks> get_default_saved_variable_hooks() override {
    const std::lock_guard lock(mutex);
    return active == nullptr ? nullptr : std::make_unique<Holder>(active);
  }
};

torch::autograd::Engine& TheKeepingEngine() {
  // Never destroyed, as its threads (for CUDA) may outlive static objects.
  static auto* const engine = new KeepingEngine;
  return *engine;
}

}  // namespace

struct KeptProbe::State {
  std::shared_ptr<Registry> registry = std::make_shared<Registry>();
  at::CallbackHandle handle = at::INVALID_CALLBACK_HANDLE;
};

KeptProbe::KeptProbe() : state_(std::make_unique<State>()) {
  {
    const std::lock_guard lock(mutex);
    COSTCHECK_CHECK(active == nullptr);
    active = state_->registry;
  }
  state_->handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback(&Enter, &Leave).scopes({at::RecordScope::FUNCTION}));
  torch::autograd::set_default_engine_stub(&TheKeepingEngine);
}

KeptProbe::~KeptProbe() {
  torch::autograd::set_default_engine_stub(&torch::autograd::Engine::get_base_engine);
  at::removeCallback(state_->handle);
  const std::lock_guard lock(mutex);
  active = nullptr;
}

std::vector<SavedTensor> KeptProbe::Kept(const std::vector<at::Tensor>& others) const {
  return state_->registry->List(others);
}

std::int64_t KeptBytes(const std::vector<SavedTensor>& kept) {
  std::int64_t bytes = 0;
  for (const SavedTensor& tensor : kept) bytes += tensor.held_anyway ? 0 : tensor.bytes;
  return bytes;
}

}  // namespace costcheck
