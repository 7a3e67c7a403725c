#pragma once

#include <string>
#include <vector>

#include "tables/table.h"
#include "tables/write_options.h"

namespace costcheck {

enum class Format { kText, kMarkdown, kCsv, kJson, kLatex, kHtml };

/// "text", "markdown", "csv", "json", "latex", "html".
const std::vector<std::string>& FormatNames();

/// The format of that name. Throws CostError that names the nearest one.
Format ParseFormat(const std::string& name);

/// The table in that format, ending in a newline. Requires a well-formed table
/// (see Table). Text without colour, Markdown and CSV hold the same bytes
/// everywhere: no locale, no clock.
std::string Write(const Table& table, Format format, const WriteOptions& options = {});

}  // namespace costcheck
