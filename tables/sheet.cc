#include "tables/sheet.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "costmodel/algebra/error.h"
#include "tables/format.h"

namespace costcheck {
namespace {

std::string ConventionLine(const Table& table) {
  if (table.convention.empty()) return "";
  std::vector<std::string> settings;
  for (const auto& [name, value] : table.convention_fields) settings.push_back(name + "=" + value);
  const std::string separator = settings.empty() ? "" : ": ";
  return fmt::format("Convention {}{}{}", table.convention, separator, fmt::join(settings, ", "));
}

SheetColumn MakeColumn(const Table& table, std::size_t index, bool exact) {
  const Column& column = table.columns[index];
  SheetColumn out;
  out.heading = column.heading.empty() ? column.name : column.heading;
  if (StyleOf(column) != NumberStyle::kRatio) out.unit = column.unit;  // each cell has its x
  for (const std::vector<Cell>& row : table.rows) {
    out.cells.push_back(CellText(row[index], column, exact));
    out.digits.push_back(DataText(row[index]));
    out.is_number = out.is_number || IsNumber(row[index]);
  }
  return out;
}

std::string ValueText(const Value& value, bool exact) {
  const Column plain;
  if (const auto* cell = std::get_if<Cell>(&value)) return CellText(*cell, plain, exact);
  std::vector<std::string> items;
  for (const Cell& cell : std::get<std::vector<Cell>>(value)) {
    items.push_back(CellText(cell, plain, exact));
  }
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string ExtraText(const Extra& extra, bool exact) {
  if (const auto* value = std::get_if<Value>(&extra)) return ValueText(*value, exact);
  std::vector<std::string> items;
  for (const auto& [name, value] : std::get<Fields>(extra)) {
    items.push_back(fmt::format("{} = {}", name, ValueText(value, exact)));
  }
  return fmt::format("{}", fmt::join(items, ", "));
}

}  // namespace

Sheet MakeSheet(const Table& table, bool exact) {
  Sheet sheet;
  sheet.title = table.title;
  sheet.convention = ConventionLine(table);
  sheet.rows = table.rows.size();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].data_only) continue;
    sheet.columns.push_back(MakeColumn(table, i, exact));
    const bool is_length = StyleOf(table.columns[i]) == NumberStyle::kLength;
    const std::size_t place = sheet.columns.size();
    sheet.columns.back().is_key = place == 1 || (place == 2 && is_length);
  }
  sheet.notes = table.notes;
  for (const auto& [name, extra] : table.extras) {
    sheet.notes.push_back(fmt::format("{}: {}", name, ExtraText(extra, exact)));
  }
  return sheet;
}

bool HasUnits(const Sheet& sheet) {
  return std::any_of(sheet.columns.begin(), sheet.columns.end(),
                     [](const SheetColumn& column) { return !column.unit.empty(); });
}

void CheckWellFormed(const Table& table) {
  std::set<std::string> names;
  for (const Column& column : table.columns) COSTCHECK_CHECK(names.insert(column.name).second);
  for (const std::vector<Cell>& row : table.rows) {
    COSTCHECK_CHECK(row.size() == table.columns.size());
  }
  std::set<std::string> keys = {"command", "convention", "columns", "rows", "notes"};
  for (const auto& [key, extra] : table.extras) COSTCHECK_CHECK(keys.insert(key).second);
}

}  // namespace costcheck
