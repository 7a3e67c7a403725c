#pragma once

#include <string>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {

/// Runs `work`; what it says of bad input gets the place in front, unless it has
/// it already: "--set: ...".
template <class Work>
auto At(const std::string& place, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const CostError& error) {
    const std::string text = error.what();
    throw CostError(text.starts_with(place + ": ") ? text : place + ": " + text);
  }
}

}  // namespace costcheck
