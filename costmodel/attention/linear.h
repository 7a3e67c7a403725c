#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// Attention through feature maps: a running sum of outer products, read once a
/// query. No query-key pairs.
///
///   state   sum of phi(k) v^T       2*S*m*w*H_kv   FLOPs per sequence and layer
///   read    phi(q) state            2*T*m*w*H
///   features, feature_map = 1       2*w*m*(T*H + S*H_kv)
///
/// forward; m features of a head of width w. `feature_map` 0: phi = elu + 1,
/// elementwise, so that m is w; 1: an exponential of random projections w -> m,
/// not trained. The same causal or not. Beside the headline: the normaliser, m
/// sums a key, m products and sums a query, and one product an output element.
/// Executed = useful. Decode: the state, m*w + m elements a key head, whatever S.
/// Backward: two products for each forward one, none for the random matrix; causal,
/// the state once more (Katharopoulos 2020, Algorithm 1): a query reads it as it
/// was, and no state but the current one is ever held.
/// Source: Katharopoulos 2020, Eq. 9 to 12; Choromanski 2020 (Performer), Sec. 2.3.
extern const Component kLinear;

}  // namespace costcheck
