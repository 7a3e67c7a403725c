#include "evidence/lines.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "costmodel/algebra/error.h"
#include "evidence/files.h"

namespace costcheck {

std::string RunLines(std::span<const RunRecord> records) {
  std::vector<std::tuple<std::string, std::string, std::string>> lines;
  for (const RunRecord& record : records) {
    lines.emplace_back(ConfigurationHash(record), RecordLine(record), ResultHash(record));
  }
  std::sort(lines.begin(), lines.end());
  std::set<std::pair<std::string, std::string>> written;
  std::string text;
  for (const auto& [run, line, result] : lines) {
    if (written.emplace(run, result).second) text += line + "\n";
  }
  return text;
}

void WriteRunLines(const std::string& path, std::span<const RunRecord> records) {
  ReplaceFile(path, RunLines(records));
}

std::vector<StoredRun> ReadRunLines(const std::string& path) {
  const std::string text = ReadWholeFile(path);
  std::vector<StoredRun> runs;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::string place = path + ":" + std::to_string(runs.size() + 1);
    const std::size_t end = text.find('\n', begin);
    if (end == text.npos) throw CostError(place + ": the file is cut short: this line has no end");
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    runs.push_back({ParseRecord(line, place), place});
    begin = end + 1;
  }
  return runs;
}

}  // namespace costcheck
