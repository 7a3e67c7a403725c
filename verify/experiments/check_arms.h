#pragma once

#include "verify/experiments/experiment.h"
#include "verify/experiments/places.h"

// The parts of check.h that are about arms and decisions.

namespace costcheck {

void CheckArms(const ExperimentSpec& spec, const Places& places);
void CheckDecisions(const ExperimentSpec& spec, const Places& places);

/// Tokens lie between the training and the test part.
bool HasValidation(const ExperimentSpec& spec);

/// Nothing if there is none of that name.
const ArmSpec* FindArm(const ExperimentSpec& spec, std::string_view name);
std::vector<std::string> ArmNames(const ExperimentSpec& spec);

}  // namespace costcheck
