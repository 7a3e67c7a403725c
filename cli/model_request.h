#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "costmodel/model/model_costs.h"
#include "costmodel/query/assignments.h"
#include "costmodel/query/counting.h"

namespace costcheck {

/// What `costcheck model` is asked for.
struct ModelRequest {
  Architecture architecture;
  std::vector<Integer> lengths;
  std::vector<Counting> countings;  ///< one, or every convention; all of one phase
  CostChoices choices;              ///< with the first counting
  std::vector<std::string> notes;   ///< on values that were not set
  bool itemized = false;
  bool formulas = false;
};

/// --lengths, --batch, --dtype, --recompute, ...
OptionGroup ModelOptions();

ModelRequest ParseModelRequest(const Options& options);

}  // namespace costcheck
