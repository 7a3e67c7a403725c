#pragma once

#include <span>
#include <string_view>

#include "verify/experiments/experiment.h"
#include "verify/experiments/places.h"

namespace costcheck {

/// What the programs of the seeds do and a fair experiment does not. A file that has it says so.
struct ReferenceBehaviour {
  std::string_view name;
  std::string_view meaning;
  bool (*is_in)(const ExperimentSpec& spec);
};

std::span<const ReferenceBehaviour> ReferenceBehaviours();

/// Whether the fields agree with each other. CostError at the first that does not:
///
///   sizes and shares    counts at least 1; heads divide the width; training, validation and test
///                       are shares of one corpus; a window fits; bands fit the types
///   behaviours          `reference_behaviours` are exactly those that the settings have
///   arms                names differ; components and their settings exist; widths, bands and rates
///                       fit; an arm that is matched to another, itself matched to none
///   decisions           arms, metrics and tests exist; a result that is compared or tuned by can
///                       be had (validation_loss needs validation tokens, expected_loss a source
///                       whose law is known); the test can reach its level with so many seeds
///   pipeline, timing    their own sizes
void CheckExperiment(const ExperimentSpec& spec, const Places& places);

}  // namespace costcheck
