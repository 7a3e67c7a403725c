#include "tables/json.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/tables/samples.h"

namespace costcheck {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> KeysOf(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

TEST_CASE("a table is one object with the keys that scripts rely on", "[json]") {
  const Json parsed = Json::parse(WriteJson(ScalingSample()));
  CHECK(KeysOf(parsed) ==
        std::vector<std::string>{"command", "convention", "columns", "rows", "notes"});
  CHECK(parsed["command"] == "table");
  CHECK(parsed["convention"].dump() ==
        R"({"name":"seeds","multiply_add":"2","causal":"exact","scope":"core"})");
  CHECK(parsed["columns"][1].dump() == R"({"name":"T","unit":"tokens"})");
  CHECK(parsed["columns"].size() == 6);
  CHECK(parsed["rows"].size() == 7);
  CHECK(parsed["notes"].size() == 2);
}

TEST_CASE("each row has the keys of the columns, data columns too", "[json]") {
  const Json parsed = Json::parse(WriteJson(ScalingSample()));
  for (const Json& row : parsed["rows"]) {
    CHECK(KeysOf(row) == std::vector<std::string>{"component", "T", "flops", "flops_ratio",
                                                  "time_s", "remainder"});
  }
}

TEST_CASE("integers and rationals are strings of exact digits", "[json]") {
  const Json row = Json::parse(WriteJson(ScalingSample()))["rows"][5];
  CHECK(row["T"] == "131072");
  CHECK(row["flops"] == "11927945216");  // 131072 * 91003
  // 2 * 131072 * 131073 * 768 + 3 * 768 over that, both divided by 256.
  CHECK(row["flops_ratio"] == "103080001545/46593536");
  CHECK(row["time_s"].is_number_float());
  CHECK(row["time_s"].get<double>() == 1.5e-9 * 131072 * 131072);
}

TEST_CASE("null, flags and doubles keep their types", "[json]") {
  const Json rows = Json::parse(WriteJson(AwkwardSample()))["rows"];
  CHECK(rows[0]["holds"] == true);
  CHECK(rows[1]["bytes"].is_null());
  CHECK(rows[2]["value"] == -2.5e-7);
  CHECK(rows[2]["holds"].is_null());
  CHECK(rows[3]["value"] == "-7");
  CHECK(rows[4]["bytes"] == "1" + std::string(99, '0'));
  CHECK(rows[1]["id"] == "line\nbreak");
}

TEST_CASE("extras become further keys: values, lists and objects", "[json]") {
  const Json parsed = Json::parse(WriteJson(CrossoverSample()));
  CHECK(parsed["limit_ratio"].dump() == R"({"flops":"12/7","kept_bytes":"infinity"})");
  CHECK(parsed["complete_to"] == "infinity");
  CHECK(parsed["interval"].dump() == "[0.25,1e-07]");
  CHECK(parsed["rows"][0]["tie"].is_null());
}

TEST_CASE("an empty table has empty lists, and objects", "[json]") {
  CHECK(Json::parse(WriteJson(Table{})).dump() ==
        R"({"command":"","convention":{"name":""},"columns":[],"rows":[],"notes":[]})");
  Table table;
  table.extras = {{"summary", Fields{}}};
  CHECK(Json::parse(WriteJson(table))["summary"].is_object());
}

TEST_CASE("what JSON cannot hold does not break the document", "[json]") {
  Table table;
  table.columns = {{"a", ""}, {"b", ""}};
  table.rows = {{std::numeric_limits<double>::infinity(), "bad \xFF byte"}};
  const Json row = Json::parse(WriteJson(table))["rows"][0];
  CHECK(row["a"].is_null());
  CHECK(row["b"] == "bad \xEF\xBF\xBD byte");
}

TEST_CASE("doubles read back to the same bits", "[json]") {
  Table table;
  table.columns = {{"a", ""}};
  const std::vector<double> values = {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 1e22};
  for (const double value : values) table.rows.push_back({value});
  const Json rows = Json::parse(WriteJson(table))["rows"];
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(rows[i]["a"].get<double>() == values[i]);
}

}  // namespace
}  // namespace costcheck
