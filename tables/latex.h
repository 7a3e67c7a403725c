#pragma once

#include <string>

#include "tables/table.h"
#include "tables/write_options.h"

namespace costcheck {

/// A table environment with a tabular in the style of booktabs.
std::string WriteLatex(const Table& table, const WriteOptions& options);

}  // namespace costcheck
