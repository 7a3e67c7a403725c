#pragma once

#include "cli/options.h"
#include "costmodel/query/assignments.h"
#include "costmodel/query/counting.h"
#include "tables/table.h"

namespace costcheck {

/// --set, which may stand more than once.
OptionGroup SettingOptions();
Assignments ParseAssignments(const Options& options);

/// --convention, --causal, --count, --scope, --phase.
OptionGroup CountingOptions();
Counting ParseCounting(const Options& options);

/// The convention and all that it sets, as the table's own.
void Describe(const Counting& counting, Table& table);

}  // namespace costcheck
