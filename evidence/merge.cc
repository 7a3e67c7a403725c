#include "evidence/merge.h"

#include <filesystem>

#include "costmodel/algebra/error.h"
#include "evidence/lines.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

/// So that a batch costs one flush to the disk, and does not keep other writers long.
constexpr std::size_t kBatch = 256;

/// A file of many records, or of one with its key for a name.
std::vector<StoredRun> ReadFile(const std::string& file) {
  if (fs::path(file).extension() == ".json") return {ReadRunFile(file)};
  return ReadRunLines(file);
}

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
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      throw CostError("cannot read '" + path +
                      "': " + (error ? error.message() : "No such file or directory"));
    }
    if (!fs::is_directory(status)) {
      files.push_back(path);
      continue;
    }
    const std::vector<std::string> inside = RunStore(path).Files();
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
      for (StoredRun& run : ReadFile(file)) batch.push_back(std::move(run));
    } catch (const CostError& error) {
      report.refused.emplace_back(error.what());
    }
    if (batch.size() >= kBatch) Flush(batch, database, report);
  }
  Flush(batch, database, report);
  return report;
}

}  // namespace costcheck
