#include "claims/claim_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "claims/claim_file_claim.h"
#include "claims/claim_file_names.h"
#include "claims/claim_file_number.h"
#include "claims/claim_table.h"
#include "evidence/files.h"

namespace costcheck {
namespace {

ClaimSource ReadSource(const ClaimTable& table) {
  table.AllowOnly({"id", "title", "reference"});
  return {table.Text("id"), table.Text("title"), table.Text("reference"), table.Place()};
}

/// Nothing for words; but what has a unit or digits that count is a number.
std::optional<PrintedNumber> ReadFactNumber(const ClaimTable& table) {
  const std::string value = table.Text("value");
  if (!table.Has("unit") && !table.Has("digits") && !IsPrinted(value)) return std::nullopt;
  return ReadPrinted(table);
}

ClaimFact ReadFact(const ClaimTable& table) {
  table.AllowOnly({"id", "source", "where", "quote", "value", "unit", "digits"});
  ClaimFact fact;
  fact.place = table.Place();
  fact.id = table.Text("id");
  fact.source = table.TextIfAny("source");
  fact.where = table.TextIfAny("where");
  fact.quote = table.TextIfAny("quote");
  fact.value = table.Text("value");
  fact.unit = table.TextIfAny("unit");
  fact.printed = ReadFactNumber(table);
  return fact;
}

std::vector<ClaimDefinition> ReadDefinitions(const ClaimTable& root) {
  std::vector<ClaimDefinition> definitions;
  const std::optional<ClaimTable> table = root.Table("definitions", "the definitions");
  if (!table) return definitions;
  for (const std::string& name : table->Keys()) {
    definitions.push_back({name, table->Text(name), table->Place(name)});
  }
  return definitions;
}

ClaimFile ReadFile(const ClaimTable& root) {
  root.AllowOnly({"title", "introduction", "definitions", "sources", "facts", "claims"});
  ClaimFile file;
  file.title = root.Text("title");
  file.introduction = root.TextIfAny("introduction");
  file.definitions = ReadDefinitions(root);
  for (const ClaimTable& source : root.Tables("sources", "a source")) {
    file.sources.push_back(ReadSource(source));
  }
  for (const ClaimTable& fact : root.Tables("facts", "a fact")) {
    file.facts.push_back(ReadFact(fact));
  }
  for (const ClaimTable& claim : root.Tables("claims", "a claim")) {
    file.claims.push_back(ReadClaim(claim));
  }
  if (file.claims.empty()) FailAt(root.Place(), "the file has no [[claims]]");
  CheckClaimNames(file);
  return file;
}

/// What the TOML reader itself does not survive: a key of a million parts, "a.a.a...", is as many
/// tables in each other. Names the line.
void CheckPoints(std::string_view text, const std::string& file) {
  constexpr std::ptrdiff_t kMostPoints = 200;
  int line = 0;
  for (std::size_t begin = 0; begin <= text.size();) {
    ++line;
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view one = text.substr(begin, end - begin);
    if (std::count(one.begin(), one.end(), '.') > kMostPoints) {
      FailAt({file, line}, fmt::format("the line has more than {} full stops", kMostPoints));
    }
    begin = end + 1;
  }
}

}  // namespace

ClaimFile ParseClaimFile(std::string_view text, const std::string& file) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    FailAt({file, 1}, "the file is empty");
  }
  CheckPoints(text, file);
  try {
    const toml::table root = toml::parse(text);
    return ReadFile(ClaimTable(root, file, "the file"));
  } catch (const toml::parse_error& error) {
    FailAt({file, static_cast<int>(error.source().begin.line)},
           fmt::format("this is not TOML: {}", error.description()));
  }
}

ClaimFile LoadClaimFile(const std::string& path) {
  return ParseClaimFile(ReadWholeFile(path), path);
}

}  // namespace costcheck
