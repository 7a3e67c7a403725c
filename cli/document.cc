#include "cli/document.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/file_output.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/place.h"
#include "tables/html.h"

namespace costcheck {
namespace {

/// Whether text gets bold headers: the option, else a terminal without NO_COLOR.
bool WantsColor(const std::string& when, bool to_file) {
  if (when == "always") return true;
  if (when == "never") return false;
  if (when != "auto") {
    throw CostError("--color: '" + when + "' is none of auto, always and never" +
                    DidYouMean(when, {"auto", "always", "never"}));
  }
  const char* no_color = std::getenv("NO_COLOR");
  const bool refused = no_color != nullptr && no_color[0] != '\0';
  return !to_file && !refused && isatty(STDOUT_FILENO) != 0;
}

/// What people need of a convention in one line; data has all of it, and the
/// notes say in words what it counts.
Table ForPeople(Table table) {
  constexpr std::array<std::string_view, 6> kShown = {
      "flops_per_multiply_add", "causal_rule", "count", "scope", "causal", "phase"};
  std::erase_if(table.convention_fields, [&](const auto& field) {
    return std::find(kShown.begin(), kShown.end(), field.first) == kShown.end();
  });
  return table;
}

std::string RenderJson(const Document& document) {
  std::string main = Write(document.main, Format::kJson);
  if (document.more.empty() && document.more_data.empty()) return main;
  auto object = nlohmann::ordered_json::parse(main);
  for (const auto* tables : {&document.more, &document.more_data}) {
    for (const auto& [key, table] : *tables) {
      object[key] = nlohmann::ordered_json::parse(Write(table, Format::kJson))["rows"];
    }
  }
  return object.dump(2) + "\n";
}

/// The tables that people see, in turn.
std::vector<Table> TablesForPeople(const Document& document) {
  std::vector<Table> tables = document.for_people;
  if (tables.empty()) tables.push_back(document.main);
  for (const auto& [key, table] : document.more) tables.push_back(table);
  for (Table& table : tables) table = ForPeople(std::move(table));
  return tables;
}

/// The page of the first table, with the others at the end of its body.
std::string RenderHtml(const Document& document, const WriteOptions& options) {
  const std::vector<Table> tables = TablesForPeople(document);
  std::string page = Write(tables.front(), Format::kHtml, options);
  std::string others;
  for (std::size_t i = 1; i < tables.size(); ++i) others += HtmlFragment(tables[i], options);
  const std::size_t end = page.rfind("</body>");
  COSTCHECK_CHECK(end != std::string::npos);
  return page.insert(end, others);
}

std::string RenderInTurn(const Document& document, Format format, const WriteOptions& options) {
  std::string text;
  for (const Table& table : TablesForPeople(document)) {
    text += (text.empty() ? "" : "\n") + Write(table, format, options);
  }
  return text;
}

}  // namespace

OptionGroup OutputOptions() {
  OptionGroup group("Output");
  auto add = group.add_options();
  add("format", TextValue("FORMAT")->default_value("text"),
      "text, markdown, csv, json, latex or html");
  add("output", TextValue("FILE"), "write to a file, whole or not at all");
  add("exact", "all digits in tables for people; csv and json always have them");
  add("color", TextValue("WHEN")->default_value("auto"), "auto, always or never");
  add("quiet", "no warnings");
  return group;
}

Output ParseOutput(const Options& options) {
  Output output;
  output.format = At("--format", [&] { return ParseFormat(options.Text("format")); });
  output.file = options.Find("output");
  output.write.exact = options.Has("exact");
  output.write.color = WantsColor(options.Text("color"), output.file.has_value());
  output.quiet = options.Has("quiet");
  return output;
}

std::string Render(const Document& document, const Output& output) {
  switch (output.format) {
    case Format::kJson:
      return RenderJson(document);
    case Format::kCsv:
      return Write(document.main, Format::kCsv);
    case Format::kHtml:
      return RenderHtml(document, output.write);
    default:
      return RenderInTurn(document, output.format, output.write);
  }
}

void Deliver(const std::string& text, const Output& output) {
  if (output.file) return WriteFile(*output.file, text);
  WriteOut(text);
}

void Print(const Document& document, const Output& output) {
  Deliver(Render(document, output), output);
}

void Warn(const Output& output, const std::string& sentence) {
  if (!output.quiet) std::fprintf(stderr, "costcheck: warning: %s\n", sentence.c_str());
}

}  // namespace costcheck
