#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "costmodel/operators/layout.h"

// Storages while they are alive: the moment the last array that shares one is gone, its bytes are
// released, as LibTorch's are.

namespace costcheck {

struct MemoryEvent {
  std::string step;        ///< "forward", "backward", "optimizer"
  std::int64_t bytes = 0;  ///< below 0: released
  std::int64_t live = 0;   ///< after it
  std::string what;        ///< "weights", "gradient of q.weight"
};

class Block;
using Storage = std::shared_ptr<const Block>;

/// An array in a storage, alone or with others.
struct Array {
  Layout layout;
  std::int64_t element_bytes = 0;
  Storage storage;
  /// Of a view, the array that it is one of, which it keeps alive, as LibTorch's do without
  /// gradients too.
  std::shared_ptr<const Array> base{};
};
using Handle = std::shared_ptr<const Array>;

/// Must outlive every storage that it handed out.
class MemoryLog {
 public:
  MemoryLog() = default;
  MemoryLog(const MemoryLog&) = delete;
  MemoryLog& operator=(const MemoryLog&) = delete;

  Handle NewArray(Dimensions sizes, std::int64_t element_bytes, std::string what);
  /// An array that is there before and after all of this, and is not counted.
  static Handle Outside(Dimensions sizes, std::int64_t element_bytes, std::string what);

  void SetStep(std::string step) { step_ = std::move(step); }
  std::int64_t live() const { return live_; }
  const std::vector<MemoryEvent>& events() const { return events_; }

 private:
  friend class Block;
  void Add(std::int64_t bytes, const std::string& what);

  std::string step_;
  std::int64_t live_ = 0;
  std::vector<MemoryEvent> events_;
};

/// A view: the storage of `value` under another layout.
Handle SharedAs(const Handle& value, Layout layout);
/// No view, but an array that lies so from the start, in place of `value`.
Handle LaidOutAs(const Handle& value, Layout layout);

/// What the storage was allocated for.
const std::string& NameOf(const Handle& value);

}  // namespace costcheck
