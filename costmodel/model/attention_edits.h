#pragma once

#include "costmodel/model/architecture.h"
#include "costmodel/model/sizes.h"
#include "costmodel/operators/graph.h"

// What models add to an attention. A component's graph has projections named q, k, v and out and a
// softmax in its core; each edit below returns the graph with something more in it, and leaves a
// graph without such a tensor as it is.

namespace costcheck {

/// Biases of the projections: q + b_q and so on, as far as the shape has them.
Graph WithProjectionBiases(Graph graph, const AttentionShape& shape);

/// RMSNorm of queries and keys, with a scale of `head_width` numbers, or of all heads' (kWhole).
/// Henry 2020 (arXiv:2010.04245) for norms before the product; Qwen3 (arXiv:2505.09388), Sec. 2.
Graph WithQueryKeyNorms(Graph graph, QueryKeyNorm norm, const Expr& head_width);

/// One learned logit a head beside every row of the core's softmax. gpt-oss (2025), Sec. 2.
Graph WithSinks(Graph graph, const Expr& heads);

/// Dropout on the core's weights where they are in memory: a mask of one byte an element, and the
/// dropped weights beside the weights. Korthikanti 2022 (arXiv:2205.05198), Sec. 4.1.
Graph WithWeightDropout(Graph graph);

/// The core as one kernel that keeps no weights but one log-sum-exp a row and head, and computes
/// scores again in backward. Dao 2022 (arXiv:2205.14135), Algorithm 4.
Graph WithRecomputedCore(Graph graph, const Expr& queries);

/// Without the products that make keys and values: in a decoder that attends to an encoder's
/// output they are made once, before the first token.
Graph WithoutNewKeys(Graph graph);

/// x times a mask of one byte an element, of the part that is set. The mask is all that it keeps.
TensorId AddDropout(GraphBuilder& builder, TensorId x);

}  // namespace costcheck
