#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// Attention to the K keys of the greatest scores, all scores computed.
///
///   FLOPs forward = 2*(P*w + P_K*w)*H*B*L,  P visible pairs, P_K: sum of min(n, K)
///
/// The scores choose the keys and are the attention's logits as well: their
/// product is core, dense in its pattern; only the values shrink to K a query.
/// Beside the headline: the top-k's comparisons (selection), softmax over K.
/// Executed: scores T*S (a product under a mask), values as useful (gathered).
/// Backward: the gradient of the scores is zero but at K places of a row; the
/// described implementation multiplies it as a dense matrix, and so do we.
/// Kept: the K scores' softmax and their positions, not the T*S scores; one kernel,
/// which has the scores of min(T, 128) queries of one head at a time.
/// Source: Gupta 2021, Sec. 3.
extern const Component kTopkExact;

}  // namespace costcheck
