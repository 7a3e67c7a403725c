#pragma once

#include <string>

#include "costmodel/algebra/error.h"

namespace costcheck {

/// What the action's CostError says; "" if it throws none.
template <class Action>
std::string ErrorTextOf(Action action) {
  try {
    action();
  } catch (const CostError& error) {
    return error.what();
  }
  return "";
}

}  // namespace costcheck
