#include "costmodel/model/config_json.h"

#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr std::size_t kMaxLevels = 64, kMaxValues = 200'000, kMaxShown = 60;

using Json = nlohmann::json;
constexpr int kNumberOverflow = 406;  // the parser's id of an error: no double holds the number

/// Goes through a text and counts the ends of lines behind it.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, int& line) : at_(at), line_(&line) {}

  const char& operator*() const { return *at_; }
  CountingIterator& operator++() {
    if (*at_++ == '\n') ++*line_;
    return *this;
  }
  CountingIterator operator++(int) {
    const CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  int* line_;
};

/// Takes the parser's events. Containers that are open lie on a stack of our own.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  /// The value that the text is.
  JsonValue Build() {
    const CountingIterator begin(text_.data(), line_);
    const CountingIterator end(text_.data() + text_.size(), line_);
    Json::sax_parse(begin, end, this);
    return std::move(result_);
  }

  bool null() override { return Add({}); }
  bool boolean(bool value) override { return Add({value}); }
  bool number_integer(number_integer_t value) override { return Add({Integer(value)}); }
  bool number_unsigned(number_unsigned_t value) override { return Add({Integer(value)}); }
  bool number_float(number_float_t, const string_t& text) override { return Add({JsonReal{text}}); }
  bool string(string_t& text) override { return Add({std::move(text)}); }
  bool binary(binary_t&) override { return false; }  // JSON text has none

  bool start_object(std::size_t) override { return Open({JsonObject()}); }
  bool start_array(std::size_t) override { return Open({JsonList()}); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    Container& open = open_.back();
    if (!open.names.insert(name).second) Fail("'" + Shorten(name) + "' is given twice");
    open.name = std::move(name);
    open.line = line_;
    return true;
  }

  bool parse_error(std::size_t position, const std::string& last,
                   const nlohmann::detail::exception& error) override;

 private:
  struct Container {
    JsonValue value;
    std::string name{};             ///< of the member that comes next
    int line = 0;                   ///< where that stands
    std::set<std::string> names{};  ///< of members so far
  };

  bool Add(JsonValue value);
  bool Open(JsonValue container) {
    if (open_.size() == kMaxLevels) Fail("lists and objects lie more than 64 levels deep");
    open_.push_back({std::move(container)});
    return true;
  }
  bool Close() {
    JsonValue closed = std::move(open_.back().value);
    open_.pop_back();
    return Add(std::move(closed));
  }
  [[noreturn]] void Fail(const std::string& what) const {
    throw CostError(std::string(file_) + ":" + std::to_string(line_) + ": " + what);
  }

  std::string_view text_, file_;
  int line_ = 1;  ///< that the parser has come to
  std::vector<Container> open_;
  std::size_t values_ = 0;
  JsonValue result_;
};

bool Builder::Add(JsonValue value) {
  if (++values_ > kMaxValues) Fail("more than 200,000 values are no model's configuration");
  if (open_.empty()) {
    result_ = std::move(value);
    return true;
  }
  Container& open = open_.back();
  if (auto* list = std::get_if<JsonList>(&open.value.value)) {
    list->push_back(std::move(value));
  } else {
    auto& object = std::get<JsonObject>(open.value.value);
    object.push_back({std::move(open.name), std::move(value), open.line});
  }
  return true;
}

bool Builder::parse_error(std::size_t position, const std::string& last,
                          const nlohmann::detail::exception& error) {
  if (text_.find_first_not_of(" \t\r\n") == text_.npos) Fail("the file is empty");
  if (error.id == kNumberOverflow) {
    const bool named = !open_.empty() && !open_.back().name.empty();
    const std::string name = named ? Shorten(open_.back().name) : "a number";
    Fail(name + " is " + Shorten(last) + ", which is beyond every size");
  }
  if (position > text_.size()) Fail("the text ends before its JSON does");
  // Both fail at their first letter.
  if (last.ends_with('N') || last.ends_with('I')) Fail("NaN and Infinity are not numbers of JSON");
  // "[json.exception...] parse error at line 3, column 5: what it is"
  const std::string what = error.what();
  const std::size_t colon = what.find(": ");
  Fail("this is not JSON" + (colon == what.npos ? "" : what.substr(colon, 160)));
}

}  // namespace

std::string Shorten(const std::string& text) {
  std::size_t size = std::min(text.size(), kMaxShown);
  const auto continues = [&text](std::size_t at) { return (text[at] & 0xC0) == 0x80; };  // UTF-8
  while (size > 0 && size < text.size() && continues(size)) --size;
  std::string shown = text.substr(0, size) + (size < text.size() ? "..." : "");
  for (char& byte : shown) {
    if (static_cast<unsigned char>(byte) < ' ' || byte == '\x7f') byte = '?';
  }
  return shown;
}

std::string Describe(const JsonValue& value) {
  struct Words {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(const Integer& number) const { return ToString(number); }
    std::string operator()(const JsonReal& real) const { return Shorten(real.text); }
    std::string operator()(const std::string& text) const { return "\"" + Shorten(text) + "\""; }
    std::string operator()(const JsonList&) const { return "a list"; }
    std::string operator()(const JsonObject&) const { return "an object"; }
  };
  return std::visit(Words(), value.value);
}

JsonObject ParseJsonObject(std::string_view text, std::string_view file) {
  JsonValue value = Builder(text, file).Build();
  if (auto* object = std::get_if<JsonObject>(&value.value)) return std::move(*object);
  throw CostError(std::string(file) + ": the file is " + Describe(value) +
                  ", where an object of fields is needed");
}

}  // namespace costcheck
