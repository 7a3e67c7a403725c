#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "evidence/files.h"
#include "evidence/lines.h"
#include "tests/catch.h"
#include "verify/experiments/experiment_file.h"
#include "verify/experiments/plan.h"

// docs/experiments.md: its tables are what the committed records give, and its prose has no figure
// of its own.

namespace costcheck {
namespace {

constexpr char kDocument[] = "docs/experiments.md";
constexpr char kEvidence[] = "docs/evidence";

std::string Scratch(const std::string& name) {
  return std::string(std::getenv("TEST_TMPDIR")) + "/" + name;
}

/// The exit status of a shell command.
int Shell(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// The document with its tables written anew.
std::string Updated(const std::string& text, const std::string& evidence) {
  const std::string copy = Scratch("experiments.md");
  ReplaceFile(copy, text);
  const std::string command = "COSTCHECK=cli/costcheck tools/update-experiments " + copy + " ";
  REQUIRE(Shell(command + evidence) == 0);
  return ReadWholeFile(copy);
}

std::vector<std::string> Lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The first line in which two texts differ; "" where none does.
std::string FirstDifference(const std::string& there, const std::string& anew) {
  const std::vector<std::string> a = Lines(there), b = Lines(anew);
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const std::string left = i < a.size() ? a[i] : "(nothing)";
    const std::string right = i < b.size() ? b[i] : "(nothing)";
    if (left != right) return std::to_string(i + 1) + ": " + left + "\nanew: " + right;
  }
  return "";
}

/// A part of the document: from one heading of the second level to the next.
struct Section {
  std::string heading, prose;
  std::string sources;              ///< tables and quotes
  std::set<std::string> generated;  ///< the experiments whose tables it has
};

std::vector<Section> SectionsOf(const std::string& text) {
  const std::regex begin("<!-- BEGIN (.*) -->"), end("<!-- END .* -->");
  std::vector<Section> sections(1);
  bool inside = false;
  for (const std::string& line : Lines(text)) {
    std::smatch match;
    if (line.rfind("## ", 0) == 0) {
      sections.push_back({line, "", "", {}});
    } else if (std::regex_match(line, match, begin)) {
      inside = true;
      sections.back().generated.insert(match[1]);
    } else if (std::regex_match(line, end)) {
      inside = false;
    } else {
      const bool quoted = line.rfind(">", 0) == 0;
      (inside || quoted ? sections.back().sources : sections.back().prose) += line + "\n";
    }
  }
  return sections;
}

/// Numbers as they stand in a text: "4.2275", "1,336", "1.2e-05".
std::vector<std::string> NumbersIn(const std::string& text) {
  const std::regex number("[0-9][0-9,]*(\\.[0-9]+)*(e[-+]?[0-9]+)?");
  return {std::sregex_token_iterator(text.begin(), text.end(), number), {}};
}

double ValueOf(std::string number) {
  std::erase(number, ',');
  return std::strtod(number.c_str(), nullptr);
}

/// True if `number` is one of `known`, rounded to the decimals that it has.
bool IsAmong(const std::string& number, const std::vector<std::string>& known) {
  const std::size_t decimals = number.size() - 1 - number.find('.');
  const double half = 0.5000001 * std::pow(10, -static_cast<double>(decimals));
  return std::any_of(known.begin(), known.end(), [&](const std::string& other) {
    return std::abs(ValueOf(number) - ValueOf(other)) <= half;
  });
}

/// Decimal numbers of the prose that neither a table nor a quote of the section has, nor the file
/// of an experiment whose table it shows.
std::vector<std::string> FreeNumbers(const Section& section) {
  std::string sources = section.sources;
  for (const std::string& name : section.generated) {
    sources += ReadWholeFile("verify/experiments/" + name + ".toml");
  }
  const std::vector<std::string> known = NumbersIn(sources);
  std::vector<std::string> free;
  for (const std::string& number : NumbersIn(section.prose)) {
    const bool decimal = number.find('.') != std::string::npos;
    if (decimal && !IsAmong(number, known)) free.push_back(number);
  }
  return free;
}

}  // namespace

TEST_CASE("the tables of docs/experiments.md are those of the records in docs/evidence") {
  const std::string text = ReadWholeFile(kDocument);
  INFO("to write them anew: tools/update-experiments");
  CHECK(FirstDifference(text, Updated(text, kEvidence)) == "");
}

TEST_CASE("every experiment that is built in has its table there") {
  std::set<std::string> there;
  for (const Section& section : SectionsOf(ReadWholeFile(kDocument))) {
    there.insert(section.generated.begin(), section.generated.end());
  }
  const std::vector<std::string> names = ExperimentNames();
  CHECK(there == std::set<std::string>(names.begin(), names.end()));
}

TEST_CASE("no figure in its prose is typed by hand") {
  for (const Section& section : SectionsOf(ReadWholeFile(kDocument))) {
    INFO(section.heading);
    CHECK(FreeNumbers(section) == std::vector<std::string>());
  }
}

TEST_CASE("a figure that is typed by hand is noticed") {
  const std::string section =
      "## S\nIt is 0.53 or 3.14, of 7 and 1,336.\n> it is 0.53\n"
      "<!-- BEGIN B6 -->\n| 3.1449 | -0.2 |\n<!-- END B6 -->\n";
  CHECK(FreeNumbers(SectionsOf(section)[1]) == std::vector<std::string>());
  const std::string more = section + "Not 0.54, but 4.2275 or 4.23, 0.2, and 3.15.\n";
  CHECK(FreeNumbers(SectionsOf(more)[1]) == std::vector<std::string>{"0.54", "3.15"});
}

TEST_CASE("tables follow the records, prose stays") {
  const ExperimentSpec spec = LoadExperiment("B5");
  std::vector<RunRecord> records;
  for (const PlannedRun& run : PlanOf(spec)) {
    records.push_back(RecordOf(spec, run));
    records.back().results = {{"validation_loss", 2.625 + static_cast<double>(run.seed % 2)}};
  }
  const std::string folder = Scratch("evidence");
  MakeFolder(folder);
  WriteRunLines(folder + "/B5.jsonl", records);
  const std::string text =
      "Before.\n\n<!-- BEGIN B5 -->\nold\n<!-- END B5 -->\n\nAfter \\n 100 %.\n";
  const std::string updated = Updated(text, folder);
  CHECK(updated.find("Before.\n\n<!-- BEGIN B5 -->\n\n**B5, described: ") == 0);
  CHECK(
      std::regex_search(updated, std::regex("validation_loss \\| +3.125 \\| +3.125 \\| +2.625 ")));
  CHECK(updated.find("old") == std::string::npos);
  CHECK(updated.find("\n\n<!-- END B5 -->\n\nAfter \\n 100 %.\n") != std::string::npos);
  CHECK(Updated(updated, folder) == updated);
}

TEST_CASE("a table of an experiment that there is not, or without end, is an error") {
  const std::string copy = Scratch("spoilt.md");
  const std::string command =
      "COSTCHECK=cli/costcheck tools/update-experiments " + copy + " docs/evidence 2>/dev/null";
  for (const char* text :
       {"<!-- BEGIN B55 -->\n<!-- END B55 -->\n", "<!-- BEGIN B5 -->\n<!-- END B6 -->\n",
        "<!-- BEGIN B5 -->\n", "<!-- BEGIN B5 -->\n<!-- BEGIN B6 -->\n", "<!-- END B5 -->\n"}) {
    ReplaceFile(copy, text);
    CAPTURE(text);
    CHECK(Shell(command) != 0);
    CHECK(ReadWholeFile(copy) == text);
  }
}

}  // namespace costcheck
