#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "costmodel/component.h"
#include "costmodel/query/assignments.h"

namespace costcheck {

/// What symbols and parameters are set to, in layers, later ones above earlier ones, and what of it
/// may stay a symbol while a component's formula is found. Claims that differ in numbers alone then
/// share one formula.
class SetValues {
 public:
  SetValues() = default;

  /// These, and "T=8K,d=2*T" above them. CostError as Assignments::Add, and for a number outside
  /// its name's domain.
  SetValues With(const std::string& text) const;
  SetValues With(const std::vector<Argument>& own) const;

  /// As SetValues' own names, each with its text.
  const Assignments& assignments() const { return assignments_; }
  /// Every value, in terms of names that are not set. Found at the first call. CostError as
  /// Assignments::Resolve.
  const Settings& settings() const;
  bool Has(std::string_view name) const { return assignments_.Has(name); }
  /// The number that the name stands for, by default too (H = d/w); nothing if it is open.
  std::optional<Rational> ValueOf(std::string_view name) const;

  /// Names that may stay symbols, and those that hold an expression that may stay one. All others
  /// are bound to numbers, as components look at them: whether a switch is 1, whether a width is
  /// the model's.
  struct FreeNames {
    std::vector<std::string_view> symbols;
    std::vector<std::string_view> expressions;
  };

  /// A formula's key and the numbers to put into it. A name that stays a symbol is 2 or more, and
  /// equal to no bound number; of names with the same number the first stands for all of them. So
  /// the symbols are zero, one and equal exactly where the numbers are.
  struct Pattern {
    std::string key;
    std::vector<Argument> assignments;  ///< symbols set to themselves
    Values values;                      ///< of symbols
    std::vector<Rational> bound;        ///< numbers but 0 and 1 that are no symbols
  };
  Pattern PatternOf(const FreeNames& free) const;

 private:
  struct Entry {
    std::string name, text;
    std::optional<Rational> number;  ///< where the text is one
    bool is_switch = false;          ///< 0 or 1, which turn things off and on
  };
  void Put(const Argument& argument);
  /// Where the name is set to a plain number.
  std::optional<Rational> NumberOf(std::string_view name) const;
  Argument Bound(const Entry& entry) const;

  std::vector<Entry> entries_;  // in the order of names
  Assignments assignments_;
  mutable std::optional<Settings> settings_;
};

}  // namespace costcheck
