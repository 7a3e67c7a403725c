#pragma once

#include <string>
#include <vector>

#include "tables/table.h"
#include "verify/experiments/comparison.h"
#include "verify/experiments/experiment.h"

// Decisions of training experiments as tables: what `verify train` and `verify compare` share.

namespace costcheck {

/// One decision under its names in JSON. `ratio` is that of the means, challenger to baseline, and
/// `median_ratio` the median over the pairs; null where changes are compared (four arms).
Fields FieldsOf(const ExperimentSpec& spec, const DecisionSpec& decision,
                const DecisionOutcome& outcome);

/// A row for each of them: the key `comparisons`.
Table ComparisonsTable(const std::vector<Fields>& decisions);

/// The same for people: a column for each. Its notes are NotesOn of each.
Table DecisionsTable(const ExperimentSpec& spec, const std::vector<DecisionOutcome>& outcomes);

/// kExitFails where one is refuted, else kExitCannotCheck where one is inconclusive, else
/// kExitHolds.
int StatusOf(const std::vector<DecisionOutcome>& outcomes);

}  // namespace costcheck
