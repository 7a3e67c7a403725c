#include "tables/html.h"

#include <fmt/format.h>

#include <functional>

#include "tables/escape.h"
#include "tables/sheet.h"

namespace costcheck {
namespace {

std::string Class(const SheetColumn& column) { return column.is_number ? " class=\"number\"" : ""; }

std::string HeaderRow(const Sheet& sheet,
                      const std::function<std::string(const SheetColumn&)>& text) {
  std::string out = "<tr>";
  for (const SheetColumn& column : sheet.columns) {
    out += fmt::format("<th scope=\"col\"{}>{}</th>", Class(column), EscapeXml(text(column)));
  }
  return out + "</tr>\n";
}

std::string CellHtml(const SheetColumn& column, std::size_t row) {
  const std::string& text = column.cells[row];
  const std::string& digits = column.digits[row];
  const bool shortened = column.is_number && !digits.empty() && digits != text;
  const std::string title = shortened ? fmt::format(" title=\"{}\"", EscapeXml(digits)) : "";
  const std::string element = column.is_key ? "th" : "td";
  const std::string scope = column.is_key ? " scope=\"row\"" : "";
  return fmt::format("<{0}{1}{2}{3}>{4}</{0}>", element, scope, Class(column), title,
                     EscapeXml(text));
}

std::string TableHtml(const Sheet& sheet) {
  std::string out = "<table>\n";
  if (!sheet.title.empty()) out += fmt::format("<caption>{}</caption>\n", EscapeXml(sheet.title));
  out += "<thead>\n" + HeaderRow(sheet, [](const auto& column) { return column.heading; });
  if (HasUnits(sheet)) out += HeaderRow(sheet, [](const auto& column) { return column.unit; });
  out += "</thead>\n<tbody>\n";
  for (std::size_t row = 0; row < sheet.rows; ++row) {
    out += "<tr>";
    for (const SheetColumn& column : sheet.columns) out += CellHtml(column, row);
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table>\n";
}

}  // namespace

std::string HtmlFragment(const Table& table, const WriteOptions& options) {
  const Sheet sheet = MakeSheet(table, options.exact);
  std::string out = "<section class=\"costcheck\">\n";
  if (!sheet.columns.empty()) out += TableHtml(sheet);
  if (!sheet.convention.empty()) out += fmt::format("<p>{}</p>\n", EscapeXml(sheet.convention));
  if (!sheet.notes.empty()) {
    out += "<ul>\n";
    for (const std::string& note : sheet.notes)
      out += fmt::format("<li>{}</li>\n", EscapeXml(note));
    out += "</ul>\n";
  }
  return out + "</section>\n";
}

std::string HtmlStyle() {
  return R"(.costcheck { font: 14px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 72em; overflow-x: auto; }
.costcheck table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.costcheck caption { font-weight: 600; padding-bottom: .5em; text-align: left; }
.costcheck th, .costcheck td { padding: .2em .8em; text-align: left; vertical-align: top; }
.costcheck thead tr + tr th { font-weight: 400; opacity: .7; padding-top: 0; }
.costcheck tbody th { font-weight: 400; }
.costcheck thead { border-bottom: 1px solid; }
.costcheck tbody tr + tr { border-top: 1px solid rgba(128, 128, 128, .25); }
.costcheck .number { text-align: right; white-space: nowrap; }
.costcheck ul { padding-left: 1.2em; }
)";
}

std::string WriteHtml(const Table& table, const WriteOptions& options) {
  const std::string title = table.title.empty() ? table.command : table.title;
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>\n:root {{ color-scheme: light dark; }}\n{}</style>\n</head>\n"
      "<body>\n{}</body>\n</html>\n",
      EscapeXml(title), HtmlStyle(), HtmlFragment(table, options));
}

}  // namespace costcheck
