#pragma once

#include <memory>

#include "verify/modules/module.h"

namespace costcheck {

/// softmax(q k^T / sqrt(w)) v in tiles of `tile` queries by `tile` keys, with a running maximum and
/// sum of every row (Dao 2022, Algorithm 1; Dao 2023, Sec. 3.1): an autograd function of our own
/// over at::bmm. Scores are computed again in backward.
///
///   forward    2 products, backward 5, each B*H*w*tile^2 multiply-adds a tile that is computed
///   tiles      ceil(T/tile) * ceil(S/tile); causal: of a tile of queries those that begin at or
///              before the position S - T + i of its last query
///
/// Tiles at the ends of the text are padded with zeros and multiplied whole. Keeps q (times
/// 1 / sqrt(w)), k, v, output and the log-sum-exp [B, H, T]. A query before the first key (causal,
/// T > S) gets zeros.
///
/// Workspace, with n = B*H*tile and m = B*H_kv*tile, in elements: forward n*(2*w + tile + 3) +
/// 2*m*w, backward n*(3*w + 2*tile + 2) + 3*m*w beside the three gradients. Nothing of the size
/// T*S.
std::unique_ptr<Module> MakeFlash(const Sizes& sizes);

}  // namespace costcheck
