#pragma once

#include <memory>

#include "verify/modules/module.h"

namespace costcheck {

/// Attention within buckets of locality-sensitive hashing (Kitaev 2020, Sec. 2, Eq. 2 to 6).
///
///   a = x W_qk (queries and keys), v = x W_v, H heads of width w: H_kv is not used
///   bucket of a row = argmax([a rot, -a rot]), rot a buffer [H, w, R*C/2] of normal numbers
///   the text sorted by bucket, then by position, and cut into C chunks of ceil(T/C); a token sees
///   its own bucket within its chunk and the one before (the first: the last), itself among it,
///   under the causal mask no later token
///   rounds combined by the softmax of their rows' log-sum-exp; keys are not normalised, a pair met
///   in several rounds counts in each
///
/// Products: hashing T*w*R*C/2 a head, without gradient; per round 2*C*ceil(T/C)^2 slots, masked
/// and padded ones too, w each twice forward and four times backward. Keeps the order (int32
/// [B*R, H, T]), a and v in order of each round, the weights of all slots; where R > 1 the rounds'
/// outputs and the weights of rounds. Selection works on one head of a sequence at a time: rotated
/// rows T*R*C/2, three times at most, and LibTorch's sort. Requires T = S. CostError if C is odd.
std::unique_ptr<Module> MakeLsh(const Sizes& sizes);

/// Attention within clusters around centroids (Roy 2020, Sec. 4.1, Algorithm 1; the causal form,
/// whose queries are its keys).
///
///   a = x W_a, v = x W_v; C centroids [H, w, C], parameters that get no gradient here
///   each centroid takes the ceil(T/C) rows of greatest product with it; a token attends to all
///   members of its cluster, under the causal mask to those before it and itself
///   a token of several clusters: the mean of its outputs; of none: zeros
///
/// Products: T*w*C a head for the scores, without gradient; C*ceil(T/C)^2 slots, w each twice
/// forward and four times backward. Keeps the members (int32 [B, H, C*ceil(T/C)]), a and v of the
/// members in their order, the weights of all slots. Selection works on one head of a sequence at a
/// time: scores T*C, and LibTorch's top-k. Requires T = S.
std::unique_ptr<Module> MakeRouting(const Sizes& sizes);

}  // namespace costcheck
