#pragma once

#include <string>
#include <string_view>

namespace costcheck {

/// Writes to standard output. CostError with the system's reason where not all
/// of it can be written: a closed pipe, a full disk.
void WriteOut(std::string_view text);

/// Writes a file whole or not at all: into a temporary file beside it, which
/// then takes its place. A device or a pipe is written to directly. CostError
/// with the path and the system's reason.
void WriteFile(const std::string& path, std::string_view text);

}  // namespace costcheck
