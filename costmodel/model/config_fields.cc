#include "costmodel/model/config_fields.h"

#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/model/config_ignored.h"

namespace costcheck {
namespace {

const Integer kLargestSize = 1'000'000'000'000;
constexpr int kMostLayers = 100'000;

bool HoldsNull(const JsonValue& value) {
  return std::holds_alternative<std::monostate>(value.value);
}

/// Says nothing: null, false, an empty list or object.
bool IsVoid(const JsonValue& value) {
  if (const bool* flag = std::get_if<bool>(&value.value)) return !*flag;
  if (const auto* list = std::get_if<JsonList>(&value.value)) return list->empty();
  if (const auto* object = std::get_if<JsonObject>(&value.value)) return object->empty();
  return HoldsNull(value);
}

}  // namespace

Fields::Fields(const JsonObject& object, std::string file, std::vector<std::string>& assumed)
    : file_(std::move(file)), assumed_(&assumed) {
  for (const JsonMember& member : object) members_[member.name] = &member;
}

std::string Fields::PlaceOf(std::string_view name) const {
  const auto found = members_.find(name);
  const bool given = found != members_.end() && found->second->line > 0;
  return file_ + (given ? ":" + std::to_string(found->second->line) : "") + ": " + path_;
}

const JsonValue* Fields::Find(const std::string& name) {
  asked_.insert(name);
  const auto found = members_.find(name);
  if (found == members_.end() || HoldsNull(found->second->value)) return nullptr;
  return &found->second->value;
}

std::vector<const JsonMember*> Fields::Unread() const {
  std::vector<const JsonMember*> unread;
  for (const auto& [name, member] : members_) {
    const bool read = asked_.contains(name) || IsVoid(member->value) || ChangesNoCount(name);
    if (!read) unread.push_back(member);
    if (unread.size() == 100) break;
  }
  return unread;
}

const JsonValue& Fields::Required(const std::string& name) {
  if (const JsonValue* value = Find(name)) return *value;
  std::vector<std::string> unread;
  for (const JsonMember* member : Unread()) unread.push_back(Shorten(member->name));
  const std::string near = NearestName(name, unread);
  Fail(name, "is missing" + (near.empty() ? "" : "; is '" + near + "' meant to be it?"));
}

void Fields::Fail(const std::string& name, const std::string& what) const {
  throw CostError(PlaceOf(name) + name + " " + what);
}

bool Fields::Has(const std::string& name) { return Find(name) != nullptr; }

bool Fields::IsNull(const std::string& name) {
  return Find(name) == nullptr && members_.contains(name);
}

Integer Fields::Whole(const std::string& name, const JsonValue& value, int from) const {
  const auto* number = std::get_if<Integer>(&value.value);
  if (number == nullptr || *number < from) {
    Fail(name, "is " + Describe(value) + ", where a whole number from " + std::to_string(from) +
                   " up is needed");
  }
  if (*number > kLargestSize) Fail(name, "is above 10^12, the largest size");
  return *number;
}

Integer Fields::Size(const std::string& name) {
  const auto fallback = defaults_.find(name);
  if (fallback != defaults_.end()) return Size(name, fallback->second, kLibraryDefault);
  return Whole(name, Required(name), 1);
}

Integer Fields::Size(const std::string& name, const Integer& fallback, std::string_view reason) {
  if (const JsonValue* value = Find(name)) return Whole(name, *value, 1);
  Assume(name + " = " + ToString(fallback), reason);
  return fallback;
}

std::optional<Integer> Fields::OptionalSize(const std::string& name) {
  const JsonValue* value = Find(name);
  return value == nullptr ? std::nullopt : std::optional(Whole(name, *value, 1));
}

Integer Fields::Number(const std::string& name) { return Whole(name, Required(name), 0); }

Integer Fields::Number(const std::string& name, const Integer& fallback) {
  if (Has(name)) return Number(name);
  Assume(name + " = " + ToString(fallback), kLibraryDefault);
  return fallback;
}

int Fields::Layers(const std::string& name) {
  const Integer layers = Size(name);
  if (layers > kMostLayers) Fail(name, "is above 100,000, the most layers of a model");
  return static_cast<int>(*ToInt64(layers));
}

int Fields::Layers(const std::string& name, int fallback, std::string_view reason) {
  if (Has(name)) return Layers(name);
  Assume(name + " = " + std::to_string(fallback), reason);
  return fallback;
}

bool Fields::Flag(const std::string& name, bool fallback) {
  const JsonValue* value = Find(name);
  if (value == nullptr) {
    Assume(name + (fallback ? " = true" : " = false"), kLibraryDefault);
    return fallback;
  }
  if (const bool* flag = std::get_if<bool>(&value->value)) return *flag;
  Fail(name, "is " + Describe(*value) + ", where true or false is needed");
}

std::string Fields::Name(const std::string& field, const JsonValue& value) const {
  const auto* name = std::get_if<std::string>(&value.value);
  if (name != nullptr && Shorten(*name) == *name) return *name;
  Fail(field, "has " + Describe(value) + ", where a name is needed");
}

std::string Fields::Text(const std::string& name) {
  const JsonValue& value = Required(name);
  if (const auto* text = std::get_if<std::string>(&value.value)) return *text;
  Fail(name, "is " + Describe(value) + ", where a text is needed");
}

std::string Fields::Word(const std::string& name) { return Name(name, Required(name)); }

std::string Fields::Word(const std::string& name, const std::string& fallback) {
  if (Has(name)) return Word(name);
  Assume(name + " = " + fallback, kLibraryDefault);
  return fallback;
}

std::vector<std::string> Fields::Words(const std::string& name) {
  const JsonValue* value = Find(name);
  if (value == nullptr) return {};
  const auto* list = std::get_if<JsonList>(&value->value);
  if (list == nullptr) Fail(name, "is " + Describe(*value) + ", where a list of names is needed");
  std::vector<std::string> words;
  for (const JsonValue& item : *list) words.push_back(Name(name, item));
  return words;
}

std::vector<Integer> Fields::Numbers(const std::string& name) {
  const JsonValue* value = Find(name);
  if (value == nullptr) return {};
  const auto* list = std::get_if<JsonList>(&value->value);
  if (list == nullptr) Fail(name, "is " + Describe(*value) + ", where a list of numbers is needed");
  std::vector<Integer> numbers;
  for (const JsonValue& item : *list) numbers.push_back(Whole(name, item, 0));
  return numbers;
}

std::size_t Fields::Members(const std::string& name) {
  const JsonValue& value = Required(name);
  if (const auto* object = std::get_if<JsonObject>(&value.value)) return object->size();
  Fail(name, "is " + Describe(value) + ", where an object is needed");
}

Fields Fields::Inside(const std::string& name, std::initializer_list<const char*> inherited) {
  const JsonValue& value = Required(name);
  const auto* object = std::get_if<JsonObject>(&value.value);
  if (object == nullptr) Fail(name, "is " + Describe(value) + ", where an object is needed");
  Fields inside(*object, file_, *assumed_);
  inside.path_ = path_ + name + ": ";
  for (const char* field : inherited) {
    if (Has(field)) inside.members_.try_emplace(field, members_.find(field)->second);
  }
  return inside;
}

void Fields::Ignore(std::initializer_list<const char*> names) {
  for (const char* name : names) asked_.insert(name);
}

void Fields::Assume(const std::string& what, std::string_view reason) {
  assumed_->push_back(what + ", " + std::string(reason));
}

void Fields::CheckAllKnown(std::string_view model_type) const {
  const std::vector<const JsonMember*> unread = Unread();
  if (unread.empty()) return;
  const std::vector<std::string> known(asked_.begin(), asked_.end());
  const std::string name = Shorten(unread[0]->name);
  throw CostError(PlaceOf(unread[0]->name) + "'" + name + "' is not known as a field of " +
                  std::string(model_type) + ", so what it changes cannot be counted" +
                  DidYouMean(name, known));
}

}  // namespace costcheck
