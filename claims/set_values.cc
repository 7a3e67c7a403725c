#include "claims/set_values.h"

#include <algorithm>

#include "costmodel/algebra/error.h"
#include "costmodel/query/names.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

constexpr char kPlace[] = "set";

template <class Element, class Other>
bool Holds(const std::vector<Element>& list, const Other& element) {
  return std::find(list.begin(), list.end(), element) != list.end();
}

/// 0 and 1 switch things off and on.
bool IsSwitch(const Rational& number) { return number == 0 || number == 1; }

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
  const auto at = std::find_if(entries_.begin(), entries_.end(),
                               [name](const Entry& entry) { return entry.name == name; });
  if (at != entries_.end() && at->number) return at->number;
  return settings().Get(name).AsRational();
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
        return *other->number == *entry->number;
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
