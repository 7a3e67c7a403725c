#pragma once

#include <memory>

#include "verify/modules/module.h"

namespace costcheck {

/// Attention to whole blocks of b keys: the query's own, and those of the greatest scores, in all
/// max(floor(K/b), 1) (causal: earlier ones only). Every query head chooses for itself.
///
///   representatives 1   score = q . mean of the block's keys (Lu 2025, MoBA, Eq. 5 and 6)
///   representatives 2   score = sum over channels of the greater of q*least and q*greatest key
///                       (Tang 2024, Quest, Algorithm 1) = max(q, 0) . greatest + min(q, 0) . least
///
/// Products: selection T*ceil(S/b)*w*representatives a head, dense under its mask, without
/// gradient, also where K leaves nothing to choose; core as ChosenBlocksPattern: the own block
/// whole and padded. Keeps x, q, k, v, the chosen blocks (int32 [B, H, T, ChosenBlocks]), the
/// weights of the slots, the heads' output. Selection works on one head of a sequence at a time:
/// its representatives, ceil(S/b)*w each, and as ChooseBlocks (key_choice.h).
std::unique_ptr<Module> MakeBlockTopk(const Sizes& sizes);

}  // namespace costcheck
