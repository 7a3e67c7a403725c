#pragma once

#include <string>
#include <vector>

#include "tables/table.h"

// Tables that the tests of all writers share.

namespace costcheck {

/// Two components at three lengths; a ratio that is not defined; one data column
/// that people do not see.
Table ScalingSample();

/// One row, too wide for 80 columns, and an object beside the rows.
Table CrossoverSample();

/// Characters that mean something to one format or another, every type of cell,
/// and a number of 100 digits.
Table AwkwardSample();

/// Fourteen columns of numbers.
Table WideSample();

/// A header without rows, no convention, no notes.
Table EmptySample();

struct NamedTable {
  std::string name;
  Table table;
};
std::vector<NamedTable> AllSamples();

}  // namespace costcheck
