#include "cli/verify_run.h"

#include <algorithm>
#include <csignal>

#include "cli/command.h"
#include "cli/document.h"
#include "cli/progress.h"
#include "cli/request_options.h"
#include "verify/configurations.h"
#include "verify/probe/environment.h"

namespace costcheck {
namespace {

/// "LibTorch 1.13.1, OpenBLAS 0.3.21 (Haswell), AVX2, threads 2.": it decides time and last bits.
std::string NoteOnEnvironment() {
  const Environment environment = CurrentEnvironment();
  std::string text = "LibTorch " + environment.libtorch + ", " + environment.blas;
  if (environment.blas.find(environment.blas_core) == std::string::npos) {
    text += " (" + environment.blas_core + ")";
  }
  return text + ", " + environment.cpu_capability + ", threads " +
         std::to_string(environment.threads) + ".";
}

/// Rows whose difference is not 0.
std::size_t CountDifferences(const Table& table) {
  const auto named = std::find_if(table.columns.begin(), table.columns.end(),
                                  [](const Column& one) { return one.name == "difference"; });
  const std::size_t column = static_cast<std::size_t>(named - table.columns.begin());
  return static_cast<std::size_t>(std::count_if(
      table.rows.begin(), table.rows.end(),
      [column](const std::vector<Cell>& row) { return !(row[column] == Cell(Integer(0))); }));
}

std::string Verdict(std::size_t differing, std::size_t all) {
  if (differing == 0) return "Every difference is 0, of " + std::to_string(all) + ".";
  return std::to_string(differing) + " of " + std::to_string(all) + " differ.";
}

/// A file is not left half-written: what comes now is over in an instant.
void IgnoreInterrupts() {
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
}

}  // namespace

int RunVerification(const Verification& verification, const std::vector<std::string>& arguments) {
  std::vector<OptionGroup> groups = {VerifyOptions()};
  if (!verification.options.options().empty()) groups.push_back(verification.options);
  groups.push_back(SettingOptions());
  groups.push_back(OutputOptions());
  const auto options = ParseOptions(verification.usage, groups, arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  VerifyRequest request = ParseVerifyRequest(*options, output);
  if (verification.read_own) verification.read_own(*options, request.run);
  const std::vector<Configuration> configurations = ConfigurationsOf(request);
  Document document;
  document.main = verification.table(request);
  Table& table = document.main;
  DescribeRuns(request, table);
  Progress progress(configurations.size(), output.quiet);
  for (const Configuration& configuration : configurations) {
    progress.Next(configuration.label + ", T = " + std::to_string(configuration.length()));
    auto rows = verification.rows(configuration, request.run);
    std::move(rows.begin(), rows.end(), std::back_inserter(table.rows));
  }
  progress.End();
  const std::size_t differing = CountDifferences(table);
  table.notes = {Verdict(differing, table.rows.size())};
  if (verification.notes) {
    for (std::string& note : verification.notes(request)) table.notes.push_back(std::move(note));
  }
  for (std::string& note : NotesOnRuns(request, configurations)) {
    table.notes.push_back(std::move(note));
  }
  table.notes.push_back(NoteOnEnvironment());
  if (verification.for_people) document.for_people = verification.for_people(table);
  if (output.file) IgnoreInterrupts();
  Print(document, output);
  return differing == 0 ? kExitHolds : kExitFails;
}

}  // namespace costcheck
