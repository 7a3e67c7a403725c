#include "cli/verify_merge.h"

#include <cstdio>
#include <limits>

#include "cli/command.h"
#include "cli/document.h"
#include "cli/file_output.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "costmodel/algebra/error.h"
#include "evidence/merge.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "verify merge FOLDER|FILE... --into DATABASE [OPTION]...",
    "Gathers recorded runs: folders of records and files of JSON lines into one SQLite database, "
    "in\n"
    "which a run stands once. It may be repeated, in any order, and by several processes at once.\n"
    "A run that is there with another result is a conflict: both are kept and shown, and whoever\n"
    "reads results is refused. A damaged file is named, and the others are merged. The database\n"
    "must lie on a local disk, not on a network file system.\n"
    "Exit status: 0 merged, 1 the database holds conflicts, 2 usage, or a file is damaged.",
    "  costcheck verify merge runs --into runs.db\n"
    "  costcheck verify merge host1/runs host2/runs old.jsonl --into runs.db --export all.jsonl\n",
    1, std::numeric_limits<std::size_t>::max()};

OptionGroup MergeOptions() {
  OptionGroup group("Merge");
  auto add = group.add_options();
  add("into", TextValue("DATABASE"), "SQLite file; made where it is missing");
  add("export", TextValue("FILE"), "all records of the database as sorted JSON lines");
  return group;
}

Table ArmsTable(const MergeReport& report) {
  Table table;
  table.command = "verify merge";
  table.title = "Runs merged";
  table.columns = {{"experiment", ""}, {"form", ""},  {"arm", ""},
                   {"new", ""},        {"known", ""}, {"conflicts", ""}};
  for (const auto& [arm, counts] : report.arms) {
    const auto& [experiment, form, name] = arm;
    table.rows.push_back({experiment, form, name, Integer(counts.added), Integer(counts.known),
                          Integer(counts.conflicts)});
  }
  return table;
}

Table ConflictsTable(const std::vector<RunConflict>& conflicts) {
  Table table;
  table.title = "Runs with two results in the database";
  table.columns = {
      {"key", "", "", NumberStyle::kByUnit, true}, {"run", ""}, {"one", ""}, {"another", ""}};
  for (const RunConflict& conflict : conflicts) {
    const RunRecord& run = conflict.first.record;
    table.rows.push_back(
        {ConfigurationHash(run), RunName(run), conflict.first.place, conflict.second.place});
  }
  return table;
}

MergeReport MergeWithProgress(const std::vector<std::string>& files, RunDatabase& database,
                              bool quiet) {
  Progress progress(files.size(), quiet);
  return Merge(files, database, [&progress](const std::string& file) { progress.Next(file); });
}

/// One line a damaged file, as other bad input has.
void PrintRefused(const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) {
    std::fprintf(stderr, "costcheck: error: %s\n", sentence.c_str());
  }
}

}  // namespace

int RunVerifyMerge(const std::vector<std::string>& arguments) {
  const auto options = ParseOptions(kUsage, {MergeOptions(), OutputOptions()}, arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  const auto into = options->Find("into");
  if (!into) throw CostError("--into is missing: the database to merge into");
  const std::vector<std::string> files = FilesToMerge(options->positionals());
  RunDatabase database(*into);
  const MergeReport report = MergeWithProgress(files, database, output.quiet);
  const std::vector<RunConflict> conflicts = database.Conflicts();
  if (const auto file = options->Find("export")) WriteFile(*file, database.Export());
  Document document;
  document.main = ArmsTable(report);
  if (!conflicts.empty()) document.more = {{"conflict_rows", ConflictsTable(conflicts)}};
  Print(document, output);
  PrintRefused(report.refused);
  if (!report.refused.empty()) return kExitUsage;
  return conflicts.empty() ? kExitHolds : kExitFails;
}

}  // namespace costcheck
