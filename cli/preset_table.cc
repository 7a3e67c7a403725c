#include "cli/preset_table.h"

#include <fmt/format.h>

#include "cli/printed.h"
#include "cli/request_options.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/assignments.h"
#include "costmodel/query/counting.h"
#include "costmodel/query/place.h"
#include "costmodel/query/value.h"

namespace costcheck {
namespace {

Counting CountingOf(const Preset& preset) {
  Counting counting;
  const auto convention = preset.counting.find("convention");
  counting.convention =
      FindConvention(convention == preset.counting.end() ? "first-principles" : convention->second);
  for (const auto& [name, value] : preset.counting) {
    if (IsCountingName(name)) counting = With(counting, name, value);
  }
  return counting;
}

bool IsPrinted(const Preset& preset, const PresetColumn& column) {
  for (const PresetRow& row : preset.rows) {
    if (row.printed.contains(column.name)) return true;
  }
  return false;
}

std::vector<Column> Columns(const Preset& preset) {
  std::vector<Column> columns = {{"row", ""}};
  for (const PresetColumn& column : preset.columns) {
    const bool all_digits = column.unit == "parameters";  // as they are printed
    columns.push_back({column.name, column.unit, column.heading,
                       all_digits ? NumberStyle::kPlain : NumberStyle::kByUnit});
    if (!IsPrinted(preset, column)) continue;
    columns.push_back({column.name + "_printed", "", "printed"});
    columns.push_back({column.name + "_agrees", "", "", NumberStyle::kByUnit, true});
  }
  return columns;
}

std::string Difference(const PresetRow& row, const PresetColumn& column, const std::string& text,
                       const Printed& printed, const Rational& value) {
  std::string note = fmt::format("Differs: {}, {}: printed {}, recomputed {}", row.label,
                                 column.heading, text, InUnitOf(printed, value));
  if (const std::optional<Rational> factor = SlipFactor(printed, value)) {
    note += fmt::format("; printed is 1000 times too {}", *factor > 1 ? "small" : "large");
  }
  return note + ".";
}

/// Fills a table row by row and counts what agrees.
class Recomputation {
 public:
  explicit Recomputation(const Preset& preset) : preset_(preset), counting_(CountingOf(preset)) {}

  Table Run() {
    table_.command = "table";
    table_.title = preset_.title;
    Describe(counting_, table_);
    table_.columns = Columns(preset_);
    for (const PresetRow& row : preset_.rows) {
      At(preset_.name + ", " + row.label, [&] { AddRow(row); });
    }
    AddNotes();
    return std::move(table_);
  }

 private:
  void AddRow(const PresetRow& row) {
    Assignments assignments;
    if (!row.set.empty()) assignments.Add(row.set, "set");
    std::vector<Cell> cells = {row.label};
    Values values;
    for (const PresetColumn& column : preset_.columns) {
      const std::optional<Rational> value = Recompute(row, column, assignments, values);
      if (value) values[column.name] = *value;
      AddCells(row, column, value, cells);
    }
    table_.rows.push_back(std::move(cells));
  }

  /// Nothing where the row has no expression, or a quotient no divisor.
  std::optional<Rational> Recompute(const PresetRow& row, const PresetColumn& column,
                                    const Assignments& assignments, const Values& values) const {
    if (!column.numerator.empty()) {
      const auto numerator = values.find(column.numerator);
      const auto denominator = values.find(column.denominator);
      const bool defined = numerator != values.end() && denominator != values.end();
      if (!defined || denominator->second == 0) return std::nullopt;
      return numerator->second / denominator->second;
    }
    const auto expression = row.expressions.find(column.name);
    if (expression == row.expressions.end()) return std::nullopt;
    return ValueOf(expression->second, assignments, counting_);
  }

  void AddCells(const PresetRow& row, const PresetColumn& column,
                const std::optional<Rational>& value, std::vector<Cell>& cells) {
    cells.push_back(value ? Cell(*value) : Cell());
    if (!IsPrinted(preset_, column)) return;
    const auto printed = row.printed.find(column.name);
    if (printed == row.printed.end() || !value) {
      cells.insert(cells.end(), {Cell(), Cell()});
      return;
    }
    cells.emplace_back(printed->second);
    cells.emplace_back(Compare(row, column, printed->second, *value));
  }

  bool Compare(const PresetRow& row, const PresetColumn& column, const std::string& text,
               const Rational& value) {
    const std::optional<Printed> printed = ParsePrinted(text);
    if (!printed) throw CostError("'" + text + "' is not a printed number");
    const bool agrees = Agrees(*printed, value);
    if (!agrees) differences_.push_back(Difference(row, column, text, *printed, value));
    ++compared_;
    return agrees;
  }

  void AddNotes() {
    const auto differ = static_cast<int>(differences_.size());
    table_.notes = {"Source: " + preset_.source + "."};
    if (compared_ > 0) {
      table_.notes.push_back(
          fmt::format("{} of {} printed cells agree with what is recomputed, to the digits that "
                      "they have.",
                      compared_ - differ, compared_));
    }
    table_.notes.insert(table_.notes.end(), differences_.begin(), differences_.end());
    table_.notes.insert(table_.notes.end(), preset_.notes.begin(), preset_.notes.end());
  }

  const Preset& preset_;
  Counting counting_;
  Table table_;
  std::vector<std::string> differences_;
  int compared_ = 0;
};

}  // namespace

Table PresetTable(const Preset& preset) { return Recomputation(preset).Run(); }

}  // namespace costcheck
