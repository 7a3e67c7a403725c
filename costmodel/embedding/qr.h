#pragma once

#include <vector>

#include "costmodel/component.h"

namespace costcheck {

/// Quotient-remainder embedding: token t is row floor(t/m) of one table combined,
/// element by element, with row t mod m of another.
///
///   parameters  (ceil(V/m) + m)*d
///   in          d elementwise operations a token (a product, or with additive=1 a
///               sum), which are no multiply-adds of a headline
///   out, tied   2*d*V against the composed rows; composing them is left out
///
/// m = `divisor`, rows of the remainder table; m = sqrt(V) has the fewest rows.
/// Shi et al. 2020 (compositional embeddings), Sec. 3.
extern const Component kQuotientRemainder;

/// One band of V types, d wide, on ceil(V/m) + m rows.
std::vector<Band> QuotientRemainderBands(const Settings& settings);

}  // namespace costcheck
