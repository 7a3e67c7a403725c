#pragma once

#include <optional>
#include <string>
#include <vector>

#include "costmodel/component.h"
#include "costmodel/embedding/token_law.h"
#include "costmodel/operators/convention.h"

namespace costcheck {

/// One band of an embedding, or what is no band's: "shared" (a projection of
/// several) and "output" (logits, and their own matrix), without types and width.
struct EmbeddingRow {
  std::string name;
  std::optional<Integer> types;  ///< token types
  std::optional<Integer> width;  ///< of its rows
  Integer parameters;
  Mass mass;            ///< share of the tokens that pay `flops`
  Rational flops;       ///< FLOPs of a token that falls in it
  Mass expected_flops;  ///< mass * flops: its part of the expected FLOPs of a token
};

struct EmbeddingReport {
  std::vector<EmbeddingRow> rows;
  EmbeddingRow total;           ///< its `flops` is 0: there is no token of all bands
  Integer baseline_parameters;  ///< a full table with the same output side: V*d if tied
  Rational ratio;               ///< parameters / baseline_parameters
  Integer folded_parameters;    ///< as `parameters`, bands folded (band_tables.h) where they can be
  Mass folded_flops;            ///< expected FLOPs of a token then
  std::vector<std::string> assumptions;
};

/// Parameters and expected FLOPs of one token (of a batch of one sequence of one)
/// by band. FLOPs are linear in the tokens of each band, so their expectation is
/// sum mass_i * flops_i: exact under counts, a double under Zipf's law. Without a
/// law a band's mass is its share of the token types, and the assumptions say so.
/// The convention weighs operations; its scope is taken as the whole model, since
/// embeddings are in no smaller one. The settings' phase decides between forward
/// and training. V unset is the law's number of types.
/// CostError if a needed value is unset, or if the law has more types than the bands.
EmbeddingReport ReportEmbedding(const Component& component, const Settings& settings,
                                const TokenLaw* law, const Convention& convention);

/// The least vocabulary from which on the component has at most V*d parameters (of
/// the input side), d and the bands as set, V free: the root of a linear function,
/// rounded up. Bands that are shares of V count without rounding to whole types
/// (parameters are taken at multiples of 10^4, so shares of up to two decimals of a
/// percent). Nothing if it never comes to that, and 1 if it always holds. CostError
/// if the parameters are not linear in V (an adaptive input with default bands).
std::optional<Integer> BreakEvenVocabulary(const Component& component, const Settings& settings);

}  // namespace costcheck
