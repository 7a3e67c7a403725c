#include "evidence/lines.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "costmodel/algebra/error.h"
#include "evidence/files.h"
#include "evidence/record_shared.h"

namespace costcheck {
namespace {

/// CostError where an object stands in the file for nobody.
void CheckUse(const SharedObjects& shared) {
  for (const auto& [name, object] : shared) {
    if (!object.used) throw CostError(object.place + ": no record names the object '" + name + "'");
  }
}

}  // namespace

std::string RunLines(std::span<const RunRecord> records) {
  std::vector<std::tuple<std::string, std::string, const RunRecord*>> lines;
  for (const RunRecord& record : records) {
    lines.emplace_back(ConfigurationHash(record), RecordLine(record), &record);
  }
  std::sort(lines.begin(), lines.end());
  std::set<std::pair<std::string, std::string>> written;
  std::set<std::string> objects;
  std::string text, runs;
  for (const auto& [run, line, record] : lines) {
    if (!written.emplace(run, ResultHash(*record)).second) continue;
    runs += CompactLine(*record, objects) + "\n";
  }
  for (const std::string& object : objects) text += object + "\n";
  return text + runs;
}

void WriteRunLines(const std::string& path, std::span<const RunRecord> records) {
  ReplaceFile(path, RunLines(records));
}

std::vector<StoredRun> ReadRunLines(const std::string& path) {
  const std::string text = ReadWholeFile(path);
  std::vector<StoredRun> runs;
  SharedObjects shared;
  int number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::string place = path + ":" + std::to_string(++number);
    const std::size_t end = text.find('\n', begin);
    if (end == text.npos) throw CostError(place + ": the file is cut short: this line has no end");
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    if (auto record = ParseLine(line, place, shared)) runs.push_back({std::move(*record), place});
    begin = end + 1;
  }
  CheckUse(shared);
  return runs;
}

}  // namespace costcheck
