#pragma once

#include <string>
#include <string_view>

#include "cli/options.h"
#include "costmodel/operators/convention.h"
#include "tables/table.h"

namespace costcheck {

/// How a command counts. The convention's name says what of it was overridden:
/// "first-principles, scope layer".
struct Counting {
  Convention convention;
  bool causal = true;
  Phase phase = Phase::kForward;
};

/// --convention, --causal, --count, --scope, --phase.
OptionGroup CountingOptions();
Counting ParseCounting(const Options& options);

/// The names of what can be overridden: causal, count, scope, phase.
bool IsCountingName(std::string_view name);

/// `counting` with one thing set, for example "scope" to "layer".
Counting With(Counting counting, std::string_view name, std::string_view value);

/// The convention and all that it sets, as the table's own.
void Describe(const Counting& counting, Table& table);

}  // namespace costcheck
