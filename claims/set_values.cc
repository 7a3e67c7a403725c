#include "claims/set_values.h"

#include <algorithm>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/rational_order.h"
#include "costmodel/query/names.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

constexpr char kPlace[] = "set";

bool Holds(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
bool Holds(const std::vector<Rational>& numbers, const Rational& number) {
  return std::any_of(numbers.begin(), numbers.end(),
                     [&](const Rational& other) { return IsSame(other, number); });
}

/// 0 and 1 switch things off and on.
bool IsSwitch(const Rational& number) { return IsSame(number, 0) || IsSame(number, 1); }

}  // namespace

SetValues SetValues::With(const std::string& text) const {
  return With(At(kPlace, [&] { return SplitArguments(text); }));
}

SetValues SetValues::With(const std::vector<Argument>& own) const {
  SetValues result = *this;
  result.settings_.reset();
  result.assignments_ = assignments_.With(own, kPlace);
  for (const Argument& argument : own) result.Put(argument);
  return result;
}

void SetValues::Put(const Argument& argument) {
  Entry entry = {argument.name, argument.text, ParseNumber(argument.text), false};
  if (entry.number) {
    entry.is_switch = IsSwitch(*entry.number);
    At(entry.name + "=" + entry.text, [&] { CheckValue(SymbolNamed(entry.name), *entry.number); });
  }
  const auto at =
      std::lower_bound(entries_.begin(), entries_.end(), entry.name,
                       [](const Entry& e, const std::string& name) { return e.name < name; });
  if (at != entries_.end() && at->name == entry.name) {
    *at = std::move(entry);
  } else {
    entries_.insert(at, std::move(entry));
  }
}

const Settings& SetValues::settings() const {
  if (!settings_) settings_ = assignments_.Resolve();
  return *settings_;
}

std::optional<Rational> SetValues::ValueOf(std::string_view name) const {
  if (const std::optional<Rational> number = NumberOf(name)) return number;
  if (name == "H" && !Has("H")) {
    // By far the most frequent default; what follows would come to the same.
    const std::optional<Rational> model = NumberOf("d"), head = NumberOf("w");
    if (model && head && *head != 0) return *model / *head;
  }
  return settings().Get(name).AsRational();
}

std::optional<Rational> SetValues::NumberOf(std::string_view name) const {
  const auto at = std::find_if(entries_.begin(), entries_.end(),
                               [name](const Entry& entry) { return entry.name == name; });
  return at == entries_.end() ? std::nullopt : at->number;
}

/// The number of an expression; the text of a list, and of what is open.
Argument SetValues::Bound(const Entry& entry) const {
  if (entry.number || entry.text.starts_with('[')) return {entry.name, entry.text};
  const std::optional<Rational> value = ValueOf(entry.name);
  return {entry.name, value ? ToString(*value) : entry.text};
}

SetValues::Pattern SetValues::PatternOf(const FreeNames& free) const {
  Pattern pattern;
  std::vector<const Entry*> symbols;
  for (const Entry& entry : entries_) {
    if (entry.number && !entry.is_switch && Holds(free.symbols, entry.name)) {
      symbols.push_back(&entry);
      continue;
    }
    const bool stays = !entry.number && Holds(free.expressions, entry.name);
    pattern.assignments.push_back(stays ? Argument{entry.name, entry.text} : Bound(entry));
    if (stays || entry.is_switch) continue;
    const auto number = entry.number ? entry.number : ParseNumber(pattern.assignments.back().text);
    if (number && !IsSwitch(*number)) pattern.bound.push_back(*number);
  }
  for (const Entry* entry : symbols) {
    std::string text = entry->name;
    if (Holds(pattern.bound, *entry->number)) {
      text = entry->text;
    } else {
      const auto same = std::find_if(symbols.begin(), symbols.end(), [&](const Entry* other) {
        return IsSame(*other->number, *entry->number);
      });
      text = (*same)->name;
      pattern.values[text] = *entry->number;
    }
    pattern.assignments.push_back({entry->name, text});
  }
  for (const auto& [name, text] : pattern.assignments) pattern.key += name + "=" + text + ";";
  return pattern;
}

}  // namespace costcheck
