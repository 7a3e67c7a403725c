#pragma once

#include <toml++/toml.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claims/claim.h"

namespace costcheck {

/// Throws a CostError "file:line: what".
[[noreturn]] void FailAt(const ClaimPlace& place, const std::string& what);

/// A table of a claim file. Whatever is read and is not as it should be is a CostError with the
/// line of that key, or of the table where the key is missing. Refers to the TOML and to the
/// name of the file, which outlive it.
class ClaimTable {
 public:
  /// `what` is how errors call the table: "a claim".
  ClaimTable(const toml::table& table, const std::string& file, std::string_view what)
      : table_(&table), file_(&file), what_(what) {}

  /// The same table, called otherwise in errors.
  ClaimTable Called(std::string_view what) const { return {*table_, *file_, what}; }

  /// CostError, with the nearest of them, for any other key.
  void AllowOnly(std::initializer_list<std::string_view> keys) const;

  bool Has(std::string_view key) const { return table_->contains(key); }
  std::vector<std::string> Keys() const;

  /// A text that must be there and not be empty.
  std::string Text(std::string_view key) const;
  /// A text; "" where it is missing.
  std::string TextIfAny(std::string_view key) const;
  /// A text, or a list of texts; empty where it is missing.
  std::vector<std::string> Texts(std::string_view key) const;
  /// A whole number from `least` to `most`, which must be there.
  long long Whole(std::string_view key, long long least, long long most) const;
  /// A number above `above` and below `below`, which must be there.
  double Real(std::string_view key, double above, double below) const;

  /// The table of that key, if there is one.
  std::optional<ClaimTable> Table(std::string_view key, std::string_view what) const;
  /// The tables of a list; none where it is missing.
  std::vector<ClaimTable> Tables(std::string_view key, std::string_view what) const;

  ClaimPlace Place() const { return PlaceOf(*table_); }
  /// Of what the key is set to, or else of the table.
  ClaimPlace Place(std::string_view key) const;

 private:
  const toml::node& Required(std::string_view key) const;
  ClaimPlace PlaceOf(const toml::node& node) const;
  std::string TextOf(std::string_view key, const toml::node& node) const;

  const toml::table* table_;
  const std::string* file_;
  std::string_view what_;
};

}  // namespace costcheck
