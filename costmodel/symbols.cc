#include "costmodel/symbols.h"

#include <array>

namespace costcheck {
namespace {

constexpr Domain kPositive = Domain::kPositiveInteger;

constexpr std::array<SymbolInfo, 22> kSymbols = {{
    {"T", "token", "tokens of a sequence, those that ask", kPositive},
    {"S", "token", "keys that they ask, where not T", kPositive},
    {"B", "sequence", "batch", kPositive},
    {"L", "layer", "layers", kPositive},
    {"d", "element", "model width", kPositive},
    {"H", "head", "query heads", kPositive},
    {"H_kv", "head", "key/value heads", kPositive},
    {"w", "element", "head width", kPositive},
    {"f", "element", "feed-forward width", kPositive},
    {"V", "token type", "vocabulary", kPositive},
    {"K", "key", "kept keys of a query", kPositive},
    {"W", "key", "window, the token itself included", kPositive},
    {"G", "token", "global tokens", Domain::kNonNegativeInteger},
    {"b", "token", "block size", kPositive},
    {"r", "block", "random blocks of a query block", Domain::kNonNegativeInteger},
    {"s", "token", "stride", kPositive},
    {"C", "cluster", "clusters, centroids or buckets", kPositive},
    {"R", "round", "hash rounds", kPositive},
    {"h", "element", "hidden width of a small MLP", kPositive},
    {"m", "element", "indexer or feature width", kPositive},
    {"E", "element", "embedding width", kPositive},
    {"p", "byte", "bytes of an element", Domain::kPositiveRational},
}};

}  // namespace

std::span<const SymbolInfo> Symbols() { return kSymbols; }

const SymbolInfo* FindSymbol(std::string_view name) {
  for (const SymbolInfo& symbol : kSymbols) {
    if (symbol.name == name) return &symbol;
  }
  return nullptr;
}

}  // namespace costcheck
