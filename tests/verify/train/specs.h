#pragma once

#include "verify/experiments/experiment.h"

// Small experiments, of unequal and mostly prime sizes.

namespace costcheck {

/// Windows of 7 tokens in batches of 5, of 13 types; a full table and a banded arm.
inline ExperimentSpec SmallSpec(ModelFamily family) {
  ExperimentSpec spec;
  spec.name = "small";
  spec.form = "corrected";
  spec.corpus = {
      .types = 13, .exponent = 1.1, .tokens = 700, .train_share = 0.7, .test_share = 0.1};
  spec.batch = {.length = 7, .sequences = 5};
  spec.model.family = family;
  spec.model.width = 6;
  spec.model.heads = 3;
  spec.model.layers = 2;
  spec.model.inner = 11;
  if (family == ModelFamily::kMeanPool) {
    spec.target = Target::kFollowing;
    spec.model.final_norm = false;
    spec.model.initialization = Initialization::kPyTorch;
  }
  spec.training.epochs = 3;
  spec.training.steps_per_epoch = 4;
  ArmSpec full, banded;
  full.name = "full";
  full.rates = {1e-2};
  banded = full;
  banded.name = "banded";
  banded.embedding = "banded";
  banded.widths = {9, 6, 4};
  banded.categories = CategorySpec{.rule = {.split = BandSplit::kTypes, .high = 0.2, .low = 0.7}};
  spec.arms = {full, banded};
  return spec;
}

}  // namespace costcheck
