#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "claims/claim.h"
#include "claims/expression_names.h"

namespace costcheck {

/// What the names of a claim file mean in its expressions.
class ClaimNames {
 public:
  /// Refers to the file. CostError, with file:line, for definitions that are made of each other in
  /// a circle.
  explicit ClaimNames(const ClaimFile& file);

  /// The expression of a definition; null for another name.
  const std::string* Definition(std::string_view name) const;
  /// The printed number of a claim or a fact; null for another name. CostError for a fact that is
  /// words, and for a claim that has more numbers than one.
  const PrintedNumber* Number(std::string_view name) const;
  bool IsNumber(std::string_view name) const;

  /// Every name in the expression that is no definition, and those in its definitions, in order.
  void Visit(const std::string& expression,
             const std::function<void(const ExpressionName&)>& visit) const;
  /// Names of claims' and facts' numbers in the expression, through definitions, each once.
  std::vector<std::string> NumbersIn(const std::string& expression) const;

  /// CostError for a name that is none of these and no symbol, with the nearest.
  [[noreturn]] void FailUnknown(std::string_view name) const;

 private:
  void AddNumbers(const ClaimFile& file);

  std::unordered_map<std::string, const std::string*> definitions_;
  std::unordered_map<std::string, PrintedNumber> numbers_;
  std::unordered_map<std::string, std::string> no_numbers_;  // why not
};

}  // namespace costcheck
