#include "claims/claim_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "costmodel/algebra/error.h"

namespace costcheck {

void FailAt(const ClaimPlace& place, const std::string& what) {
  throw CostError(PlaceText(place) + ": " + what);
}

void ClaimTable::AllowOnly(std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, node] : *table_) {
    if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
    const std::vector<std::string> names(keys.begin(), keys.end());
    const int line = static_cast<int>(key.source().begin.line);
    FailAt({*file_, line}, fmt::format("'{}' is not a key of {}{}", key.str(), what_,
                                       DidYouMean(key.str(), names)));
  }
}

std::vector<std::string> ClaimTable::Keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, node] : *table_) keys.emplace_back(key.str());
  return keys;
}

std::string ClaimTable::Text(std::string_view key) const {
  const toml::node& node = Required(key);
  const std::string text = TextOf(key, node);
  if (text.empty()) FailAt(PlaceOf(node), fmt::format("'{}' of {} is empty", key, what_));
  return text;
}

std::string ClaimTable::TextIfAny(std::string_view key) const {
  const toml::node* node = table_->get(key);
  return node == nullptr ? "" : TextOf(key, *node);
}

std::vector<std::string> ClaimTable::Texts(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return {};
  if (node->is_string()) return {TextOf(key, *node)};
  if (!node->is_array()) {
    FailAt(PlaceOf(*node), fmt::format("'{}' is not a text in quotes, nor a list of them", key));
  }
  std::vector<std::string> texts;
  for (const toml::node& item : *node->as_array()) texts.push_back(TextOf(key, item));
  return texts;
}

long long ClaimTable::Whole(std::string_view key, long long least, long long most) const {
  const toml::node& node = Required(key);
  const std::optional<std::int64_t> value = node.value_exact<std::int64_t>();
  if (value && *value >= least && *value <= most) return *value;
  FailAt(PlaceOf(node), fmt::format("'{}' is not a whole number from {} to {}", key, least, most));
}

double ClaimTable::Real(std::string_view key, double above, double below) const {
  const toml::node& node = Required(key);
  if (node.is_number()) {
    const double value = *node.value<double>();
    if (value > above && value < below) return value;
  }
  FailAt(PlaceOf(node), fmt::format("'{}' is not a number between {} and {}", key, above, below));
}

std::optional<ClaimTable> ClaimTable::Table(std::string_view key, std::string_view what) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_table()) FailAt(PlaceOf(*node), fmt::format("'{}' is not a table", key));
  return ClaimTable(*node->as_table(), *file_, what);
}

std::vector<ClaimTable> ClaimTable::Tables(std::string_view key, std::string_view what) const {
  std::vector<ClaimTable> tables;
  const toml::node* list = table_->get(key);
  if (list == nullptr) return tables;
  const auto fail = [&](const toml::node& node) {
    FailAt(PlaceOf(node), fmt::format("'{}' is not a list of tables", key));
  };
  if (!list->is_array()) fail(*list);
  for (const toml::node& item : *list->as_array()) {
    if (!item.is_table()) fail(item);
    tables.emplace_back(*item.as_table(), *file_, what);
  }
  return tables;
}

ClaimPlace ClaimTable::Place(std::string_view key) const {
  const toml::node* node = table_->get(key);
  return node == nullptr ? Place() : PlaceOf(*node);
}

const toml::node& ClaimTable::Required(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) FailAt(Place(), fmt::format("{} has no '{}'", what_, key));
  return *node;
}

ClaimPlace ClaimTable::PlaceOf(const toml::node& node) const {
  return {*file_, static_cast<int>(node.source().begin.line)};
}

std::string ClaimTable::TextOf(std::string_view key, const toml::node& node) const {
  if (const auto* text = node.as_string()) return text->get();
  FailAt(PlaceOf(node), fmt::format("'{}' is not a text in quotes", key));
}

}  // namespace costcheck
