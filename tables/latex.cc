#include "tables/latex.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>

#include "tables/escape.h"
#include "tables/sheet.h"

namespace costcheck {
namespace {

/// In text mode a bare "-" before a digit is a hyphen, too short for a minus.
std::string CellLatex(const std::string& text, bool is_number) {
  const bool negative = is_number && text.size() > 1 && text.front() == '-';
  return negative ? "$-$" + EscapeLatex(text.substr(1)) : EscapeLatex(text);
}

std::string Row(const Sheet& sheet, const std::function<std::string(const SheetColumn&)>& cell) {
  std::vector<std::string> cells;
  for (const SheetColumn& column : sheet.columns) cells.push_back(cell(column));
  return fmt::format("    {} \\\\\n", fmt::join(cells, " & "));
}

std::string Tabular(const Sheet& sheet) {
  std::string alignment;
  for (const SheetColumn& column : sheet.columns) alignment += column.is_number ? 'r' : 'l';
  std::string out = fmt::format("  \\begin{{tabular}}{{{}}}\n    \\toprule\n", alignment);
  out += Row(sheet, [](const auto& column) { return EscapeLatex(column.heading); });
  if (HasUnits(sheet)) {
    out += Row(sheet, [](const auto& column) { return EscapeLatex(column.unit); });
  }
  out += "    \\midrule\n";
  for (std::size_t i = 0; i < sheet.rows; ++i) {
    out += Row(sheet,
               [i](const auto& column) { return CellLatex(column.cells[i], column.is_number); });
  }
  return out + "    \\bottomrule\n  \\end{tabular}\n";
}

}  // namespace

std::string WriteLatex(const Table& table, const WriteOptions& options) {
  Sheet sheet = MakeSheet(table, options.exact);
  std::string out = "% \\usepackage{booktabs}\n\\begin{table}\n  \\centering\n";
  if (!sheet.title.empty()) out += fmt::format("  \\caption{{{}}}\n", EscapeLatex(sheet.title));
  if (!sheet.columns.empty()) out += Tabular(sheet);
  if (!sheet.convention.empty()) sheet.notes.insert(sheet.notes.begin(), sheet.convention);
  for (const std::string& note : sheet.notes) {
    out += fmt::format("  \\par{{\\footnotesize {}\\par}}\n", EscapeLatex(note));
  }
  return out + "\\end{table}\n";
}

}  // namespace costcheck
