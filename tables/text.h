#pragma once

#include <string>

#include "tables/table.h"
#include "tables/write_options.h"

namespace costcheck {

/// Aligned columns for a terminal, no line wider than options.width. What does
/// not fit side by side is split into blocks below each other that repeat the
/// key columns; a single row then stands as a list of names and values. Long
/// text is wrapped within its cell. Requires options.width >= 20.
std::string WriteText(const Table& table, const WriteOptions& options);

}  // namespace costcheck
