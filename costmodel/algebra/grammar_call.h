#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "costmodel/algebra/expr.h"

namespace costcheck {

/// A call that the grammar itself knows, such as min(a, b). For parse.cc.
struct GrammarCall {
  std::string_view name;
  std::size_t fewest, most;  ///< arguments that it takes
  Expr (*value)(const std::vector<Ratio>& arguments);
};

/// Nothing if the grammar has no such call.
const GrammarCall* FindGrammarCall(std::string_view name);
std::vector<std::string> GrammarCallNames();

}  // namespace costcheck
