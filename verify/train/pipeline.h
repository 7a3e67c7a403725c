#pragma once

#include <memory>
#include <optional>

#include "verify/corpora/corpus.h"
#include "verify/experiments/experiment.h"
#include "verify/experiments/plan.h"
#include "verify/train/result.h"
#include "verify/train/trainer.h"

namespace costcheck {

/// The sparse pipeline of sparse-attention-mlp (run_mps_topk_mlp_fixed.py), in the seeds' form and
/// in a corrected one. A run of it has four stages:
///
///   teacher        the experiment's arm, as trainer.h trains it
///   selector       query [w] -> relu [selector_hidden] -> T logits, one a key; cross-entropy
///                  against the key of the greatest weight
///   approximator   K values [K*w] -> relu [approximator_hidden] -> head's output [w]; mean square
///   evaluation     of the teacher with the first head of its first layer replaced by both
///
/// Selector and approximator are trained by AdamW (weight decay 0.01) on all queries of
/// `logged_batches` random training batches at once, which are drawn after the teacher is trained.
///
/// `own_values`    the approximator is trained on K copies of the query's own value, and run on
///                 the values of selected keys; else trained on the latter, those that the trained
///                 selector picks
/// `future_keys`   the selector may pick keys behind the query; else their logits are -infinity
///                 in training and after, and a query that sees fewer than K keys has zeros for
///                 the missing ones
///
/// Evaluated on the validation windows, or, where all tokens are trained on, on 10 further batches
/// of training windows, as the program does, and `teacher_loss` is then no held-out loss. The
/// program takes the selector's figure from one such batch and means the logits' error over the
/// ten; here all figures are of all windows.
///
/// The result is the teacher's, with the metrics of a pipeline (result.h) besides, and `seconds` of
/// all training. Counted FLOPs, tokens and parameters are those of the teacher.
///
/// Taken up by stages: the teacher from checkpoint + ".teacher" as trainer.h says, selector and
/// approximator from `checkpoint`, each whole or not at all; to the same bits. CostError as Train,
/// and for a teacher that is not causal or has other attention than `full`.
std::optional<RunResult> RunPipeline(const ExperimentSpec& spec, const PlannedRun& run,
                                     std::shared_ptr<const Corpus> corpus,
                                     const TrainingControl& control = {});

}  // namespace costcheck
