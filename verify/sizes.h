#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "costmodel/algebra/error.h"

namespace costcheck {

/// What a module is built for: whole numbers by the names that costmodel's symbols
/// and parameters have ("T", "H_kv", "sparse_heads"), defaults filled in.
struct Sizes {
  struct Band {
    std::int64_t types;      ///< token types in it
    std::int64_t width;      ///< of its rows
    std::int64_t hash_rows;  ///< rows that its types share; 0: one row each
  };

  std::map<std::string, std::int64_t, std::less<>> values;
  bool causal = true;
  std::vector<Band> bands;  ///< of an embedding that has them; the most frequent types first

  /// The number of that name; a caller's mistake if there is none.
  std::int64_t operator[](std::string_view name) const {
    const auto found = values.find(name);
    COSTCHECK_CHECK(found != values.end());
    return found->second;
  }
};

}  // namespace costcheck
