#pragma once

#include <string>
#include <vector>

#include "costmodel/component.h"
#include "costmodel/embedding/embedding_graph.h"

namespace costcheck {

/// What brings the rows of a band to the model's width d.
enum class Widening {
  kNone,    ///< nothing: they are d wide, or filled up with zeros
  kOwn,     ///< a projection E x d of the band
  kShared,  ///< one projection max(E) x d for all such bands; rows are filled up with zeros
};

/// One table of an embedding.
struct BandTable {
  std::string name;  ///< "band1": the first half of its tensors' names
  Expr types;        ///< token types that are looked up in it
  Expr rows;         ///< rows of the table
  Expr width;        ///< E
  Expr used_rows;    ///< rows that some type maps to, at most `rows`
  Widening widening;
};

/// Tables by band and the way from their widths to d: full_table, factorized,
/// banded and adaptive are all of this shape.
///
///   parameters   sum rows_i*E_i + sum over own projections (E_i*d [+ d])
///                + for a shared one max(E_i)*d [+ d]
///   in           2*E_i*d FLOPs for a token of a projected band, else 0 (look-ups
///                copy); under a shared projection that is the useful count, and
///                2*max(E)*d what the padded product executes
///   out, tied    sum 2*E_i*used_rows_i + sum over own projections 2*d*E_i
///                + for a shared one 2*d*max(E_i), for every token
///   out, untied  2*d*V
///
/// V: token types, the sum over the bands; widths in elements. Left out: sending
/// tokens to their bands and back (copies), a bias in tied logits (the transposed
/// projection has none), and hash functions. Types that share a row share its
/// logit. Exact for the tokens of each band: settings.band_tokens, else B*T by
/// share of types, which the graph's assumptions say.
struct BandTables {
  std::vector<BandTable> bands;
  bool bias = false;  ///< of the projections
};

/// The tables of `bands`, all widened alike, a row for each type or, where the
/// band has them, its hash_rows.
BandTables TablesOf(const std::vector<Band>& bands, Widening widening);

/// The same function from types to d numbers, for inference: a projected band
/// with E >= d has rank at most d, so its table times its projection (plus bias)
/// is stored, used_rows x d; rows that no type maps to are dropped. A shared
/// projection keeps the rows that the remaining bands use. CostError if the
/// settings leave open whether E >= d.
BandTables Folded(BandTables tables, const Expr& model_width);

inline constexpr Parameter kFoldedParameter = {
    "folded", Domain::kNonNegativeInteger,
    "1: for inference, a projected band at least d wide is multiplied out into a table",
    embedding_defaults::kZero};

/// Folded if the settings' `folded` is 1, else as they are.
BandTables FoldedIfAsked(BandTables tables, const Settings& settings);

/// The assumption of a graph of several bands without settings.band_tokens.
inline constexpr char kTokensByTypes[] = "tokens fall in the bands by their share of token types";

/// The graph. CostError if V is set and is not the sum of the types, or if
/// settings.band_tokens does not fit the bands or B*T.
Graph BuildBandTables(const BandTables& tables, const Settings& settings);

}  // namespace costcheck
