#include "tables/csv.h"

#include "tables/format.h"

namespace costcheck {
namespace {

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

/// Spaces at the ends are quoted too: some readers trim them.
std::string TextField(const std::string& text) {
  const bool bare = !text.empty() && text.find_first_of(",\"\r\n") == std::string::npos &&
                    text.front() != ' ' && text.back() != ' ';
  return bare ? text : Quoted(text);
}

std::string Field(const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text != nullptr ? TextField(*text) : DataText(cell);
}

std::string Line(const std::vector<std::string>& fields) {
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) out += (i == 0 ? "" : ",") + fields[i];
  if (fields.size() == 1 && out.empty()) out = "\"\"";  // an empty line would be no row
  return out + "\n";
}

}  // namespace

std::string WriteCsv(const Table& table) {
  std::vector<std::string> header;
  for (const Column& column : table.columns) header.push_back(TextField(column.name));
  std::string out = Line(header);
  for (const std::vector<Cell>& row : table.rows) {
    std::vector<std::string> fields;
    for (const Cell& cell : row) fields.push_back(Field(cell));
    out += Line(fields);
  }
  return out;
}

}  // namespace costcheck
