#pragma once

#include <string_view>

namespace costcheck {

// A data file that was compiled into the program. Both views live as long as the program.
struct EmbeddedFile {
  std::string_view name;  // its path below the embedding package, e.g. "presets/palm.toml"
  std::string_view text;  // its bytes, unchanged
};

}  // namespace costcheck
