#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "evidence/files.h"
#include "evidence/lines.h"
#include "evidence/store.h"
#include "tests/catch.h"
#include "tests/cli/run.h"
#include "tests/evidence/samples.h"

namespace costcheck {
namespace {

using Json = nlohmann::json;

/// 2 T^2 d multiply-adds at T = 101, d = 103 are 2,101,406; K1 is 1000 times too small as printed.
constexpr char kFile[] = R"(title = "Claims to test with"
introduction = "Of no work."

[[sources]]
id = "P1"
title = "A paper"
reference = "nobody, never"

[[claims]]
id = "R1"
source = "P1"
where = "table 1"
quote = "101 | 2.1M"
quantity = "multiply-adds of attention"
topic = "Counts"
set = "T=101,d=103"
numbers = [ { value = "2.1", unit = "MFLOP", is = "2*T^2*d" } ]

[[claims]]
id = "K1"
source = "P1"
where = "table 1"
quote = "101 | 2.1K"
quantity = "multiply-adds of attention"
topic = "Counts"
set = "T=101,d=103"
numbers = [ { value = "2.101", unit = "kFLOP", is = "2*T^2*d" } ]

[[claims]]
id = "I1"
source = "P1"
where = "table 1"
quote = "the quotient is 5"
quantity = "quotient of two rows"
topic = "Counts"
numbers = [ { value = "5", unit = "x", is = "R1/K1" } ]

[[claims]]
id = "O1"
source = "P1"
where = "abstract"
quote = "ready for production"
quantity = "status"
topic = "Quality"
open = "no criterion is named"

[[claims]]
id = "E1"
source = "P1"
where = "abstract"
quote = "lower loss"
quantity = "difference of losses"
topic = "Quality"
checks = [ { experiment = "B5", form = "described", metric = "expected_loss", arm = "banded", baseline = "full", predicate = "difference < 0" } ]
)";

/// Eleven seeds of both arms; the loss of 'banded' is `benefit` lower.
std::vector<RunRecord> Runs(double benefit) {
  std::vector<RunRecord> records;
  for (std::uint64_t seed = 1; seed <= 11; ++seed) {
    for (const char* arm : {"full", "banded"}) {
      RunRecord record = SampleRun(seed);
      record.experiment = "B5";
      record.form = "described";
      record.arm = arm;
      record.settings = {};
      record.alarms = {};
      record.status = RunStatus::kFinished;
      const bool challenger = record.arm == "banded";
      const double wobble = 0.001 * static_cast<double>(seed * seed % 7);
      record.results = {{"expected_loss", 4 - (challenger ? benefit + wobble : 0)}};
      records.push_back(record);
    }
  }
  return records;
}

/// A project of its own: a folder with this file of claims.
struct Project {
  explicit Project(const std::string& text = kFile) { ReplaceFile(path, text); }

  RunResult Claims(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"claims", path};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
  Json ClaimsJson(std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--format", "json"});
    return Json::parse(Claims(more).out);
  }
  /// Puts runs beside the file, where they are looked for.
  std::string AddEvidence(double benefit) const {
    MakeFolder(folder + "/docs/evidence");
    WriteRunLines(folder + "/docs/evidence/B5.jsonl", Runs(benefit));
    return folder + "/docs/evidence";
  }

  std::string folder = NewFolder();
  std::string path = folder + "/claims.toml";
};

std::string VerdictOf(const Json& json, const std::string& id) {
  for (const Json& row : json["rows"]) {
    if (row["id"] == id) return row["verdict"];
  }
  return "no row";
}

std::string Replaced(std::string text, const std::string& old, const std::string& by) {
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), by);
}

