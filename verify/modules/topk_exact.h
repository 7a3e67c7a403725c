#pragma once

#include <memory>

#include "verify/modules/module.h"

namespace costcheck {

/// Attention to the K visible keys of the greatest scores, all scores computed (Gupta 2021, Sec.
/// 3): softmax(q k^T / sqrt(w)) over those keys alone, or over all where a query sees fewer.
///
///   scores   B*H*T*S*w multiply-adds forward, twice that backward (the gradient as a dense matrix)
///   values   B*H*P*w forward, twice that backward; P sum of min(n, K) over the T queries, which
///            see n keys each: gathered, in a kernel of our own
///
/// An autograd function of our own: it works on kScoreRows queries of one head of one sequence at a
/// time. Keeps q, k, v, the weights [B, H, P] and the keys int32 [B, H, T, K]. A query before the
/// first key (causal, T > S) gets zeros.
///
/// Workspace, with r = min(T, kScoreRows), in elements: forward r*S scores and the top
/// r*min(K, S) with their keys, of 8 bytes, so r*(S + 3*min(K, S)) of float32; backward the
/// gradients of kept scores and a part of their matrix, B*H*P + r*S.
std::unique_ptr<Module> MakeTopkExact(const Sizes& sizes);

}  // namespace costcheck
