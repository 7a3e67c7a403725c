#pragma once

#include <string>

#include "tables/table.h"
#include "tables/write_options.h"

namespace costcheck {

/// A table in GitHub's Markdown, columns padded so that the source reads too.
std::string WriteMarkdown(const Table& table, const WriteOptions& options);

}  // namespace costcheck
