#pragma once

#include <string>

#include "claims/claim.h"
#include "claims/claim_verdict.h"
#include "claims/named_numbers.h"

// Why a claim has its verdict, in sentences made of figures.

namespace costcheck {

/// What was recomputed; where it fails, with what it contradicts and which slips fit, with their
/// chance; in which declared readings it is another value; where it holds, in which wider scopes it
/// does not.
std::string NumberNote(const ClaimNumber& number, const DecidedNumber& decided,
                       const NamedNumbers& names);

/// What a check is for, as the start of a sentence; "" where its file does not say.
std::string ReasonText(const ClaimCheck& check);

}  // namespace costcheck
