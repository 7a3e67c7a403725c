#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "verify/corpora/corpus.h"
#include "verify/experiments/experiment.h"
#include "verify/experiments/plan.h"
#include "verify/train/result.h"

namespace costcheck {

class TrainedModel;

/// Where a run stands, for people.
struct TrainingProgress {
  std::int64_t step = 0;  ///< done, those before it was resumed among them
  std::int64_t all = 0;
  std::int64_t resumed = 0;  ///< done when this process took it up
  double loss = 0;           ///< of the last batch
};

struct TrainingControl {
  /// Where the run is kept while it goes on; nothing: nowhere. A file that is there is gone on
  /// from.
  std::optional<std::string> checkpoint{};
  double seconds_between = 60;  ///< checkpoints
  /// Asked before every step: whether to write a checkpoint and to stop.
  std::function<bool()> stop{};
  std::function<void(const TrainingProgress&)> report{};  ///< after every step
  bool keep_last = false;  ///< a checkpoint is written at the end as well
  /// Gets the model at the end, unless an alarm stopped the run.
  std::function<void(TrainedModel&)> trained{};
};

/// Trains one arm from one seed at one learning rate, as the experiment says, and evaluates it.
///
///   loss, a step    mean over the targets of a batch of -log q(target)
///   step            gradient, clipped where asked for, optimizer at rate * RateShare (schedule.h)
///   look            before the first step, every evaluation.every_epochs epochs, and at the end
///
/// The seed settles the corpus, the batches, the windows of evaluation, the initial parameters and
/// dropout; each has a stream of its own. Counted FLOPs are those of matrix products that
/// LibTorch's dispatcher saw in one step, under masks as well, forward and backward (flop_probe.h).
///
/// A run that is taken up from a checkpoint gives the same bits as one that was never stopped, but
/// for `seconds`. Nothing is returned where it was stopped. `corpus` is that of MakeCorpus
/// (data.h). CostError for a setting that cannot be run, or a checkpoint that is damaged or of
/// another run.
std::optional<RunResult> Train(const ExperimentSpec& spec, const PlannedRun& run,
                               std::shared_ptr<const Corpus> corpus,
                               const TrainingControl& control = {});

}  // namespace costcheck
