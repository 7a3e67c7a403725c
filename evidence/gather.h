#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "evidence/store.h"

// Records wherever they lie: in folders of a RunStore, and in files of JSON lines.

namespace costcheck {

/// The files of records that a path names: of a folder those of RunStore::Files, then the files of
/// JSON lines in it (*.jsonl, in order), maybe none; else the file itself. CostError for a path
/// where nothing is.
std::vector<std::string> RecordFiles(const std::string& path);

/// What such a file holds: *.json one record with its key for a name, any other JSON lines.
/// CostError as ReadRunFile and ReadRunLines.
std::vector<StoredRun> ReadRecordFile(const std::string& file);

/// By ConfigurationHash. Of records of one run with one result, which differ in their environment
/// alone, the one with the first text is kept, so that their order does not matter. CostError that
/// names the run and both places where two of them have different results.
std::map<std::string, StoredRun> RunsByKey(std::vector<StoredRun> runs);

}  // namespace costcheck
