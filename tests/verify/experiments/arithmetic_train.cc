// Stands for `costcheck verify train EXPERIMENT --task K/N --evidence FOLDER`: the same arguments,
// plan and records, with losses by arithmetic. Where the variable KILL_ONCE names a file that is
// not there, it makes it and kills itself, as by kill -9, in the middle of its share.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "evidence/store.h"
#include "verify/experiments/experiment_file.h"
#include "verify/experiments/plan.h"

namespace {

namespace fs = std::filesystem;

void DieOnce() {
  const char* mark = std::getenv("KILL_ONCE");
  if (mark == nullptr || fs::exists(mark)) return;
  std::ofstream(mark) << "killed\n";
  std::raise(SIGKILL);
}

/// Leaves out the runs that are there, and says how many it made.
int RunShare(const std::string& experiment, const std::string& task, const std::string& folder) {
  const costcheck::ExperimentSpec spec = costcheck::LoadExperiment(experiment);
  const costcheck::RunStore store(folder);
  int made = 0;
  for (const costcheck::PlannedRun& run : ShareOf(spec, PlanOf(spec), costcheck::ParseTask(task))) {
    costcheck::RunRecord record = RecordOf(spec, run);
    if (store.Find(record.experiment, ConfigurationHash(record))) continue;
    if (task.starts_with("2/") && made == 2) DieOnce();
    record.results = {{"test_loss", static_cast<double>(run.seed) + run.rate}};
    store.Add(record);
    ++made;
  }
  return made;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool fits = words.size() == 7 && words[0] == "verify" && words[1] == "train" &&
                    words[3] == "--task" && words[5] == "--evidence";
  if (!fits) return 2;
  std::printf("%d runs made\n", RunShare(words[2], words[4], words[6]));
  return words[4].starts_with("1/") ? 1 : words[4].starts_with("2/") ? 3 : 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
