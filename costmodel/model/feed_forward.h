#pragma once

#include <string>

#include "costmodel/model/architecture.h"
#include "costmodel/model/sizes.h"
#include "costmodel/operators/graph.h"

namespace costcheck {

/// W2 act(W1 x), or W2 (act(W1 x) * W3 x) where it is gated, on rows of x [.., d]; `inner` is the
/// width between. Multiply-adds a row: 2 or 3 times d*inner. Its tensors' names begin with
/// `prefix`. Vaswani 2017, Sec. 3.3; Shazeer 2020 (arXiv:2002.05202), Eq. 6.
TensorId AddFeedForward(GraphBuilder& builder, TensorId x, const FeedForwardShape& shape,
                        const Expr& inner, const std::string& prefix = "");

/// Experts: every row of x [B, T, d] goes to `chosen` of `experts`, and to the shared one.
///
///   router    x W_r [d x experts], scores of them, the `chosen` best
///   gates     softmax: the scores taken of all; renormalised, a softmax over those chosen, which
///             is the same; sigmoid: the scores taken, renormalised over their sum
///   experts   rows [B, T, chosen, d] gathered, through one expert each, weighted and added up
///
/// Multiply-adds a row: d*experts + chosen * (2 or 3)*d*f_expert, and those of the shared one.
/// They do not depend on how rows are spread over experts, as no row is dropped and none padded.
/// Left out: losses that balance the load, and a constant factor of the gates. Source: Shazeer 2017
/// (arXiv:1701.06538), Eq. 1 to 5; Jiang 2024 (arXiv:2401.04088), Sec. 2.1, for a softmax over
/// those chosen; DeepSeek-V3 (arXiv:2412.19437), Eq. 13 to 15, for sigmoids; DeepSeekMoE
/// (arXiv:2401.06066), Eq. 9, for shared experts.
TensorId AddExperts(GraphBuilder& builder, TensorId x, const ExpertsShape& shape,
                    const ModelSizes& sizes);

}  // namespace costcheck
