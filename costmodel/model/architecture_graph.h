#pragma once

#include "costmodel/model/architecture.h"
#include "costmodel/model/layer_graph.h"
#include "costmodel/model/sizes.h"
#include "costmodel/operators/graph.h"

namespace costcheck {

/// The whole model, its sizes as numbers: look-ups, layers (one of each group, which repeats),
/// final norm, logits of every token that asks, and in training the mean cross-entropy. In decode
/// the encoder does not run. Modules that predict further tokens are a graph of their own. Lengths
/// may be symbols. CostError where the model has no phase of this kind (see CheckPhase).
Graph ArchitectureGraph(const Architecture& architecture, const ModelLengths& lengths,
                        const RunChoices& choices);

/// The same model with every layer as a group of its own, named "<group> 1" and so on, so that
/// each has tensors of its own; layers of one group in a row.
Architecture WithSingleLayers(Architecture architecture);

/// All of it but the layers, which stand in it as inputs: x_L [B, T, d], and of an encoder beside a
/// decoder its last rows [B, S, d].
///
///   x_0     W_e[tokens] (through a projection E x d where E is not d), plus positions and token
///           types by tables of their own, then a norm where the model has one
///   biases  relative positions: a table of buckets x heads a stack, one row a distance
///   logits  norm(x_L), through d x d, activation and norm where the head has a transform, through
///           d x E where E is not d, times a table of V x E: the look-up's if tied
///   pooler  d x d on the first token (its tanh counted as one special function)
///   loss    log-probabilities kept in 4 bytes each, whatever p is, as training code computes them
Graph TablesGraph(const Architecture& architecture, const ModelSizes& sizes,
                  const ModelLengths& lengths, const RunChoices& choices);

/// The input of TablesGraph that stands for x_L; what comes before the layers stands before it.
inline constexpr char kLastName[] = "last";
/// The table of tokens.
inline constexpr char kTableName[] = "W_e";

/// Modules that predict further tokens, `repeat` times: two norms, their rows joined by 2d x d, a
/// layer, a norm, and logits by the model's own head. DeepSeek-V3 (arXiv:2412.19437), Sec. 2.2.
/// Requires that the architecture has them.
Graph MultiTokenGraph(const Architecture& architecture, const ModelSizes& sizes,
                      const ModelLengths& lengths, const RunChoices& choices,
                      const Expr& repeat = 1);

/// CostError unless the model can be run so: only a decoder decodes.
void CheckPhase(const Architecture& architecture, Phase phase);

}  // namespace costcheck
