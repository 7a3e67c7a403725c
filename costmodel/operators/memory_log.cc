#include "costmodel/operators/memory_log.h"

#include <utility>

namespace costcheck {

class Block {
 public:
  Block(MemoryLog* log, std::int64_t bytes, std::string what)
      : log_(log), bytes_(bytes), what_(std::move(what)) {
    if (log_ != nullptr) log_->Add(bytes_, what_);
  }
  ~Block() {
    if (log_ != nullptr) log_->Add(-bytes_, what_);
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  const std::string& what() const { return what_; }

 private:
  MemoryLog* log_;
  std::int64_t bytes_;
  std::string what_;
};

namespace {

Handle MakeArray(MemoryLog* log, Dimensions sizes, std::int64_t element_bytes, std::string what) {
  Layout layout = ContiguousLayout(std::move(sizes));
  const std::int64_t bytes = layout.Elements() * element_bytes;
  return std::make_shared<const Array>(
      Array{std::move(layout), element_bytes,
            std::make_shared<const Block>(log, bytes, std::move(what))});
}

}  // namespace

Handle MemoryLog::NewArray(Dimensions sizes, std::int64_t element_bytes, std::string what) {
  return MakeArray(this, std::move(sizes), element_bytes, std::move(what));
}

Handle MemoryLog::Outside(Dimensions sizes, std::int64_t element_bytes, std::string what) {
  return MakeArray(nullptr, std::move(sizes), element_bytes, std::move(what));
}

void MemoryLog::Add(std::int64_t bytes, const std::string& what) {
  if (bytes == 0) return;
  live_ += bytes;
  events_.push_back({step_, bytes, live_, what});
}

Handle SharedAs(const Handle& value, Layout layout) {
  return std::make_shared<const Array>(Array{std::move(layout), value->element_bytes,
                                             value->storage, value->base ? value->base : value});
}

Handle LaidOutAs(const Handle& value, Layout layout) {
  return std::make_shared<const Array>(
      Array{std::move(layout), value->element_bytes, value->storage});
}

const std::string& NameOf(const Handle& value) { return value->storage->what(); }

}  // namespace costcheck
