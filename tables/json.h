#pragma once

#include <string>

#include "tables/table.h"

namespace costcheck {

/// One JSON object: command, convention {name, ...}, columns [{name, unit}],
/// rows [{...}], notes, then the extras. Integers and rationals are strings of
/// exact digits, as JSON numbers lose them past 2^53; doubles are numbers, and
/// null where not finite.
std::string WriteJson(const Table& table);

}  // namespace costcheck
