#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "verify/experiments/experiment.h"

// Experiments as TOML. docs/experiment-files.md has the keys.

namespace costcheck {

/// Reads one. `name` is what errors call the file.
///
/// CostError with name:line for what is no TOML, a key that is unknown (with the nearest one),
/// missing, of another type or not for this kind of experiment, and for what check.h objects to.
ExperimentSpec ParseExperiment(std::string_view name, std::string_view toml);

/// The experiments that are built in, by name: "B5", "B5-corrected".
std::vector<std::string> ExperimentNames();

/// An experiment that is built in, or, where the text has a '/' or ends in ".toml", a file.
/// CostError with the nearest name, or the system's reason.
ExperimentSpec LoadExperiment(const std::string& name_or_path);

}  // namespace costcheck
