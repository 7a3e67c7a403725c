#pragma once

#include <cstdio>
#include <string>

namespace costcheck {

/// Four significant digits, for sentences: "0.05", "-0.02134", "1.2e-05".
inline std::string NumberText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace costcheck
