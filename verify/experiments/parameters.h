#pragma once

#include <cstdint>
#include <vector>

#include "costmodel/algebra/number.h"
#include "verify/experiments/experiment.h"

// What an arm's model is, and how large.

namespace costcheck {

/// An arm with its model, nothing left to be chosen.
struct ResolvedArm {
  ArmSpec arm;      ///< matched_to is not set
  ModelSpec model;  ///< of the experiment, with the width that matching chose
};

/// Chooses what `matched_to` leaves open, E of factorized, else f of a transformer, else d of a
/// mean_pool: of the widths from 1 on the one with which the number of parameters, which is linear
/// in it, is nearest to the other arm's (the smaller of two). CostError where width 1 has more, or
/// where the other arm's number depends on what is drawn (as ModelParameters).
ResolvedArm Resolve(const ExperimentSpec& spec, const ArmSpec& arm);

/// Trained parameters of an arm's model: embedding by costmodel/embedding; positions T*d; for each
/// layer the attention by costmodel/attention and biases of 4*d, 2*d*f + f + d, two norms of 2*d;
/// a norm of 2*d before the head; the head's d*V where it is not tied, and V of bias. A pipeline's
/// selector and approximator are left out.
///
/// Bands are those of a corpus in which every type occurs, for bands by occurrences as often as is
/// expected: there alone what is drawn may differ. CostError for such bands of a text, whose law is
/// not known, unless full_tables makes their sizes indifferent.
Integer ModelParameters(const ExperimentSpec& spec, const ArmSpec& arm);

/// Those of the embedding alone.
Integer EmbeddingParameters(const ExperimentSpec& spec, const ArmSpec& arm);

/// Types of the bands high, mid and low under the same assumption; empty without categories.
std::vector<std::int64_t> ExpectedBands(const ExperimentSpec& spec, const ArmSpec& arm);

/// What a run costs to train, in FLOPs, about, for sharing out work: 6 for each number of the
/// layers' and the head's matrices and 12*T*d a layer for scores and weighted values, for every
/// token (a mean_pool: the head for every window, 2*d for every token). Embeddings are left out.
Integer RunCost(const ExperimentSpec& spec, const ArmSpec& arm);

/// B*T tokens a step, over all steps.
std::int64_t TrainingTokens(const ExperimentSpec& spec);

}  // namespace costcheck
