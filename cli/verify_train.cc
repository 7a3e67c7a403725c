#include "cli/verify_train.h"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <limits>
#include <optional>
#include <set>

#include "cli/command.h"
#include "cli/document.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/train_tables.h"
#include "cli/version.h"
#include "cli/whole_number.h"
#include "costmodel/query/place.h"
#include "verify/experiments/experiment_file.h"
#include "verify/experiments/plan.h"
#include "verify/request.h"
#include "verify/train/recording.h"
#include "verify/train/source_digest.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "verify train NAME|FILE [OPTION]...",
    "Trains the arms of an experiment, from several seeds and at each learning rate that it "
    "states,\n"
    "records every run, and compares the arms by the rule that its file states. NAME is one of\n"
    "'costcheck list experiments'; FILE a TOML file. Runs that are recorded already are not made\n"
    "again, and one that was broken off goes on where it was, to the same bits.\n"
    "Exit status: 0 every decision is supported, or there is none to be made yet; 1 one is\n"
    "refuted; 2 usage or bad input; 3 none is refuted, but one is inconclusive, or --limit came\n"
    "first; 128 and the signal's number where it was interrupted.",
    "  costcheck verify train B5 --seeds 10\n"
    "  costcheck verify train B6 --epochs 10 --arms full,banded --limit 3600\n"
    "  costcheck verify train B8-markov --task 3/16 --evidence /shared/runs\n"
    "  costcheck verify train my.toml --format json\n",
    1, 1};

constexpr std::int64_t kMostEpochs = 1000000000;
constexpr std::int64_t kMostThreads = 1024;

volatile std::sig_atomic_t caught_signal = 0;

extern "C" void NoteSignal(int signal) { caught_signal = signal; }

OptionGroup TrainOptions() {
  OptionGroup group("What is run");
  auto add = group.add_options();
  add("seeds", TextValue("N"), "seeds 1 to N; as many as the file says");
  add("epochs", TextValue("N"), "other epochs than the file says: other runs, recorded apart");
  add("arms", TextValue("A,B,..."), "arms to be run; all of them");
  add("task", TextValue("K/N"), "the K-th of N shares of the runs");
  add("evidence", TextValue("FOLDER")->default_value("evidence-runs"), "where runs are recorded");
  add("checkpoints", TextValue("FOLDER"),
      "where runs are kept while they go on; .checkpoints in the evidence");
  add("threads", TextValue("N")->default_value("1"),
      "threads inside an operator; it changes the last bits of results");
  add("limit", TextValue("SECONDS"), "stop after this time, to go on at the next call");
  return group;
}

std::vector<std::string> SplitNames(const std::string& text) {
  std::vector<std::string> names;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) names.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

struct Request {
  ExperimentSpec spec;
  std::vector<PlannedRun> plan, share;
  RecordingOptions recording;
  std::optional<std::int64_t> limit;
};

Request ParseRequest(const Options& options) {
  Overrides overrides;
  overrides.seeds = WholeNumber(options, "seeds", kMostSeeds);
  overrides.epochs = WholeNumber(options, "epochs", kMostEpochs);
  if (const auto arms = options.Find("arms")) overrides.arms = SplitNames(*arms);
  Request request;
  request.spec = WithOverrides(LoadExperiment(options.positionals().front()), overrides);
  request.plan = PlanOf(request.spec, overrides.arms);
  request.share = request.plan;
  if (const auto task = options.Find("task")) {
    request.share =
        ShareOf(request.spec, request.plan, At("--task", [&] { return ParseTask(*task); }));
  }
  request.recording.evidence = options.Text("evidence");
  request.recording.checkpoints =
      options.Find("checkpoints").value_or(request.recording.evidence + "/.checkpoints");
  request.recording.code = std::string(kVersionNumber) + "+" + kSourceDigest;
  request.recording.threads = static_cast<int>(*WholeNumber(options, "threads", kMostThreads));
  request.limit = WholeNumber(options, "limit", std::numeric_limits<std::int32_t>::max());
  return request;
}

/// Steps allocate and release the same large blocks; kept, they are not fetched from the system
/// again, page by page.
void KeepHeap() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
}

/// The line of progress: a hundred pieces a run.
class RunProgress {
 public:
  RunProgress(const Request& request, bool quiet)
      : request_(request), line_(kPieces * request.share.size(), quiet) {}

  void At(std::size_t run, const TrainingProgress& progress) {
    const auto piece = kPieces * run + static_cast<std::size_t>(static_cast<double>(kPieces) *
                                                                static_cast<double>(progress.step) /
                                                                static_cast<double>(progress.all));
    if (piece < next_) return;
    const PlannedRun& planned = request_.share[run];
    const ExperimentSpec& spec = request_.spec;
    const std::string about =
        (spec.timing ? RecordOf(spec, planned).arm : spec.arms[planned.arm].name) + ", seed " +
        std::to_string(planned.seed) + ", step " + std::to_string(progress.step);
    for (; next_ <= piece; ++next_) line_.Next(about);
  }
  void End() { line_.End(); }

 private:
  static constexpr std::size_t kPieces = 100;

  const Request& request_;
  Progress line_;
  std::size_t next_ = 0;
};

/// Makes the share's runs. False where they were stopped.
bool MakeRuns(Request& request, const Output& output) {
  KeepHeap();
  std::signal(SIGINT, NoteSignal);
  std::signal(SIGTERM, NoteSignal);
  RunProgress progress(request, output.quiet);
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  request.recording.stop = [&] {
    return caught_signal != 0 ||
           (request.limit && Clock::now() - start >= std::chrono::seconds(*request.limit));
  };
  request.recording.report = [&](std::size_t run, const TrainingProgress& at) {
    progress.At(run, at);
  };
  std::set<std::string> remarks;
  request.recording.remark = [&](const std::string& remark) {
    if (remarks.insert(remark).second) Warn(output, remark);
  };
  request.recording.done = [&](const RunRecord& record) {
    for (const std::string& alarm : record.alarms) Warn(output, RunName(record) + ": " + alarm);
  };
  const bool all = RunAndRecord(request.spec, request.share, request.recording);
  progress.End();
  return all;
}

void SayHowToGoOn(const Request& request) {
  std::fprintf(stderr,
               "costcheck: stopped; the run so far is in %s, and the same command goes on there\n",
               request.recording.checkpoints.c_str());
}

/// What is recorded, and what it decides.
int Report(const Request& request, const Output& output, bool all) {
  const RunStore store(request.recording.evidence);
  const std::vector<RunRecord> records = Recorded(request.spec, request.share, store);
  const std::vector<RunRecord> whole = Recorded(request.spec, request.plan, store);
  const TrainReport report = MakeTrainReport(request.spec, request.plan.size(), records, whole);
  Print(report.document, output);
  if (!all) return kExitCannotCheck;
  return report.exit_status;
}

}  // namespace

int RunVerifyTrain(const std::vector<std::string>& arguments) {
  const auto options = ParseOptions(kUsage, {TrainOptions(), OutputOptions()}, arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  Request request = ParseRequest(*options);
  const bool all = MakeRuns(request, output);
  if (!all) SayHowToGoOn(request);
  constexpr int kExitInterrupted = 128;
  if (caught_signal != 0) return kExitInterrupted + caught_signal;
  return Report(request, output, all);
}

}  // namespace costcheck
