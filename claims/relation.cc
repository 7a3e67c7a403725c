#include "claims/relation.h"

#include <optional>

#include "costmodel/algebra/error.h"
#include "costmodel/query/words.h"

namespace costcheck {
namespace {

/// Longer texts first: "<=" begins with "<".
constexpr RelationKind kKinds[] = {RelationKind::kAtMost, RelationKind::kAtLeast,
                                   RelationKind::kEqual, RelationKind::kLess, RelationKind::kMore};

std::optional<RelationKind> KindAt(std::string_view text) {
  for (const RelationKind kind : kKinds) {
    if (text.starts_with(RelationText(kind))) return kind;
  }
  return std::nullopt;
}

/// Of the first relation outside brackets, from `from` on; the size of the text if there is none.
std::size_t FindRelation(std::string_view text, std::size_t from) {
  int depth = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '(' || text[i] == '[') ++depth;
    if (text[i] == ')' || text[i] == ']') --depth;
    if (depth == 0 && KindAt(text.substr(i))) return i;
  }
  return text.size();
}

}  // namespace

std::string_view RelationText(RelationKind kind) {
  switch (kind) {
    case RelationKind::kEqual:
      return "=";
    case RelationKind::kLess:
      return "<";
    case RelationKind::kAtMost:
      return "<=";
    case RelationKind::kMore:
      return ">";
    case RelationKind::kAtLeast:
      return ">=";
  }
  CheckFailed("relation", __FILE__, __LINE__);
}

Relation ParseRelation(std::string_view text) {
  const std::size_t at = FindRelation(text, 0);
  Relation relation;
  if (const auto kind = KindAt(text.substr(at))) {
    const std::size_t behind = at + RelationText(*kind).size();
    relation = {std::string(Trimmed(text.substr(0, at))), *kind,
                std::string(Trimmed(text.substr(behind)))};
    if (FindRelation(text, behind) != text.size()) relation.right.clear();
  }
  if (relation.left.empty() || relation.right.empty()) {
    throw CostError("'" + std::string(text) +
                    "' is not one relation of two expressions with =, <, <=, > or >=");
  }
  return relation;
}

bool CanHold(const RationalInterval& a, RelationKind kind, const RationalInterval& b) {
  switch (kind) {
    case RelationKind::kEqual:
      return a.lower <= b.upper && b.lower <= a.upper;
    case RelationKind::kLess:
      return a.lower < b.upper;
    case RelationKind::kAtMost:
      return a.lower <= b.upper;
    case RelationKind::kMore:
      return a.upper > b.lower;
    case RelationKind::kAtLeast:
      return a.upper >= b.lower;
  }
  CheckFailed("relation", __FILE__, __LINE__);
}

}  // namespace costcheck
