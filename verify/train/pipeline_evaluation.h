#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "verify/corpora/windows.h"
#include "verify/train/model.h"
#include "verify/train/pipeline_head.h"

namespace costcheck {

/// What a selector and an approximator do in the place of a head, on windows of their own.
/// Relative errors are ratios of Frobenius norms, |a - b| / |b| over all of the windows, b what the
/// model itself gives; losses in nats a target. Shares are of all queries.
struct PipelineEvaluation {
  double top1 = 0;              ///< whose strongest key the selector names first
  double top1_by_position = 0;  ///< the same of the key that the logged queries at that position
                                ///< have most often: what needs no query
  double recall = 0;            ///< of the weights' sum, in the chosen keys
  double best_recall = 0;       ///< in the K keys of the greatest weights
  double future_share = 0;      ///< of chosen keys that lie behind the query
  double head_error = 0;        ///< of the approximator, on the values of the chosen keys
  double logit_error = 0;
  double teacher_loss = 0, hybrid_loss = 0;
  double ablated_loss = 0, ablated_logit_error = 0;  ///< with zeros in the head's place
};

/// Runs the model as it is, with the sparse head and without the head. `usual_keys` is that of
/// UsualKeys.
PipelineEvaluation EvaluateSparseHead(TrainedModel& model, SparseHead& sparse,
                                      const at::Tensor& usual_keys, std::int64_t kept,
                                      const std::vector<Batch>& batches, std::int64_t rows,
                                      std::int64_t heads);

/// The strongest key of each query, int64 [W, T] of weights [W, T, T]; of equal ones the first.
at::Tensor StrongestKeys(const at::Tensor& weights);
/// For each position the key that is strongest most often: int64 [T]; of several the first.
at::Tensor UsualKeys(const at::Tensor& strongest);
/// The mean of a tensor of truths.
double ShareOfTrue(const at::Tensor& truths);
/// |a - b| / |b| of Frobenius norms, in double precision.
double RelativeError(const at::Tensor& a, const at::Tensor& b);
/// The share of weights [W, T, T], whose rows sum to 1, in chosen keys [W, T, K] (-1: none).
double Recall(const at::Tensor& weights, const at::Tensor& chosen);

}  // namespace costcheck
