#pragma once

#include <string>

#include "claims/claim.h"

// How a recomputed value is held against a printed number.

namespace costcheck {

/// Whether some value in `recomputed` is what the number claims: of kIs one that rounds to its
/// digits; of kAbout one within the tolerance, a part of the printed value; of the others one that
/// satisfies the relation to the printed value.
bool Fits(const ClaimNumber& number, const RationalInterval& recomputed);

/// Of kIs whether one would print as its digits if the rest were cut off; false of the others.
bool FitsTruncated(const ClaimNumber& number, const RationalInterval& recomputed);

/// That one of so many numbers, each drawn evenly in its logarithm over six decades, fits:
/// 1 - (1 - w/6)^tried, w = log10(upper / lower) of the interval that is claimed; 1 where that
/// holds 0. One of an inequality is taken to fit by half.
double ChanceOfFit(const ClaimNumber& number, int tried);

/// "0.18x", "< 0.001", "about 256".
std::string ClaimedText(const ClaimNumber& number);

}  // namespace costcheck
