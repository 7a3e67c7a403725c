#include "evidence/store.h"

#include <algorithm>
#include <filesystem>

#include "costmodel/algebra/error.h"
#include "evidence/files.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

constexpr char kSuffix[] = ".json";

/// Compares what is there with what shall be added.
Stored Compare(const StoredRun& there, const RunRecord& record) {
  if (ResultHash(there.record) == ResultHash(record)) return Stored::kKnown;
  throw CostError(there.place + ": here is another result of the same run (" + RunName(record) +
                  "): one of the two is wrong, or its configuration lacks what they differ in");
}

}  // namespace

StoredRun ReadRunFile(const std::string& path) {
  const std::string text = ReadWholeFile(path);
  const std::string place = path + ":1";
  if (text.find('\n') != text.size() - 1) {
    throw CostError(place + ": a record is one line, and this is " +
                    (text.find('\n') == text.npos ? "cut short" : "more"));
  }
  RunRecord record = ParseRecord(std::string_view(text).substr(0, text.size() - 1), place);
  const fs::path full = fs::absolute(path);
  if (full.stem() != ConfigurationHash(record) ||
      full.parent_path().filename() != record.experiment) {
    throw CostError(place + ": the file's name or folder is that of another run than " +
                    RunName(record));
  }
  return {std::move(record), place};
}

RunStore::RunStore(std::string folder) : folder_(std::move(folder)) {
  COSTCHECK_CHECK(!folder_.empty());
}

std::string RunStore::PathOf(const std::string& experiment, const std::string& hash) const {
  return folder_ + "/" + experiment + "/" + hash + kSuffix;
}

Stored RunStore::Add(const RunRecord& record) const {
  const std::string line = RecordLine(record), hash = ConfigurationHash(record);
  if (const auto there = Find(record.experiment, hash)) return Compare(*there, record);
  MakeFolder(folder_ + "/" + record.experiment);
  const std::string path = PathOf(record.experiment, hash);
  if (CreateNewFile(path, line + "\n")) return Stored::kNew;
  return Compare(ReadRunFile(path), record);
}

std::optional<StoredRun> RunStore::Find(const std::string& experiment,
                                        const std::string& configuration_hash) const {
  const std::string path = PathOf(experiment, configuration_hash);
  std::error_code error;
  if (fs::symlink_status(path, error).type() == fs::file_type::not_found) return std::nullopt;
  return ReadRunFile(path);
}

std::vector<std::string> RunStore::Files() const try {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_)) {
    const fs::path& path = entry.path();
    const bool hidden = path.filename().string().starts_with('.');
    if (!hidden && path.extension() == kSuffix) files.push_back(path.string());
  }
  std::sort(files.begin(), files.end());
  return files;
} catch (const fs::filesystem_error& error) {
  throw CostError("cannot read '" + folder_ + "': " + error.code().message());
}

StoredRuns RunStore::ReadAll() const {
  StoredRuns all;
  for (const std::string& file : Files()) {
    try {
      all.runs.push_back(ReadRunFile(file));
    } catch (const CostError& error) {
      all.refused.emplace_back(error.what());
    }
  }
  return all;
}

}  // namespace costcheck
