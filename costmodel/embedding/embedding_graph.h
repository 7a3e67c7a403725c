#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "costmodel/component.h"

// What the embeddings have in common. Their tensors are named "<band>.<what>", so
// that parameters can be told apart by band: "band1.table"; "all" where there is
// one band, "shared" for what several use, "output" for a matrix of the output's own.

namespace costcheck {

namespace embedding_defaults {
inline constexpr std::array<std::string_view, 1> kZero = {"0"};
inline constexpr std::array<std::string_view, 1> kOne = {"1"};
inline constexpr std::array<std::string_view, 1> kUnlessTied = {"1 - tied"};
}  // namespace embedding_defaults

inline constexpr Parameter kTiedParameter = {
    "tied", Domain::kNonNegativeInteger,
    "1: the output shares the input's parameters; 0: it has a d x V matrix of its own",
    embedding_defaults::kOne};
inline constexpr Parameter kLogitsParameter = {
    "logits", Domain::kNonNegativeInteger,
    "1: output logits too, with a matrix of their own if not tied; 0: the input side only",
    embedding_defaults::kUnlessTied};

inline constexpr Parameter kBiasParameter = {"bias", Domain::kNonNegativeInteger,
                                             "1: projections have a bias of d",
                                             embedding_defaults::kZero};

/// The value of a parameter that is a switch. CostError unless it is 0 or 1.
bool IsOn(const Settings& settings, std::string_view name);

/// Tokens looked up: B*T, and B in decode.
Expr Tokens(const Settings& settings);

/// What the logits are computed from: a tensor of d numbers for every token (also
/// in prefill). Operators added from here on belong to the logits.
TensorId StartLogits(GraphBuilder& builder, const Settings& settings);

/// Logits by a d x V matrix of their own: 2*d*V FLOPs a token.
void AddOwnLogits(GraphBuilder& builder, const Settings& settings, const Expr& vocabulary);

/// The output side of an embedding whose rows are computed, none of them stored:
/// nothing where logits=0; a matrix of the output's own where it is not tied; else
/// logits against a table of composed rows, 2*d*V FLOPs a token, and where these are
/// E wide, not d, 2*d*E + 2*E*V, by the transpose of `projection`. Composing the V
/// rows is not counted, and the graph says so.
void AddComposedOutput(GraphBuilder& builder, const Settings& settings, const Expr& width,
                       std::optional<TensorId> projection);

}  // namespace costcheck
