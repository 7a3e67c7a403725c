#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "costmodel/algebra/error.h"
#include "verify/experiments/enum_names.h"
#include "verify/experiments/fields.h"
#include "verify/experiments/places.h"

// Fills a struct of experiment.h from a TOML table by its VisitFields, and notes where each field
// stands. CostError, with the line, for a key that is unknown, missing or of no use, and for a
// value of another type.

namespace costcheck {

template <class Spec>
std::vector<std::string> KeysOf() {
  Spec spec{};
  std::vector<std::string> keys;
  VisitFields(spec, [&](const char* key, auto&, Need) { keys.emplace_back(key); });
  return keys;
}

class TableReader {
 public:
  TableReader(const toml::table& table, std::string path, Places& places)
      : table_(table), path_(std::move(path)), places_(places) {}

  /// Every field of the table; first whether all its keys are known, as a misspelt one would
  /// otherwise be told as a missing one.
  template <class Spec>
  void Read(Spec& spec) {
    const std::vector<std::string> known = KeysOf<Spec>();
    for (const auto& [key, node] : table_) {
      const std::string name(key.str());
      places_.Add(PathOf(name), LineOf(node));
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      places_.Fail(PathOf(name),
                   fmt::format("'{}' is not a key here{}", name, DidYouMean(name, known)));
    }
    VisitFields(spec, *this);
  }

  template <class Field>
  void operator()(const char* key, Field& field, Need need) {
    const toml::node* node = table_.get(key);
    if (node == nullptr && need == Need::kRequired) {
      places_.Fail(path_, fmt::format("'{}' is missing", key));
    }
    if (node != nullptr && need == Need::kUnused) {
      places_.Fail(PathOf(key), fmt::format("'{}' is of no use with the other settings", key));
    }
    if (node != nullptr) Take(*node, PathOf(key), field);
  }

 private:
  static unsigned LineOf(const toml::node& node) {
    return static_cast<unsigned>(node.source().begin.line);
  }

  std::string PathOf(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
  }

  [[noreturn]] void Expect(const std::string& path, const char* what) const {
    places_.Fail(path, fmt::format("'{}' is {}", path.substr(path.rfind('.') + 1), what));
  }

  void Take(const toml::node& node, const std::string& path, bool& field) const {
    if (!node.is_boolean()) Expect(path, "true or false");
    field = node.as_boolean()->get();
  }

  void Take(const toml::node& node, const std::string& path, std::int64_t& field) const {
    if (!node.is_integer()) Expect(path, "a whole number");
    field = node.as_integer()->get();
  }

  void Take(const toml::node& node, const std::string& path, double& field) const {
    if (!node.is_number()) Expect(path, "a number");
    field = *node.value<double>();
  }

  void Take(const toml::node& node, const std::string& path, std::string& field) const {
    if (!node.is_string()) Expect(path, "a text in quotes");
    field = node.as_string()->get();
  }

  template <class Choice>
  requires std::is_enum_v<Choice>
  void Take(const toml::node& node, const std::string& path, Choice& field) const {
    std::string text;
    Take(node, path, text);
    for (const auto& [name, value] : NamesOf(Choice{})) {
      if (name != text) continue;
      field = value;
      return;
    }
    const std::vector<std::string> names = AllNames(Choice{});
    places_.Fail(path, fmt::format("'{}' is none of {}{}", text, fmt::join(names, ", "),
                                   DidYouMean(text, names)));
  }

  template <class Field>
  void Take(const toml::node& node, const std::string& path, std::optional<Field>& field) const {
    Take(node, path, field.emplace());
  }

  template <class Item>
  void Take(const toml::node& node, const std::string& path, std::vector<Item>& field) const {
    if (!node.is_array()) Expect(path, "a list");
    for (const toml::node& item : *node.as_array()) {
      const std::string place = fmt::format("{}[{}]", path, field.size());
      places_.Add(place, LineOf(item));
      Take(item, place, field.emplace_back());
    }
  }

  void Take(const toml::node& node, const std::string& path,
            std::map<std::string, std::int64_t>& field) const {
    if (!node.is_table()) Expect(path, "a table of whole numbers");
    for (const auto& [key, value] : *node.as_table()) {
      const std::string place = path + "." + std::string(key.str());
      places_.Add(place, LineOf(value));
      Take(value, place, field[std::string(key.str())]);
    }
  }

  template <class Spec>
  requires requires(Spec& spec, TableReader& reader) { VisitFields(spec, reader); }
  void Take(const toml::node& node, const std::string& path, Spec& spec) const {
    if (!node.is_table()) Expect(path, "a table");
    TableReader(*node.as_table(), path, places_).Read(spec);
  }

  const toml::table& table_;
  std::string path_;
  Places& places_;
};

}  // namespace costcheck
