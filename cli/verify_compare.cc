#include "cli/verify_compare.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "cli/command.h"
#include "cli/compare_tables.h"
#include "cli/document.h"
#include "cli/options.h"
#include "cli/read_evidence.h"
#include "cli/whole_number.h"
#include "evidence/files.h"
#include "evidence/lines.h"
#include "verify/experiments/experiment_file.h"
#include "verify/experiments/recorded_runs.h"
#include "verify/request.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "verify compare [NAME|FILE]... [OPTION]...",
    "Says of recorded runs what every arm gave, at the learning rate chosen for it, what that "
    "decides\n"
    "by the rule of the experiment's file, and which runs are missing. NAME is one of 'costcheck\n"
    "list experiments', all that have records where none is named; FILE is a TOML file. Runs of\n"
    "other epochs than the file's stand apart.\n"
    "Exit status: 0 every decision is supported; 1 one is refuted; 2 usage or bad input; 3 none "
    "is\n"
    "refuted, but one is inconclusive, or runs are missing.",
    "  costcheck verify compare --evidence runs\n"
    "  costcheck verify compare B5 B5-corrected --evidence docs/evidence --format markdown\n"
    "  costcheck verify compare --evidence host1/runs --evidence old.jsonl --export "
    "docs/evidence\n",
    0, std::numeric_limits<std::size_t>::max()};

constexpr char kDefaultEvidence[] = "evidence-runs";

OptionGroup CompareOptions() {
  OptionGroup group("Compare");
  auto add = group.add_options();
  add("evidence", RepeatedValue("FOLDER|FILE"),
      "where records are: folders, and files of JSON lines; evidence-runs unless given; may be "
      "given more than once");
  add("seeds", TextValue("N"), "seeds 1 to N; as many as the file says");
  add("export", TextValue("FOLDER"),
      "write the records of each experiment as sorted JSON lines, FOLDER/NAME.jsonl");
  return group;
}

KeyedRuns EvidenceOf(const Options& options, bool quiet) {
  std::vector<std::string> paths = options.All("evidence");
  if (paths.empty()) paths = {kDefaultEvidence};
  return ReadEvidence(paths, quiet);
}

/// An experiment as it was named, and what is recorded of it.
struct Compared {
  std::string name;
  std::vector<RecordedRuns> recorded;
};

std::vector<Compared> FindAll(const Options& options, const KeyedRuns& evidence) {
  Overrides overrides;
  overrides.seeds = WholeNumber(options, "seeds", kMostSeeds);
  const bool named = !options.positionals().empty();
  std::vector<Compared> all;
  for (const std::string& name : named ? options.positionals() : ExperimentNames()) {
    const ExperimentSpec spec = WithOverrides(LoadExperiment(name), overrides);
    std::vector<RecordedRuns> recorded = FindRecordedRuns(spec, evidence);
    if (named || !recorded.front().runs.empty()) all.push_back({name, std::move(recorded)});
  }
  if (all.empty()) {
    throw CannotCheck("no run of an experiment that is built in is recorded there" +
                      std::string(evidence.empty() ? "" : "; name the experiment's file"));
  }
  return all;
}

/// A run that no table has is no reason to stop, but one to say so.
void WarnOfOthers(const std::vector<Compared>& all, const KeyedRuns& evidence, bool named,
                  const Output& output) {
  std::set<std::string> used, names;
  for (const Compared& compared : all) {
    for (const RecordedRuns& recorded : compared.recorded) {
      used.insert(recorded.keys.begin(), recorded.keys.end());
      names.insert(recorded.spec.name + ", " + recorded.spec.form);
    }
  }
  std::map<std::string, std::size_t> others;
  for (const auto& [key, run] : evidence) {
    const std::string name = run.record.experiment + ", " + run.record.form;
    if (used.count(key) == 0 && (!named || names.count(name) > 0)) ++others[name];
  }
  for (const auto& [name, count] : others) {
    Warn(output, std::to_string(count) + (count == 1 ? " record" : " records") + " of " + name +
                     " left out: of no run that its file states as it is now");
  }
}

void Export(const std::vector<Compared>& all, const std::string& folder) {
  MakeFolder(folder);
  for (const Compared& compared : all) {
    std::vector<RunRecord> runs;
    for (const RecordedRuns& recorded : compared.recorded) {
      runs.insert(runs.end(), recorded.runs.begin(), recorded.runs.end());
    }
    const std::string name = std::filesystem::path(compared.name).stem().string();
    if (!runs.empty()) WriteRunLines(folder + "/" + name + ".jsonl", runs);
  }
}

}  // namespace

int RunVerifyCompare(const std::vector<std::string>& arguments) {
  const auto options = ParseOptions(kUsage, {CompareOptions(), OutputOptions()}, arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  const KeyedRuns evidence = EvidenceOf(*options, output.quiet);
  const std::vector<Compared> all = FindAll(*options, evidence);
  std::vector<RecordedRuns> experiments;
  for (const Compared& compared : all) {
    std::copy(compared.recorded.begin(), compared.recorded.end(), std::back_inserter(experiments));
  }
  const CompareReport report = MakeCompareReport(experiments);
  if (const auto folder = options->Find("export")) Export(all, *folder);
  WarnOfOthers(all, evidence, !options->positionals().empty(), output);
  Print(report.document, output);
  return report.exit_status;
}

}  // namespace costcheck
