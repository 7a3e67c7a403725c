#pragma once

#include <string>
#include <string_view>

#include "claims/printed_number.h"

namespace costcheck {

enum class RelationKind { kEqual, kLess, kAtMost, kMore, kAtLeast };

/// One relation between two expressions: "Q7b < 1".
struct Relation {
  std::string left;
  RelationKind kind = RelationKind::kEqual;
  std::string right;
};

/// "=", "<", "<=", ">", ">=".
std::string_view RelationText(RelationKind kind);

/// Splits at the relation, which stands outside brackets; sides without white space at their ends.
/// CostError, without place, where there is none or a second one, or a side is empty.
Relation ParseRelation(std::string_view text);

/// Whether some a in the one interval and b in the other have a KIND b. Intervals are closed, so
/// a printed 1.0 may be < 1.0.
bool CanHold(const RationalInterval& a, RelationKind kind, const RationalInterval& b);

}  // namespace costcheck
