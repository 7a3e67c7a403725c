#pragma once

#include <span>
#include <string>
#include <vector>

#include "evidence/store.h"

// Records as JSON lines: one file, a record a line, sorted, to be kept under version control.
// Configurations, which all seeds of an arm have in common, and environments stand once
// (record_shared.h), which saves more than half of the bytes.

namespace costcheck {

/// The lines of the objects that records share, sorted by name; then the records' lines, sorted by
/// ConfigurationHash and then by RecordLine: the same text whatever the records' order. Of records
/// of one run with one result, which differ in their environment alone, the first is written;
/// records of one run with different results all are.
std::string RunLines(std::span<const RunRecord> records);

/// Writes RunLines whole or not at all, in the place of what is there. CostError with the path and
/// the system's reason.
void WriteRunLines(const std::string& path, std::span<const RunRecord> records);

/// Reads a file of lines in any order but that a shared object stands before what names it; whole
/// records (RecordLine) may be among them. A run may stand there more than once: whether its
/// results agree is for the reader (summary.h, database.h). CostError with file:line at the first
/// line that is not as it was written, for a last line without its end, and for an object nobody
/// names.
std::vector<StoredRun> ReadRunLines(const std::string& path);

}  // namespace costcheck
