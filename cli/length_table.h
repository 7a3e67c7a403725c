#pragma once

#include <vector>

#include "costmodel/query/subject.h"
#include "tables/chart.h"
#include "tables/table.h"

namespace costcheck {

/// Exact costs of subjects, in which T alone is free, at some lengths.
struct Scaling {
  std::vector<Subject> subjects;
  std::vector<Metric> metrics;
  std::vector<Integer> lengths;
  /// Formulas in T by metric, then subject; and their values by length besides.
  std::vector<std::vector<Expr>> costs;
  std::vector<std::vector<std::vector<Rational>>> values;
};

/// Builds each formula once and evaluates it at every length. CostError where a
/// setting is outside its domain at one of them (K = T/8 at T = 100).
Scaling ScaleOverLengths(std::vector<Subject> subjects, std::vector<Metric> metrics,
                         std::vector<Integer> lengths, const Counting& counting);

/// Columns component, T, and for each metric its value and the ratio of the
/// first subject's to it; a row for each length and subject.
void FillRows(const Scaling& scaling, Table& table);

/// The same for people: for each metric a table of the values, and one of the
/// ratios, with a row a length and a column a subject. The first has the title and
/// the convention of `data`, which FillRows filled, the last one its notes.
std::vector<Table> WideTables(const Scaling& scaling, const Table& data);

/// The first metric of every subject over T.
Chart ChartOf(const Scaling& scaling);

}  // namespace costcheck
