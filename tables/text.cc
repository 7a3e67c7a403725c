#include "tables/text.h"

#include <algorithm>
#include <functional>

#include "costmodel/algebra/error.h"
#include "tables/sheet.h"
#include "tables/wrap.h"

namespace costcheck {
namespace {

constexpr std::size_t kGap = 2;  // spaces between columns
constexpr int kLeastWidth = 20;

/// A column and the room it has; cells wider than that are wrapped.
struct Placed {
  const SheetColumn* column;
  std::size_t width;
};
using Block = std::vector<Placed>;

std::size_t NaturalWidth(const SheetColumn& column) {
  std::size_t width = std::max(DisplayWidth(column.heading), DisplayWidth(column.unit));
  for (const std::string& cell : column.cells) width = std::max(width, DisplayWidth(cell));
  return std::max<std::size_t>(width, 1);
}

std::size_t TotalWidth(const Block& block) {
  std::size_t total = 0;
  for (const Placed& placed : block) total += placed.width + kGap;
  return total - std::min(total, kGap);
}

/// Keys take a third of the page at most, text half of it, and any column what
/// the keys leave. Text in the last column fills the line instead, if a quarter
/// of the page is left for it.
Block PlaceColumns(const Sheet& sheet, std::size_t page) {
  Block placed;
  std::size_t room = page;
  for (const SheetColumn& column : sheet.columns) {
    std::size_t limit = room;
    if (column.is_key) limit = std::min(limit, page / 3);
    if (!column.is_number) limit = std::min(limit, page / 2);
    const std::size_t used = TotalWidth(placed) + kGap;
    const bool last = &column == &sheet.columns.back() && !column.is_key && !column.is_number;
    if (last && used + page / 4 <= page) limit = page - used;
    placed.push_back({&column, std::min(NaturalWidth(column), limit)});
    if (column.is_key) room -= placed.back().width + kGap;
  }
  return placed;
}

/// As few blocks as the order of columns allows, each with all the keys.
std::vector<Block> SplitToPage(const Block& columns, std::size_t page) {
  Block keys;
  Block others;
  for (const Placed& placed : columns) {
    (placed.column->is_key ? keys : others).push_back(placed);
  }
  std::vector<Block> blocks = {keys};
  for (const Placed& placed : others) {
    const bool full = TotalWidth(blocks.back()) + kGap + placed.width > page;
    if (full && blocks.back().size() > keys.size()) blocks.push_back(keys);
    blocks.back().push_back(placed);
  }
  return blocks;
}

std::string WithoutTrailingSpaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

/// One row of cells, on as many lines as the longest of them needs.
std::vector<std::string> RowLines(const Block& block,
                                  const std::function<std::string(const SheetColumn&)>& cell) {
  std::vector<std::vector<std::string>> wrapped;
  std::size_t height = 0;
  for (const Placed& placed : block) {
    wrapped.push_back(WrapText(cell(*placed.column), placed.width));
    height = std::max(height, wrapped.back().size());
  }
  std::vector<std::string> lines(height);
  for (std::size_t i = 0; i < height; ++i) {
    for (std::size_t j = 0; j < block.size(); ++j) {
      const std::string text = i < wrapped[j].size() ? wrapped[j][i] : "";
      if (j > 0) lines[i].append(kGap, ' ');
      lines[i] += block[j].column->is_number ? PadLeft(text, block[j].width)
                                             : PadRight(text, block[j].width);
    }
    lines[i] = WithoutTrailingSpaces(lines[i]);
  }
  return lines;
}

std::string Joined(const std::vector<std::string>& lines, bool bold = false) {
  std::string out;
  for (const std::string& line : lines) out += bold ? "\x1b[1m" + line + "\x1b[0m\n" : line + "\n";
  return out;
}

std::string BlockText(const Sheet& sheet, const Block& block, bool color) {
  std::string out =
      Joined(RowLines(block, [](const auto& column) { return column.heading; }), color);
  if (HasUnits(sheet)) {
    out += Joined(RowLines(block, [](const auto& column) { return column.unit; }));
  }
  std::string rule;
  for (const Placed& placed : block) {
    rule += std::string(rule.empty() ? 0 : kGap, ' ') + std::string(placed.width, '-');
  }
  out += rule + "\n";
  for (std::size_t row = 0; row < sheet.rows; ++row) {
    out += Joined(RowLines(block, [row](const auto& column) { return column.cells[row]; }));
  }
  return out;
}

/// The only row of `sheet`, turned on its side.
Sheet Turned(const Sheet& sheet) {
  SheetColumn names{"quantity", "", false, true, {}, {}};
  SheetColumn values{"value", "", false, false, {}, {}};
  for (const SheetColumn& column : sheet.columns) {
    const std::string unit = column.unit.empty() ? "" : " (" + column.unit + ")";
    names.cells.push_back(column.heading + unit);
    values.cells.push_back(column.cells.front());
  }
  Sheet turned;
  turned.rows = sheet.columns.size();
  turned.columns = {names, values};
  return turned;
}

std::string Body(const Sheet& sheet, std::size_t page, bool color) {
  const Block columns = PlaceColumns(sheet, page);
  if (TotalWidth(columns) > page && sheet.rows == 1) return Body(Turned(sheet), page, color);
  std::string out;
  for (const Block& block : SplitToPage(columns, page)) {
    out += (out.empty() ? "" : "\n") + BlockText(sheet, block, color);
  }
  return out;
}

}  // namespace

std::string WriteText(const Table& table, const WriteOptions& options) {
  COSTCHECK_CHECK(options.width >= kLeastWidth);
  const Sheet sheet = MakeSheet(table, options.exact);
  const auto page = static_cast<std::size_t>(options.width);
  std::string head;
  if (!sheet.title.empty()) head += Joined(WrapText(sheet.title, page), options.color);
  if (!sheet.convention.empty()) head += Joined(WrapText(sheet.convention, page));
  std::string notes;
  for (const std::string& note : sheet.notes) notes += Joined(WrapText(note, page));
  std::string out = head;
  for (const std::string& part :
       {sheet.columns.empty() ? "" : Body(sheet, page, options.color), notes}) {
    if (!out.empty() && !part.empty()) out += "\n";
    out += part;
  }
  return out;
}

}  // namespace costcheck
