#include "verify/experiments/experiment_file.h"

#include <algorithm>

#include "evidence/files.h"
#include "verify/experiments/check.h"
#include "verify/experiments/embedded_experiments.h"
#include "verify/experiments/table_reader.h"

namespace costcheck {
namespace {

constexpr std::string_view kSuffix = ".toml";

std::string NameOf(const EmbeddedFile& file) {
  return std::string(file.name.substr(0, file.name.size() - kSuffix.size()));
}

bool IsPath(std::string_view text) {
  return text.find('/') != std::string_view::npos || text.ends_with(kSuffix);
}

}  // namespace

ExperimentSpec ParseExperiment(std::string_view name, std::string_view toml) {
  Places places{std::string(name)};
  ExperimentSpec spec;
  try {
    const toml::table root = toml::parse(toml);
    TableReader(root, "", places).Read(spec);
  } catch (const toml::parse_error& error) {
    throw CostError(fmt::format("{}:{}: {}", name, error.source().begin.line, error.description()));
  }
  CheckExperiment(spec, places);
  return spec;
}

std::vector<std::string> ExperimentNames() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : EmbeddedExperiments()) names.push_back(NameOf(file));
  std::sort(names.begin(), names.end());
  return names;
}

ExperimentSpec LoadExperiment(const std::string& name_or_path) {
  if (IsPath(name_or_path)) return ParseExperiment(name_or_path, ReadWholeFile(name_or_path));
  for (const EmbeddedFile& file : EmbeddedExperiments()) {
    if (NameOf(file) == name_or_path) return ParseExperiment(file.name, file.text);
  }
  throw CostError(
      fmt::format("'{}' is not an experiment that is built in{} (see costcheck list "
                  "experiments; a file's name ends in .toml)",
                  name_or_path, DidYouMean(name_or_path, ExperimentNames())));
}

}  // namespace costcheck
