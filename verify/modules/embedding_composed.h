#pragma once

#include <memory>

#include "verify/modules/module.h"

// Embeddings whose rows are computed and not stored. Tied logits read the V composed rows as an
// input, "composed" [E, V]: 2*E*V FLOPs a token, and 2*d*E before that where rows are E wide and a
// projection brings them to d (its transpose narrows `hidden`). Composing the rows is not part of
// the module.

namespace costcheck {

/// Hash embedding: a token's row is the sum of hash_functions (k) rows of a table of `buckets`
/// rows, E wide, weighted by k importance numbers of its own: a product of 1 x k by k x E, 2*k*E
/// FLOPs a token, at::bmm over the tokens; where E is not d, a projection E x d without a bias.
/// Svenstrup et al. 2017, Sec. 2. Keeps a token: 4 bytes of tokens (an input), 4*k of buckets, k
/// importance numbers, k*E of rows, and with a projection E. Hashing is no arithmetic of a model.
/// Sizes B, T, d, V, E, hash_functions, buckets, tied, logits.
std::unique_ptr<Module> MakeHash(const Sizes& sizes);

/// Quotient-remainder: token t is row t/m of one table times (additive=1: plus), element by
/// element, row t mod m of another, both d wide; m = `divisor`. Shi et al. 2020, Sec. 3. Keeps a
/// token: 8 bytes of the two indices, and 2*d numbers, or none where they are added. Sizes B, T, d,
/// V, divisor, additive, tied, logits.
std::unique_ptr<Module> MakeQuotientRemainder(const Sizes& sizes);

}  // namespace costcheck
