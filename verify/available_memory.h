#pragma once

#include <cstdint>
#include <optional>

#include "verify/configuration.h"

namespace costcheck {

/// Bytes that this machine, and the control group that this process is in, can still give without
/// swapping; nothing where the system does not tell.
std::optional<std::int64_t> AvailableMemory();

/// A lower bound of the bytes that a run takes: parameters, in training their gradients and what is
/// kept for backward, and at least the largest tensor.
Integer LeastMemory(const Configuration& configuration, const RunOptions& options);

/// CannotCheck if the lower bound is more than there is. Linux grants memory that it does not have,
/// and ends the process that touches it: too late for a sentence.
void RequireMemory(const Configuration& configuration, const RunOptions& options);

}  // namespace costcheck
