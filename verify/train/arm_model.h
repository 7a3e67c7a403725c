#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "verify/corpora/corpus.h"
#include "verify/experiments/experiment.h"
#include "verify/modules/optimizer.h"
#include "verify/train/model.h"

// The model of an experiment's arm, and what trains it.

namespace costcheck {

/// What the arm's model is made of; its bands by the tokens of the training part.
ModelPlan PlanOfArm(const ExperimentSpec& spec, const ArmSpec& arm, const Corpus& corpus,
                    std::span<const std::int32_t> training);

/// With the seed's weights.
std::unique_ptr<TrainedModel> NewModel(const ModelPlan& plan, std::uint64_t seed);

/// CostError for a decay of weights that the optimizer does not have.
std::unique_ptr<TensorOptimizer> NewOptimizer(const TrainingSpec& training, double rate,
                                              const std::vector<NamedTensor>& parameters);

/// What a reader of the run's result should know: how near the arm comes to that which it is
/// matched to, and what has no dropout.
std::vector<std::string> RemarksOf(const ExperimentSpec& spec, const ArmSpec& arm,
                                   const ModelPlan& plan, std::int64_t parameters);

}  // namespace costcheck
