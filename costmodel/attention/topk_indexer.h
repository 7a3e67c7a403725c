#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// DeepSeek sparse attention: a small indexer scores every visible key, and the
/// heads attend to the K best.
///
///   I(t, s) = sum_j g_tj relu(q_tj . k_s),  j = 1 .. indexer_heads, width m
///   selection = 2*P*indexer_heads*m            P visible pairs, for all heads once
///             + 2*(T d (m + 1) indexer_heads + S d m)   its projections
///   core      = 2 * 2*P_K*H*w,  P_K: the sum of min(n, K)
///
/// FLOPs per sequence and layer, forward; T queries, S keys, K kept keys, m
/// indexer width with one shared key a token. Beside the headline: relu, weight
/// and sum, 3 elementwise operations a pair and indexer head (less one a pair),
/// and the top-k's comparisons. Left out: the indexer's training by distillation
/// (no gradient passes the top-k), its 8-bit formats, rotary positions.
/// The core is plain multi-head attention with H_kv heads; latent keys are not
/// modelled. Executed: scores of the indexer T*S (a product under a mask), the
/// gathered core as useful; one kernel selects, which has the scores of 16 queries at
/// a time, and min(K, S) positions a query. Decode: K, V and an indexer key of m a token cached.
/// Source: DeepSeek-V3.2 (2025), Sec. 2.1, Eq. 1 and 2.
extern const Component kTopkIndexer;

}  // namespace costcheck
