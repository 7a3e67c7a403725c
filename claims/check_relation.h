#pragma once

#include "claims/check_context.h"

namespace costcheck {

/// kRequires: a relation (relation.h) between expressions, each of which may be anything that the
/// digits of its claims allow, for itself. Where it cannot hold, the claim is inconsistent with the
/// others that the relation names.
CheckOutcome CheckRequires(const ClaimCheck& check, const CheckContext& context);

/// kSame: the fact's words are those of the claim, but for letter case and white space.
CheckOutcome CheckSame(const ClaimCheck& check, const CheckContext& context);

}  // namespace costcheck
