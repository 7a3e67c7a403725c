#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace costcheck {

/// A name in an expression: alone, or called with the arguments between its brackets.
struct ExpressionName {
  std::string name;
  bool is_called = false;
  std::string arguments;
};

/// The names of a text in the grammar of ParseRatio, in their order, those inside calls of the
/// grammar (min, floor) too, but not the arguments of other calls: they are settings. No error is
/// found here: what does not parse fails where it is evaluated.
std::vector<ExpressionName> NamesOf(std::string_view text);

}  // namespace costcheck
