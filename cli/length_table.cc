#include "cli/length_table.h"

#include "costmodel/algebra/error.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

constexpr char kLength[] = "T";

void CheckAt(const Subject& subject, const Integer& length) {
  if (subject.component == nullptr) return;
  Settings settings = subject.settings;
  settings.Set(kLength, Expr(length));
  At("at T = " + ToString(length), [&] { CheckSettings(*subject.component, settings); });
}

std::vector<Rational> EvaluateAt(const std::vector<Integer>& lengths, const Expr& cost) {
  std::vector<Rational> values;
  for (const Integer& length : lengths) {
    values.push_back(Evaluate(cost, {{kLength, Rational(length)}}));
  }
  return values;
}

Cell RatioCell(const Rational& first, const Rational& other) {
  return other == 0 ? Cell() : Cell(Rational(first / other));
}

/// A row a length, a column a subject from `begin` on.
template <class CellAt>
Table WideTable(const Scaling& scaling, std::size_t begin, const std::string& unit,
                const CellAt& cell_at) {
  Table table;
  table.columns = {{kLength, "tokens"}};
  for (std::size_t subject = begin; subject < scaling.subjects.size(); ++subject) {
    // Labels may repeat, and one may be T; names must not.
    table.columns.push_back(
        {"subject " + std::to_string(subject), unit, scaling.subjects[subject].label});
  }
  for (std::size_t length = 0; length < scaling.lengths.size(); ++length) {
    std::vector<Cell> row = {scaling.lengths[length]};
    for (std::size_t subject = begin; subject < scaling.subjects.size(); ++subject) {
      row.push_back(cell_at(subject, length));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

Scaling ScaleOverLengths(std::vector<Subject> subjects, std::vector<Metric> metrics,
                         std::vector<Integer> lengths, const Counting& counting) {
  Scaling scaling{std::move(subjects), std::move(metrics), std::move(lengths), {}, {}};
  for (const Subject& subject : scaling.subjects) {
    for (const Integer& length : scaling.lengths) CheckAt(subject, length);
  }
  for (const Metric metric : scaling.metrics) {
    auto& costs = scaling.costs.emplace_back();
    auto& values = scaling.values.emplace_back();
    for (const Subject& subject : scaling.subjects) {
      costs.push_back(CostOf(subject, counting, metric));
      values.push_back(EvaluateAt(scaling.lengths, costs.back()));
    }
  }
  return scaling;
}

void FillRows(const Scaling& scaling, Table& table) {
  table.columns = {{"component", ""}, {kLength, "tokens"}};
  for (const Metric metric : scaling.metrics) {
    const MetricInfo& info = InfoOf(metric);
    const std::string name(info.name);
    table.columns.push_back({name, std::string(info.unit)});
    table.columns.push_back({name + "_ratio", "ratio", "ratio"});
  }
  for (std::size_t length = 0; length < scaling.lengths.size(); ++length) {
    for (std::size_t subject = 0; subject < scaling.subjects.size(); ++subject) {
      std::vector<Cell> row = {scaling.subjects[subject].label, scaling.lengths[length]};
      for (const auto& values : scaling.values) {
        row.emplace_back(values[subject][length]);
        row.push_back(RatioCell(values[0][length], values[subject][length]));
      }
      table.rows.push_back(std::move(row));
    }
  }
}

std::vector<Table> WideTables(const Scaling& scaling, const Table& data) {
  std::vector<Table> tables;
  for (std::size_t metric = 0; metric < scaling.metrics.size(); ++metric) {
    const MetricInfo& info = InfoOf(scaling.metrics[metric]);
    const auto& values = scaling.values[metric];
    tables.push_back(WideTable(
        scaling, 0, std::string(info.unit),
        [&](std::size_t subject, std::size_t length) -> Cell { return values[subject][length]; }));
    if (metric > 0) tables.back().title = info.name;
    tables.push_back(WideTable(scaling, 1, "ratio", [&](std::size_t subject, std::size_t length) {
      return RatioCell(values[0][length], values[subject][length]);
    }));
    tables.back().title = std::string(info.name) + ": " + scaling.subjects[0].label + " / this one";
  }
  tables.front().title = data.title;
  tables.front().convention = data.convention;
  tables.front().convention_fields = data.convention_fields;
  tables.back().notes = data.notes;
  return tables;
}

Chart ChartOf(const Scaling& scaling) {
  COSTCHECK_CHECK(!scaling.metrics.empty());
  const MetricInfo& info = InfoOf(scaling.metrics[0]);
  Chart chart;
  chart.x_label = "T, tokens";
  chart.y_label = std::string(info.name) + ", " + std::string(info.unit);
  for (std::size_t i = 0; i < scaling.subjects.size(); ++i) {
    Series series{scaling.subjects[i].label, {}};
    for (std::size_t j = 0; j < scaling.lengths.size(); ++j) {
      series.points.push_back({ToDouble(scaling.lengths[j]), ToDouble(scaling.values[0][i][j])});
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

}  // namespace costcheck
