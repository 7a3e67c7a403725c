#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// Native sparse attention: compressed keys, selected blocks and a window, each
/// with keys and values of its own, and a gated sum of the three.
///
///   FLOPs = 2 * 2*(P_c + P_s + P_w)*H*w + 2 * 2*N*l*w^2*H_kv, per sequence, layer
///   compressed  P_c: sum of c(n) = max(0, floor((n - l)/s) + 1)
///   selected    P_s: blocks of b, max(floor(K/b), 1) of them, the own one among
///               them (as block_topk)
///   window      P_w: sum of min(n, W)
///
/// l = compression_block, s stride between compressed keys, b block, K kept keys,
/// W window (tokens); N = c(S) compressed keys, each a linear map l*w -> w of l
/// keys (another for values), in the source an MLP. Selection makes no product:
/// block scores are sums of the compressed branch's weights, over the heads of a
/// group and b*l/s^2 to a block (additions, beside the headline); one choice for
/// a group of heads. The source always keeps first and neighbouring blocks too;
/// here the own block only, K counting all kept. Gates: d -> 3H, sigmoid.
/// Pairs reported: the sum over the three branches. Unmasked T*(N + min(K's
/// blocks, S) + min(W, S)); executed: compressed T*N (under a mask), the own
/// block whole. Requires s to divide b and l. Parameters of k and v: threefold,
/// compression 2*l*w^2. Decode caches: S rows for selection, min(W, S) for the
/// window, N compressed rows and the min(l, S) last ones to compress from.
/// Source: Yuan 2025, Sec. 3, Eq. 5 to 12.
extern const Component kNsa;

}  // namespace costcheck
