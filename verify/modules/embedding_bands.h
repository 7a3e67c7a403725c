#pragma once

#include <memory>

#include "verify/modules/module.h"

// Embeddings made of tables by bands of token types (the first bands the most frequent types) and
// projections to width d. Look-ups are copies; every token is multiplied only with its own
// band's projection: 2*E*d FLOPs forward, twice that backward (embedding_lookup.h, which says what
// is kept and the workspace). Tied logits: for every token x of width d and every band
// x P^T W^T with the band's projection P and table W (or, without one, x's first E numbers
// times W^T), one output of the band's used rows each; a projection of the band's own costs 2*d*E a
// token, a shared one once for all bands, the table 2*E*rows. They keep `hidden` and what the
// projections narrow it to, E numbers a token.
//
// Sizes: B, T, d, V, tied, logits, and as below. With values "band_tokens.1", "band_tokens.2", ...
// (whole numbers, B*T together) MakeInputs gives so many tokens of each band, in random order.

namespace costcheck {

/// A row of d numbers a type. Bengio et al. 2003; tied: Press & Wolf 2017.
std::unique_ptr<Module> MakeFullTable(const Sizes& sizes);

/// One table E wide and a projection E x d, also where E is d. Lan et al. 2020 (ALBERT), Sec. 3.1.
/// Sizes E; folded = 1, the form for inference: where E >= d the two are stored as their product,
/// a table d wide without a projection.
std::unique_ptr<Module> MakeFactorized(const Sizes& sizes);

/// Bands with a width each ("mixed dimensions", Ginart et al. 2019), those of `sizes.bands`.
/// projection=1: one for each band that is not d wide; 0: rows filled up with zeros.
/// shared_projection=1: instead one for all bands, as wide as the widest of them, narrower rows
/// filled up with zeros (the zeros are multiplied too). bias=1: each projection has one.
/// full_tables=1: a table of all V rows for each band, of which it reads its own types'.
/// A band with hash_rows: its types share that many rows. folded=1: as in factorized, for every
/// band; what is not read is dropped.
std::unique_ptr<Module> MakeBanded(const Sizes& sizes);

/// Adaptive input: as banded, a projection for each band, also where it is d wide. Without bands in
/// `sizes`, three that end at first_cutoff, second_cutoff and V, of width d, d/factor and
/// d/factor^2, rounded down. Baevski & Auli 2019, Sec. 3. Sizes bias, folded.
std::unique_ptr<Module> MakeAdaptive(const Sizes& sizes);

}  // namespace costcheck
