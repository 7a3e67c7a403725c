#include "cli/read_evidence.h"

#include <utility>

#include "cli/progress.h"
#include "costmodel/query/place.h"
#include "evidence/gather.h"

namespace costcheck {
namespace {

std::vector<std::string> FilesOf(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    for (std::string& file : At("--evidence", [&] { return RecordFiles(path); })) {
      files.push_back(std::move(file));
    }
  }
  return files;
}

}  // namespace

std::map<std::string, StoredRun> ReadEvidence(const std::vector<std::string>& paths, bool quiet) {
  const std::vector<std::string> files = FilesOf(paths);
  Progress progress(files.size(), quiet);
  std::vector<StoredRun> runs;
  for (const std::string& file : files) {
    progress.Next(file);
    for (StoredRun& run : ReadRecordFile(file)) runs.push_back(std::move(run));
  }
  progress.End();
  return RunsByKey(std::move(runs));
}

}  // namespace costcheck
