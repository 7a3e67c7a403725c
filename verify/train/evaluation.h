#pragma once

#include <cstdint>
#include <optional>

#include "verify/corpora/source.h"
#include "verify/train/data.h"
#include "verify/train/model.h"

namespace costcheck {

/// Loss of a model on windows, in nats a target. Sums are in double precision.
struct Evaluation {
  double loss = 0;  ///< mean of -log q(target), q the model's
  std::int64_t targets = 0;
  /// Where the law of each target, given what the model is meant to see, is known: the mean of
  /// -sum over v of p(v) log q(v). Exact in the target; the windows are a sample.
  std::optional<double> expected{};
  /// Likewise: the mean of log p(target) - log q(target), and its standard error, targets taken as
  /// independent. Its expectation is at least 0 for a model that does not see its target.
  std::optional<double> excess{}, excess_error{};
};

/// What is known of the targets.
enum class KnownLaw {
  kNone,
  kUnigram,      ///< each target is independent of all that is seen
  kConditional,  ///< what precedes it in the window's text matters, its last token alone
};
KnownLaw LawOfTargets(const ExperimentSpec& spec);

/// Model inputs and targets of a batch, filled up with its first window to `rows` windows.
struct ModelBatch {
  at::Tensor tokens;   ///< int32 [rows*T]
  at::Tensor targets;  ///< int64 [n], of the batch's own windows
};
ModelBatch ToModel(const Batch& batch, std::int64_t rows);

/// The mean of -log softmax(logits)[target] over the first rows of `logits`, as many as there are
/// targets (the others are of windows that fill up).
at::Tensor MeanLoss(const at::Tensor& logits, const at::Tensor& targets);

/// Evaluates without gradients and without dropout. `source` is read where the law is known.
Evaluation Evaluate(TrainedModel& model, const EvaluationBatches& batches, std::int64_t look,
                    std::int64_t rows, KnownLaw law, const Source* source);

}  // namespace costcheck
