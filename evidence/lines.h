#pragma once

#include <span>
#include <string>
#include <vector>

#include "evidence/store.h"

// Records as JSON lines: one file, a record a line, sorted, to be kept under version control.

namespace costcheck {

/// The records' lines, sorted by ConfigurationHash and then by text: the same text whatever their
/// order. Of records of one run with one result, which differ in their environment alone, the first
/// is written; records of one run with different results all are.
std::string RunLines(std::span<const RunRecord> records);

/// Writes RunLines whole or not at all, in the place of what is there. CostError with the path and
/// the system's reason.
void WriteRunLines(const std::string& path, std::span<const RunRecord> records);

/// Reads a file of lines in any order. A run may stand there more than once: whether its results
/// agree is for the reader (summary.h, database.h). CostError with file:line at the first line that
/// is no whole record, or for a last line without its end.
std::vector<StoredRun> ReadRunLines(const std::string& path);

}  // namespace costcheck
