#include "verify/train/checkpoint.h"

#include <bit>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <type_traits>
#include <utility>

#include "costmodel/algebra/error.h"
#include "evidence/files.h"
#include "evidence/hash.h"

namespace costcheck {
namespace {

static_assert(std::endian::native == std::endian::little);

namespace fs = std::filesystem;

constexpr std::string_view kHead = "costcheck checkpoint 1\n";
constexpr std::string_view kKind = "costcheck checkpoint ";
constexpr std::size_t kHashDigits = 64;

/// One list of the fields serves writing and reading: `archive(field)` for each.
class Writer {
 public:
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void operator()(const Number& number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  void operator()(const std::string& text) {
    Count(text.size());
    bytes_ += text;
  }
  void operator()(const std::vector<float>& numbers) {
    Count(numbers.size());
    bytes_.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float));
  }
  void operator()(const std::optional<double>& number) {
    (*this)(number.has_value());
    (*this)(number.value_or(0));
  }
  template <class Item>
  void operator()(const std::vector<Item>& items);

  std::string Take() { return std::move(bytes_); }

 private:
  void Count(std::size_t count) { (*this)(static_cast<std::uint64_t>(count)); }

  std::string bytes_;
};

class Reader {
 public:
  Reader(std::string_view bytes, std::string place) : rest_(bytes), place_(std::move(place)) {}

  template <class Number>
  requires std::is_arithmetic_v<Number>
  void operator()(Number& number) {
    std::memcpy(&number, Take(sizeof number).data(), sizeof number);
  }
  void operator()(std::string& text) { text = Take(Count(1)); }
  void operator()(std::vector<float>& numbers) {
    numbers.resize(Count(sizeof(float)));
    const std::string_view bytes = Take(numbers.size() * sizeof(float));
    std::memcpy(numbers.data(), bytes.data(), bytes.size());
  }
  void operator()(std::optional<double>& number) {
    bool there = false;
    double value = 0;
    (*this)(there);
    (*this)(value);
    number = there ? std::optional(value) : std::nullopt;
  }
  template <class Item>
  void operator()(std::vector<Item>& items);

  bool AtEnd() const { return rest_.empty(); }
  [[noreturn]] void Fail(const std::string& reason) const {
    throw CostError(place_ + ": " + reason);
  }

 private:
  /// Of items that take at least `bytes` each.
  std::size_t Count(std::size_t bytes) {
    std::uint64_t count = 0;
    (*this)(count);
    if (count > rest_.size() / bytes) Fail("the checkpoint is cut short");
    return static_cast<std::size_t>(count);
  }
  std::string_view Take(std::size_t count) {
    if (count > rest_.size()) Fail("the checkpoint is cut short");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string_view rest_;
  std::string place_;
};

template <class Archive, class Point>
requires std::is_same_v<std::remove_const_t<Point>, EpochPoint>
void Fields(Archive& archive, Point& point) {
  archive(point.epoch);
  archive(point.step);
  archive(point.training_loss);
  archive(point.validation_loss);
  archive(point.expected_loss);
}

template <class Archive, class Numbers>
requires std::is_same_v<std::remove_const_t<Numbers>, std::vector<float>>
void Fields(Archive& archive, Numbers& numbers) { archive(numbers); }

template <class Archive, class Whole>
requires std::is_same_v<std::remove_const_t<Whole>, Checkpoint>
void Fields(Archive& archive, Whole& checkpoint) {
  archive(checkpoint.run);
  archive(checkpoint.step);
  archive(checkpoint.parameters);
  archive(checkpoint.optimizer);
  archive(checkpoint.curve);
  archive(checkpoint.loss_sum);
  archive(checkpoint.loss_count);
  archive(checkpoint.last_epoch_sum);
  archive(checkpoint.last_loss);
  archive(checkpoint.step_flops);
  archive(checkpoint.seconds);
}

template <class Item>
void Writer::operator()(const std::vector<Item>& items) {
  Count(items.size());
  for (const Item& item : items) Fields(*this, item);
}

template <class Item>
void Reader::operator()(std::vector<Item>& items) {
  items.resize(Count(1));
  for (Item& item : items) Fields(*this, item);
}

}  // namespace

std::string CheckpointBytes(const Checkpoint& checkpoint) {
  Writer writer;
  Fields(writer, checkpoint);
  const std::string body = writer.Take();
  return std::string(kHead) + Sha256(body) + "\n" + body;
}

Checkpoint ParseCheckpoint(const std::string& bytes, const std::string& place) {
  const std::string_view all = bytes;
  if (!all.starts_with(kKind)) throw CostError(place + ": this is no checkpoint of costcheck");
  const std::size_t body = kHead.size() + kHashDigits + 1;
  if (!all.starts_with(kHead)) {
    throw CostError(place + ": the checkpoint is of another version of the format");
  }
  if (all.size() < body) throw CostError(place + ": the checkpoint is cut short");
  if (all.substr(kHead.size(), kHashDigits) != Sha256(all.substr(body)) || all[body - 1] != '\n') {
    throw CostError(place + ": the checkpoint is damaged; its checksum is another one");
  }
  Reader reader(all.substr(body), place);
  Checkpoint checkpoint;
  Fields(reader, checkpoint);
  if (!reader.AtEnd()) reader.Fail("the checkpoint is longer than what it says it holds");
  return checkpoint;
}

void WriteCheckpoint(const std::string& path, const Checkpoint& checkpoint) {
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) MakeFolder(folder.string());
  ReplaceFile(path, CheckpointBytes(checkpoint));
}

std::optional<Checkpoint> ReadCheckpoint(const std::string& path, const std::string& run) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  Checkpoint checkpoint = ParseCheckpoint(ReadWholeFile(path), path);
  if (checkpoint.run == run) return checkpoint;
  throw CostError(path + ": this checkpoint is of another run, " + checkpoint.run + ", not " + run);
}

}  // namespace costcheck
