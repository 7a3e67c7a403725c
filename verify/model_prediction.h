#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "costmodel/model/architecture.h"
#include "costmodel/operators/graph.h"

// Whole models, as a config.json describes them, as far as verify/modules builds them: decoders
// with their loss.

namespace costcheck {

/// The values of model_type that can be run.
std::vector<std::string> RunnableModelTypes();
/// "gpt2, llama, ...".
std::string ListOfRunnableModelTypes();

/// CostError, one sentence, for a model that cannot be run at a length: one of another type,
/// without a head, of more than 10,000 layers or of fewer learned positions, with rotary positions
/// in heads of an odd width, or with experts of another activation than SiLU.
void CheckRunnable(const Architecture& model, std::int64_t length);

/// Whether some layer has experts, or turns queries and keys by their positions.
bool HasExperts(const Architecture& model);
bool HasRotations(const Architecture& model);

/// What costmodel predicts for a training step of it: every layer by itself, those of one group in
/// a row. Requires CheckRunnable.
Graph PredictedModelGraph(const Architecture& model, std::int64_t length, std::int64_t batch);

}  // namespace costcheck
