#pragma once

#include <string>

#include "verify/experiments/experiment.h"

namespace costcheck {

/// What determines the runs of one arm besides seed and rate, and nothing else, as the text of a
/// JSON object with sorted keys: corpus, batch, target, model (ArmModel: with what matching chose),
/// training, evaluation, arm, pipeline. Left out: title, claims, decisions, names of behaviours,
/// number of seeds, the arm's name (which the record has), rates, and the other arms.
/// Every field is written, also one that has its default: a default that changes is another run.
std::string CanonicalConfiguration(const ExperimentSpec& spec, const ArmSpec& arm);

}  // namespace costcheck
