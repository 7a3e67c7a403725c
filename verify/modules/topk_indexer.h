#pragma once

#include <memory>

#include "verify/modules/module.h"

namespace costcheck {

/// DeepSeek sparse attention: a small indexer scores every visible key, and all heads attend to the
/// same K keys of the greatest scores (DeepSeek-V3.2, 2025, Sec. 2.1, Eq. 1 and 2).
///
///   I(t, s) = sum over j of g_tj relu(q_tj . k_s),  j = 1 .. indexer_heads, width m
///   q_t = x_t W_Iq [indexer_heads * m], k_s = c_s W_Ik [m], shared, g_t = x_t W_Ig
///
/// Products: the indexer's projections and T*S*m*indexer_heads, dense under the mask, without
/// gradient; core as ChosenKeysPattern. Keeps x, q, k, v, the chosen keys (int32
/// [B, 1, T, min(K, S)]), the weights of the slots, the heads' output. No [B, T, S] tensor exists:
/// selection works on one sequence at a time, its indexer keys S*m, and on few rows of it, as
/// ChooseKeys (key_choice.h); of n rows it holds queries and gates n*(m + 1)*indexer_heads and one
/// head's products n*S beside the scores.
std::unique_ptr<Module> MakeTopkIndexer(const Sizes& sizes);

}  // namespace costcheck
