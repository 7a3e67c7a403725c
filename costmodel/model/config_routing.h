#pragma once

#include <string>

#include "costmodel/model/architecture.h"
#include "costmodel/model/config_fields.h"

namespace costcheck {

/// As many experts as the field `routed` states, of which num_experts_per_tok are chosen; CostError
/// if these are more.
ExpertsShape ReadExperts(Fields& fields, const std::string& routed, const FeedForwardShape& expert);

}  // namespace costcheck
