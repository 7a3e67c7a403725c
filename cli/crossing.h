#pragma once

#include <optional>
#include <string>
#include <vector>

#include "costmodel/crossover/closed_form.h"
#include "costmodel/crossover/crossover.h"
#include "costmodel/query/defaults.h"
#include "costmodel/query/subject.h"
#include "tables/table.h"

namespace costcheck {

/// Where the costs of A and B meet, by one metric. What is not set comes from the
/// default table; the closed form has only what is set in it.
struct Crossing {
  Metric metric;
  Crossovers found;
  std::optional<ClosedForm> symbolic;  ///< in symbols that are not set
};

/// `x` is the free symbol. Adds to `taken` what came from the default table.
Crossing FindCrossing(const Subject& a, const Subject& b, const Counting& counting, Metric metric,
                      const Symbol& x, const CrossoverOptions& options, std::vector<Taken>& taken);

/// metric, verdict, closed_form, condition, lower, upper, decimal, tie,
/// first_integer, cheaper_after.
std::vector<Column> CrossingColumns(const Symbol& x);

/// A row a change of order; one row where nothing changes.
std::vector<std::vector<Cell>> CrossingRows(const Crossing& crossing);

/// "7/2", "infinity"; null where there is none.
Cell LimitCell(const Limit& limit);

}  // namespace costcheck
