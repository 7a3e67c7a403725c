#include "evidence/merge.h"

#include "costmodel/algebra/error.h"
#include "evidence/gather.h"

namespace costcheck {
namespace {

/// So that a batch costs one flush to the disk, and does not keep other writers long.
constexpr std::size_t kBatch = 256;

void Flush(std::vector<StoredRun>& batch, RunDatabase& database, MergeReport& report) {
  const std::vector<Merged> answers = database.Add(batch);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const RunRecord& run = batch[i].record;
    MergeCounts& counts = report.arms[{run.experiment, run.form, run.arm}];
    counts.added += answers[i] == Merged::kNew;
    counts.known += answers[i] == Merged::kKnown;
    counts.conflicts += answers[i] == Merged::kConflict;
  }
  batch.clear();
}

}  // namespace

std::vector<std::string> FilesToMerge(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    const std::vector<std::string> inside = RecordFiles(path);
    if (inside.empty()) throw CostError("'" + path + "' is a folder without records of runs");
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

MergeReport Merge(const std::vector<std::string>& files, RunDatabase& database,
                  const std::function<void(const std::string& file)>& next) {
  MergeReport report;
  std::vector<StoredRun> batch;
  for (const std::string& file : files) {
    next(file);
    try {
      for (StoredRun& run : ReadRecordFile(file)) batch.push_back(std::move(run));
    } catch (const CostError& error) {
      report.refused.emplace_back(error.what());
    }
    if (batch.size() >= kBatch) Flush(batch, database, report);
  }
  Flush(batch, database, report);
  return report;
}

}  // namespace costcheck
