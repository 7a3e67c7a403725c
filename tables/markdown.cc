#include "tables/markdown.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tables/escape.h"
#include "tables/sheet.h"
#include "tables/wrap.h"

namespace costcheck {
namespace {

/// The header, the divider and the cells of one column, all equally wide.
std::vector<std::string> ColumnCells(const SheetColumn& column) {
  std::vector<std::string> cells = {EscapeMarkdown(
      column.unit.empty() ? column.heading : fmt::format("{} ({})", column.heading, column.unit))};
  for (const std::string& cell : column.cells) cells.push_back(EscapeMarkdown(cell));
  std::size_t width = 3;  // the shortest divider
  for (const std::string& cell : cells) width = std::max(width, DisplayWidth(cell));
  for (std::string& cell : cells) {
    cell = column.is_number ? PadLeft(cell, width) : PadRight(cell, width);
  }
  const std::string dashes(width - 1, '-');
  cells.insert(cells.begin() + 1, column.is_number ? dashes + ":" : ":" + dashes);
  return cells;
}

std::string Body(const Sheet& sheet) {
  std::vector<std::string> lines(sheet.rows + 2, "|");
  for (const SheetColumn& column : sheet.columns) {
    const std::vector<std::string> cells = ColumnCells(column);
    for (std::size_t i = 0; i < lines.size(); ++i) lines[i] += fmt::format(" {} |", cells[i]);
  }
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

}  // namespace

std::string WriteMarkdown(const Table& table, const WriteOptions& options) {
  const Sheet sheet = MakeSheet(table, options.exact);
  std::string out;
  if (!sheet.title.empty()) out += fmt::format("**{}**\n\n", EscapeMarkdown(sheet.title));
  if (!sheet.convention.empty()) out += fmt::format("{}\n\n", EscapeMarkdown(sheet.convention));
  if (!sheet.columns.empty()) out += Body(sheet);
  if (!sheet.notes.empty() && !sheet.columns.empty()) out += "\n";
  for (const std::string& note : sheet.notes) out += fmt::format("- {}\n", EscapeMarkdown(note));
  return out;
}

}  // namespace costcheck
