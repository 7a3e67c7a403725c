#pragma once

#include <string>

#include "tables/table.h"

namespace costcheck {

/// Comma-separated values as in RFC 4180, but with "\n" at the end of a line.
/// The header holds the columns' names, the rows exact digits. Null is an empty
/// field, an empty text "". Notes, convention and extras are left out.
std::string WriteCsv(const Table& table);

}  // namespace costcheck
