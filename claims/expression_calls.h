#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "claims/claim_names.h"
#include "costmodel/component.h"

namespace costcheck {

/// The calls of costs in an expression, and its symbols, definitions taken apart.
struct ExpressionCalls {
  struct Call {
    const Component* component = nullptr;  ///< null: a model
    std::vector<std::string> own;          ///< names of its arguments
  };
  std::vector<Call> calls;
  std::vector<std::string> symbols;

  /// Whether an attention or a model is called, whose costs depend on scope and mask.
  bool CallsAttention() const;
  /// Whether some call takes the name from what is set: its component has it, and the call does not
  /// set it itself; or the name stands outside calls.
  bool Takes(std::string_view name) const;
};

ExpressionCalls FindCalls(const ClaimNames& names, const std::string& expression);

}  // namespace costcheck
