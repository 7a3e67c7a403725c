#pragma once

#include <memory>

#include "verify/modules/module.h"

namespace costcheck {

/// Native sparse attention (Yuan 2025, Sec. 3, Eq. 5 to 12): three branches, each with keys and
/// values of its own, and a gated sum of them.
///
///   compressed  stretches of l = compression_block tokens, s apart, each mapped to one key and one
///               value by a linear map l*w -> w; a query sees those that end with it or before
///   selected    the own block of b tokens and the best others, max(floor(K/b), 1) in all; score of
///               a block: the compressed branch's weights, added up over the heads of a group and,
///               for each of the block's b/s pieces, over the stretches that cover it (Eq. 9, 10)
///   window      W keys, the own one among them
///   gates       sigmoid(x W_g), 3 numbers a head: compressed, selected, window
///
/// Products: compression 2*N*l*w*w a key head, N = max(0, floor((S - l)/s) + 1); compressed branch
/// T*N, dense under its mask; the others as ChosenBlocksPattern and WindowPattern. Keeps x, q, the
/// gates, of each branch k, v, the weights and the output; the compressed rows, the chosen blocks
/// (int32 [B, H_kv, T, ChosenBlocks]), the heads' output. Selection works on few rows of one group
/// of a sequence at a time, n*(N + ceil(S/b)) numbers and as ChooseBlocks (key_choice.h). CostError
/// unless s divides b and l.
std::unique_ptr<Module> MakeNsa(const Sizes& sizes);

}  // namespace costcheck
