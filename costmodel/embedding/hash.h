#pragma once

#include <vector>

#include "costmodel/component.h"

namespace costcheck {

/// Hash embedding: k hash functions choose k of `buckets` shared rows of width E;
/// the token's row is their sum, weighted with k importance numbers of its own.
///
///   parameters  buckets*E + V*k [+ E*d where E is not d]
///   in          2*k*E FLOPs a token, the weighted sum being a product of 1 x k by
///               k x E [+ 2*E*d]
///   out, tied   2*d*V, or 2*d*E + 2*E*V, against the composed rows
///
/// k = hash_functions (2), `buckets` rows, E elements (d). Left out: the hash
/// functions themselves, importance numbers appended to the row, composing the
/// rows for logits. Svenstrup et al. 2017, Sec. 2.
extern const Component kHashEmbedding;

/// One band of V types, E wide, on `buckets` rows.
std::vector<Band> HashBands(const Settings& settings);

}  // namespace costcheck
