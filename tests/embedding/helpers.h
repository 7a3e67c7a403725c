#pragma once

#include <string>
#include <utility>
#include <vector>

#include "costmodel/embedding/bands.h"
#include "tests/algebra/error_text.h"

namespace costcheck {

/// Settings of these values, with bands where a text for them is given.
inline Settings With(const std::vector<std::pair<std::string, Expr>>& values,
                     const std::string& bands = "") {
  Settings settings;
  for (const auto& [name, value] : values) settings.Set(name, value);
  if (!bands.empty()) settings.bands = ParseBands(bands, settings);
  return settings;
}

inline bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace costcheck
