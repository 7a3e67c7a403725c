#pragma once

#include <span>
#include <string_view>

#include "costmodel/algebra/symbol.h"

namespace costcheck {

/// One letter of every formula: the same in every output.
struct SymbolInfo {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
  Domain domain;
};

/// T, S, B, L, d, H, H_kv, w, f, V, K, W, G, b, r, s, C, R, h, m, E, p: in this order.
std::span<const SymbolInfo> Symbols();

/// Nothing if there is no such letter.
const SymbolInfo* FindSymbol(std::string_view name);

}  // namespace costcheck