bool Has(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

/// The number of the line that begins so.
std::string LineOf(const std::string& text, const std::string& part) {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(at);
  return std::to_string(1 + std::count(text.begin(), end, '\n'));
}

int Shell(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("claims prints one object with the keys that scripts rely on", "[claims]") {
  const Json json = Project().ClaimsJson();
  CHECK(json["command"] == "claims");
  REQUIRE(json["rows"].size() == 5);
  for (const char* key : {"id", "source", "quote", "quantity", "claimed", "recomputed", "verdict",
                          "decided_by", "note"}) {
    CAPTURE(key);
    CHECK(json["rows"][0].count(key) == 1);
  }
  CHECK(json["rows"][0]["quote"] == "101 | 2.1M");
  CHECK(json["rows"][0]["claimed"] == "2100000");
  CHECK(json["rows"][0]["recomputed"] == "2101406");
  CHECK(VerdictOf(json, "R1") == "reproduced");
  CHECK(VerdictOf(json, "K1") == "arithmetic error");
  CHECK(VerdictOf(json, "I1") == "inconsistent");
  CHECK(VerdictOf(json, "O1") == "open");
  CHECK(VerdictOf(json, "E1") == "open");
  CHECK(json["summary"]["reproduced"] == "1");
  CHECK(json["summary"]["open"] == "2");
  CHECK(json["summary"]["impossible"] == "0");
}

TEST_CASE("claims ends with 1 where a claim does not hold, with 0 where all do", "[claims]") {
  const Project project;
  CHECK(project.Claims().exit == 1);
  CHECK(project.Claims({"--only", "R1"}).exit == 0);
  CHECK(project.Claims({"--only", "R1,O1", "--only", "E1"}).exit == 0);
  CHECK(project.Claims({"--only", "R1,K1"}).exit == 1);
  // a filter of rows is none of claims
  CHECK(project.Claims({"--verdict", "reproduced"}).exit == 1);
}

TEST_CASE("claims --fail-on fails for exactly what it names", "[claims]") {
  const Project project;
  const auto exit_of = [&](const std::string& only, const std::string& what) {
    return project.Claims({"--only", only, "--fail-on", what}).exit;
  };
  CHECK(exit_of("O1", "open") == 1);
  CHECK(exit_of("O1", "inconsistent") == 0);
  CHECK(exit_of("O1", "inconclusive") == 0);
  CHECK(exit_of("K1", "open") == 0);
  CHECK(exit_of("K1", "inconsistent") == 1);
  CHECK(exit_of("I1", "open,inconsistent") == 1);
  CHECK(exit_of("R1", "open,inconsistent,inconclusive") == 0);
  CHECK(project.Claims({"--fail-on", "inconclusive", "--fail-on", "open"}).exit == 1);
  CHECK(IsBadInput(project.Claims({"--fail-on", "inconsistant"}), "did you mean 'inconsistent'?"));
}

TEST_CASE("claims shows only what is asked for, and counts what is judged", "[claims]") {
  const Project project;
  const Json chosen = project.ClaimsJson({"--only", "K1,R1"});
  REQUIRE(chosen["rows"].size() == 2);
  CHECK(chosen["rows"][0]["id"] == "R1");
  CHECK(chosen["summary"]["open"] == "0");
  const Json open = project.ClaimsJson({"--verdict", "open,arithmetic-error"});
  CHECK(open["rows"].size() == 3);
  CHECK(open["summary"]["reproduced"] == "1");
  CHECK(IsBadInput(project.Claims({"--only", "R2"}), "did you mean 'R1'?"));
  CHECK(IsBadInput(project.Claims({"--verdict", "opne"}), "did you mean 'open'?"));
  CHECK(IsBadInput(project.Claims({"--only", "R1,,K1"}), "--only: a name is missing"));
}

TEST_CASE("claims --details has numbers, ways to count, slips and checks", "[claims]") {
  const Project project;
  const Json json = project.ClaimsJson({"--details"});
  CHECK(json["numbers"].size() == 3);
  CHECK(json["checks"].size() == 1);
  const Json& details = json["details"];
  const bool slipped = std::any_of(details.begin(), details.end(), [](const Json& row) {
    return row["id"] == "K1" && row["kind"] == "slip" && row["holds"] == true &&
           row["chance"].is_number();
  });
  CHECK(slipped);
  CHECK(project.ClaimsJson().count("details") == 0);
  CHECK(Has(project.Claims({"--details"}).out, "\nChecks\n"));
}

TEST_CASE("claims uses the records beside the file, or those that are named", "[claims]") {
  const Project project;
  CHECK(VerdictOf(project.ClaimsJson({"--only", "E1"}), "E1") == "open");
  CHECK(Has(project.Claims({"--only", "E1"}).out, "No recorded runs are at hand"));
  CHECK_FALSE(Has(project.Claims({"--only", "R1"}).out, "recorded runs"));

  const std::string evidence = project.AddEvidence(0.5);
  const Json supported = project.ClaimsJson({"--only", "E1"});
  CHECK(VerdictOf(supported, "E1") == "supported");
  CHECK(supported["notes"][0] == "22 recorded runs were at hand for claims about experiments.");
  CHECK(Has(supported["notes"][1], "docs/evidence."));
  CHECK(project.Claims({"--only", "E1"}).exit == 0);

  // a file in a folder below finds them too
  MakeFolder(project.folder + "/deep/er");
  ReplaceFile(project.folder + "/deep/er/claims.toml", kFile);
  const RunResult below =
      Run({"claims", project.folder + "/deep/er/claims.toml", "--only", "E1", "--format", "csv"});
  CHECK(Has(below.out, ",supported,"));

  const Project other;
  const std::string contrary = other.AddEvidence(-0.5);
  CHECK(other.Claims({"--only", "E1"}).exit == 1);
  CHECK(VerdictOf(project.ClaimsJson({"--evidence", contrary}), "E1") == "refuted");
  CHECK(VerdictOf(other.ClaimsJson({"--evidence", evidence + "/B5.jsonl"}), "E1") == "supported");
  CHECK(IsBadInput(project.Claims({"--evidence", evidence, "--evidence", contrary}),
                   "another result of one run"));
  CHECK(IsBadInput(project.Claims({"--evidence", project.folder + "/nothing"}), "--evidence: "));
}

TEST_CASE("claims fails on inconclusive runs only where it shall", "[claims]") {
  const Project project;
  std::vector<RunRecord> runs = Runs(0.5);
  runs.erase(runs.begin() + 2, runs.end());
  WriteRunLines(project.folder + "/one-seed.jsonl", runs);
  const std::vector<std::string> command = {"--only", "E1", "--evidence",
                                            project.folder + "/one-seed.jsonl"};
  CHECK(VerdictOf(project.ClaimsJson(command), "E1") == "inconclusive");
  CHECK(project.Claims(command).exit == 0);
  std::vector<std::string> failing = command;
  failing.insert(failing.end(), {"--fail-on", "inconclusive"});
  CHECK(project.Claims(failing).exit == 1);
}

TEST_CASE("claims names the line of what is wrong with a file", "[claims]") {
  const std::string text = kFile;
  const auto refused = [&](const std::string& old, const std::string& by, const std::string& line,
                           const std::string& part) {
    const Project project(Replaced(text, old, by));
    const RunResult result = project.Claims();
    return IsBadInput(result, part) &&
           IsBadInput(result, "claims.toml:" + (line.empty() ? "" : LineOf(text, line)));
  };
  CHECK(refused("quantity = ", "quantitiy = ", "quantity = ", "did you mean 'quantity'?"));
  CHECK(refused("id = \"K1\"", "id = \"R1\"", "[[claims]]\nid = \"K1\"", "R1"));
  CHECK(refused("2.1\", unit = \"MFLOP", "2.1\", unit = \"MFLOPP", "numbers", "MFLOPP"));
  CHECK(refused("is = \"2*T^2*d\"", "is = \"2*T^2*dd\"", "numbers", "dd"));
  CHECK(refused("set = \"T=101,d=103\"", "", "", "d"));
  CHECK(refused("is = \"R1/K1\"", "is = \"R1/(K1-K1)\"", "numbers = [ { value = \"5\"", "zero"));
  CHECK(refused("title = ", "title == ", "title", ""));
  CHECK(IsBadInput(Run({"claims", "no/such/file.toml"}), "no/such/file.toml"));
  CHECK(IsBadInput(Run({"claims"}), "an argument is missing"));
  CHECK(IsBadInput(Run({"claims", "a.toml", "b.toml"}), "one argument too many"));
}

TEST_CASE("claims writes every format, and into pipes that close", "[claims]") {
  const Project project;
  for (const char* format : {"text", "markdown", "csv", "latex", "html"}) {
    CAPTURE(format);
    const RunResult result = project.Claims({"--format", format});
    CHECK(result.exit == 1);
    CHECK(result.err.empty());
    CHECK(Has(result.out, "arithmetic error"));
  }
  CHECK(IsBadInput(RunIntoClosedPipe({"claims", project.path}), "cannot write to standard output"));
}

TEST_CASE("claims --audit is a Markdown document, the same wherever the file is", "[claims]") {
  const Project project, other;
  const RunResult result = project.Claims({"--audit"});
  CHECK(result.exit == 1);
  CHECK(result.out.starts_with("# Claims to test with\n\nOf no work.\n\n## Summary\n"));
  for (const char* part : {"## Counts", "### K1: arithmetic error", "> 101 \\| 2.1K",
                           "## What remains open", "no criterion is named"}) {
    CHECK(Has(result.out, part));
  }
  CHECK(other.Claims({"--audit"}).out == result.out);
  CHECK(result.out.find(project.folder) == std::string::npos);
  CHECK(project.Claims({"--audit", "--only", "R1"}).exit == 0);
  CHECK_FALSE(Has(project.Claims({"--audit", "--only", "R1"}).out, "### K1"));
  CHECK(project.Claims({"--audit", "--format", "markdown"}).out == result.out);
  CHECK(IsBadInput(project.Claims({"--audit", "--format", "json"}), "--audit is Markdown"));
}

TEST_CASE("tools/update-audit writes what --audit prints, or nothing", "[claims]") {
  const Project project;
  const std::string evidence = project.AddEvidence(0.5);
  const std::string audit = project.folder + "/audit.md";
  const std::string command = "COSTCHECK=cli/costcheck tools/update-audit " + audit + " ";
  CHECK(Shell(command + project.path + " " + evidence) == 0);
  CHECK(FileText(audit) == project.Claims({"--audit", "--evidence", evidence}).out);
  CHECK(Has(FileText(audit), "### E1: supported"));
  ReplaceFile(audit, "old");
  CHECK(Shell(command + project.folder + "/none.toml " + evidence + " 2>/dev/null") == 2);
  CHECK(FileText(audit) == "old");
  CHECK(Shell(command + "2>/dev/null") == 2);
}

}  // namespace costcheck
