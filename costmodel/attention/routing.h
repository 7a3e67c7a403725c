#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// Attention within clusters of tokens that share a nearest centroid.
///
///   selection = 2*T*w*C*H                         scores of tokens and centroids
///   core      = 2 * 2*P*H*w, P = sum over clusters of n(n+1)/2, n^2 both ways
///
/// FLOPs per sequence and layer, forward; C centroids of width w for each of H
/// heads. Queries and keys share one projection (the causal form of the source);
/// H_kv is not used. Beside the headline: each centroid's top-k over T tokens.
/// Left out: normalisation, the moving average that trains the centroids, which
/// gets no gradient. Parameters: H*C*w of centroids, beside the projections.
/// Sizes: settings.bucket_sizes, else balanced (an assumption, and what the
/// source's top-k enforces). Executed: the whole square of every cluster, padded
/// to ceil(T/C) where balanced; C*ceil(T/C) rows are taken, a token by several
/// centroids or by none. Requires S = T. Decode: the new token attends to
/// a cluster of ceil(S/C); caches of shared keys, values and one cluster number a
/// token and head.
/// Source: Roy 2020 (Routing Transformer), Sec. 4.1, Algorithm 1.
extern const Component kRouting;

}  // namespace costcheck
