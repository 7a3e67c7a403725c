#include "evidence/gather.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "costmodel/algebra/error.h"
#include "evidence/lines.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> LinesFiles(const std::string& folder) try {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const fs::path& path = entry.path();
    const bool hidden = path.filename().string().starts_with('.');
    if (!hidden && path.extension() == ".jsonl") files.push_back(path.string());
  }
  std::sort(files.begin(), files.end());
  return files;
} catch (const fs::filesystem_error& error) {
  throw CostError("cannot read '" + folder + "': " + error.code().message());
}

}  // namespace

std::vector<std::string> RecordFiles(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    throw CostError("cannot read '" + path +
                    "': " + (error ? error.message() : "No such file or directory"));
  }
  if (!fs::is_directory(status)) return {path};
  std::vector<std::string> files = RunStore(path).Files();
  for (std::string& file : LinesFiles(path)) files.push_back(std::move(file));
  return files;
}

std::vector<StoredRun> ReadRecordFile(const std::string& file) {
  if (fs::path(file).extension() == ".json") return {ReadRunFile(file)};
  return ReadRunLines(file);
}

std::map<std::string, StoredRun> RunsByKey(std::vector<StoredRun> runs) {
  std::map<std::string, StoredRun> by_key;
  for (StoredRun& run : runs) {
    const auto [at, inserted] = by_key.try_emplace(ConfigurationHash(run.record));
    if (inserted) {
      at->second = std::move(run);
    } else if (ResultHash(at->second.record) != ResultHash(run.record)) {
      throw CostError(run.place + ": another result of one run (" + RunName(run.record) +
                      ") stands in " + at->second.place + "; choose the records of one of them");
    } else if (RecordLine(run.record) < RecordLine(at->second.record)) {
      at->second = std::move(run);
    }
  }
  return by_key;
}

}  // namespace costcheck
