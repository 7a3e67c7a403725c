#include "tables/json.h"

#include <nlohmann/json.hpp>

#include "tables/format.h"

namespace costcheck {
namespace {

using Json = nlohmann::ordered_json;  // keys in the order in which they are set

Json CellJson(const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return nullptr;
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag;
  if (const auto* real = std::get_if<double>(&cell)) return *real;
  return DataText(cell);
}

Json ValueJson(const Value& value) {
  if (const auto* cell = std::get_if<Cell>(&value)) return CellJson(*cell);
  Json list = Json::array();
  for (const Cell& cell : std::get<std::vector<Cell>>(value)) list.push_back(CellJson(cell));
  return list;
}

Json ExtraJson(const Extra& extra) {
  if (const auto* value = std::get_if<Value>(&extra)) return ValueJson(*value);
  Json object = Json::object();
  for (const auto& [name, value] : std::get<Fields>(extra)) object[name] = ValueJson(value);
  return object;
}

Json ConventionJson(const Table& table) {
  Json convention = {{"name", table.convention}};
  for (const auto& [name, value] : table.convention_fields) convention[name] = value;
  return convention;
}

Json ColumnsJson(const Table& table) {
  Json columns = Json::array();
  for (const Column& column : table.columns) {
    columns.push_back({{"name", column.name}, {"unit", column.unit}});
  }
  return columns;
}

Json RowsJson(const Table& table) {
  Json rows = Json::array();
  for (const std::vector<Cell>& row : table.rows) {
    Json object = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) object[table.columns[i].name] = CellJson(row[i]);
    rows.push_back(object);
  }
  return rows;
}

/// On one line. Text that is no UTF-8 is printed with replacement characters.
std::string Compact(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A list, but of numbers, has a line for each item: rows can be read and compared.
std::string Lines(const Json& value) {
  const bool is_short = !value.is_array() || value.empty() || value[0].is_number();
  if (is_short) return Compact(value);
  std::string out;
  for (const Json& item : value) out += (out.empty() ? "[\n    " : ",\n    ") + Compact(item);
  return out + "\n  ]";
}

}  // namespace

std::string WriteJson(const Table& table) {
  Json out = {{"command", table.command}, {"convention", ConventionJson(table)}};
  out["columns"] = ColumnsJson(table);
  out["rows"] = RowsJson(table);
  out["notes"] = table.notes;
  for (const auto& [name, extra] : table.extras) out[name] = ExtraJson(extra);
  std::string text;
  for (const auto& [key, value] : out.items()) {
    text += (text.empty() ? "{\n  " : ",\n  ") + Compact(key) + ": " + Lines(value);
  }
  return text + "\n}\n";
}

}  // namespace costcheck
