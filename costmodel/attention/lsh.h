#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// Attention within buckets of locality-sensitive hashing, R rounds.
///
///   selection = 2*T*w*(C/2)*R*H                    hashing by random rotations
///   core      = 2 * 2*P*H*w, P = R * (sum over buckets of n(n+1)/2), n^2 both ways
///
/// FLOPs per sequence and layer, forward; C buckets (even), R rounds, w head
/// width. Queries and keys share one projection; H_kv is not used. Beside the
/// headline: sorting by bucket, T*ceil(log2 T) comparisons a round and head, and
/// the rounds' weighted sum. Left out: the keys' normalisation, the argmax over
/// C/2 rotated values, finding pairs met in several rounds, the rule that a token
/// attends to itself only if to nothing else.
/// Sizes: settings.bucket_sizes for each round, else balanced (an assumption).
/// Executed: C chunks of ceil(T/C), each attending to itself and the previous one
/// (the first to the last): R*C*2*ceil(T/C)^2; not less than useful where sizes
/// are balanced. Requires S = T. Decode: the new token attends to a bucket of
/// ceil(S/C) a round, executed two chunks; caches of shared keys, values and R
/// bucket numbers a token and head.
/// Source: Kitaev 2020 (Reformer), Sec. 2, Eq. 2 to 6.
extern const Component kLsh;

}  // namespace costcheck
