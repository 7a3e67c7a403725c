#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "claims/claim_file.h"
#include "claims/decide.h"
#include "cli/claims_audit.h"
#include "cli/claims_choice.h"
#include "cli/claims_tables.h"
#include "cli/claims_words.h"
#include "cli/command.h"
#include "cli/document.h"
#include "cli/progress.h"
#include "cli/read_evidence.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

constexpr Usage kUsage = {
    "claims FILE [OPTION]...",
    "Decides published claims: FILE is TOML, with each claim's exact quote, its numbers as "
    "printed,\n"
    "its conditions, and what decides it: an expression over components and other claims, a "
    "bound,\n"
    "statistics, or recorded runs. Verdicts are computed: reproduced, supported,\n"
    "convention-dependent (these hold); arithmetic error, inconsistent, refuted, impossible "
    "(these\n"
    "do not); inconclusive, open.\n"
    "Exit status: 0 no claim fails; 1 one does: it does not hold, or what --fail-on says instead;\n"
    "2 usage, or bad input.",
    "  costcheck claims path/to/claims.toml\n"
    "  costcheck claims path/to/claims.toml --only S07c --details\n"
    "  costcheck claims path/to/claims.toml --verdict open,inconclusive --format csv\n"
    "  costcheck claims path/to/claims.toml --fail-on inconsistent,open --quiet\n"
    "  costcheck claims path/to/claims.toml --audit --output audit.md\n",
    1, 1};

OptionGroup ClaimOptions() {
  OptionGroup group("Claims");
  auto add = group.add_options();
  add("only", RepeatedValue("ID,..."), "only these claims: shown, counted, and able to fail");
  add("verdict", RepeatedValue("NAME,..."), "show only claims with these verdicts");
  add("evidence", RepeatedValue("FOLDER|FILE"),
      "where recorded runs are; else docs/evidence beside FILE or in a folder above it; may be "
      "given more than once");
  add("fail-on", RepeatedValue("WHAT,..."),
      "exit with 1 for exactly these: inconsistent (whatever does not hold), inconclusive, open; "
      "without it, for what does not hold");
  add("details", "every number counted in other ways, the slips that fit it, and every check");
  add("audit", "all of it as one Markdown document");
  return group;
}

bool AsksForRuns(const Claim& claim) {
  return std::any_of(claim.checks.begin(), claim.checks.end(),
                     [](const ClaimCheck& check) { return check.kind == CheckKind::kExperiment; });
}

bool AskForRuns(const ClaimFile& file, const std::vector<bool>& chosen) {
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i] && AsksForRuns(file.claims[i])) return true;
  }
  return false;
}

/// The nearest folder docs/evidence in the file's folder or above it, as seen from here.
std::optional<std::string> EvidenceBeside(const std::string& file) {
  std::error_code error;
  const fs::path path = fs::absolute(file, error).lexically_normal();
  for (fs::path folder = path.parent_path(); !error; folder = folder.parent_path()) {
    const fs::path candidate = folder / "docs" / "evidence";
    std::error_code missing;
    if (fs::is_directory(candidate, missing)) return fs::proximate(candidate, missing).string();
    if (folder == folder.parent_path()) break;
  }
  return std::nullopt;
}

struct Evidence {
  std::vector<RunRecord> records;
  std::vector<std::string> paths;
};

/// Files of many records are read only where a claim asks for them, or a person.
Evidence FindEvidence(const Options& options, const std::string& path, bool asked_for, bool quiet) {
  Evidence evidence;
  evidence.paths = options.All("evidence");
  const bool given = !evidence.paths.empty();
  if (!given && !asked_for) return evidence;
  if (!given) {
    const auto beside = EvidenceBeside(path);
    if (!beside) return evidence;
    evidence.paths = {*beside};
  }
  for (auto& [key, run] : ReadEvidence(evidence.paths, quiet)) {
    evidence.records.push_back(std::move(run.record));
  }
  return evidence;
}

std::string RunsSentence(const Evidence& evidence) {
  const std::size_t count = evidence.records.size();
  if (count == 0) return "No recorded runs are at hand, so that claims about experiments are open.";
  return Counted(count, "recorded run") + (count == 1 ? " was" : " were") +
         " at hand for claims about experiments.";
}

std::vector<ClaimOutcome> DecideWithProgress(const ClaimFile& file, const Evidence& evidence,
                                             bool quiet) {
  Progress progress(file.claims.size(), quiet);
  DecideOptions options;
  options.records = evidence.records;
  options.progress = [&](std::size_t done, std::size_t all) {
    if (done < all) progress.Next(file.claims[done].id);
  };
  if (!file.claims.empty()) progress.Next(file.claims.front().id);
  return DecideClaims(file, options);
}

std::vector<DecidedClaim> Judged(const ClaimFile& file, const std::vector<ClaimOutcome>& outcomes,
                                 const std::vector<bool>& chosen) {
  COSTCHECK_CHECK(outcomes.size() == file.claims.size());
  std::vector<DecidedClaim> judged;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (chosen[i]) judged.push_back({&file.claims[i], &outcomes[i]});
  }
  return judged;
}

void CheckFormatOfAudit(const Options& options, const Output& output) {
  if (!options.IsGiven("format") || output.format == Format::kMarkdown) return;
  throw CostError("--audit is Markdown: leave --format " + options.Text("format") + " out");
}

}  // namespace

int RunClaims(const std::vector<std::string>& arguments) {
  const auto options = ParseOptions(kUsage, {ClaimOptions(), OutputOptions()}, arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  const bool audit = options->Has("audit");
  if (audit) CheckFormatOfAudit(*options, output);
  const std::vector<ClaimVerdict> wanted = ParseVerdicts(options->All("verdict"));
  const FailOn fail_on = ParseFailOn(options->All("fail-on"));
  const std::string& path = options->positionals().front();
  const ClaimFile file = LoadClaimFile(path);
  const std::vector<bool> chosen = ChosenClaims(file, options->All("only"));
  const bool asked_for_runs = AskForRuns(file, chosen);
  const Evidence evidence = FindEvidence(*options, path, asked_for_runs, output.quiet);
  const std::vector<ClaimOutcome> outcomes = DecideWithProgress(file, evidence, output.quiet);

  ClaimsView view;
  view.title = file.title;
  view.judged = Judged(file, outcomes, chosen);
  view.shown = WithVerdicts(view.judged, wanted);
  view.details = options->Has("details");
  view.narrow = output.format == Format::kText;
  const std::string runs = asked_for_runs ? RunsSentence(evidence) : "";
  if (!runs.empty()) view.notes.push_back(runs);
  if (!evidence.paths.empty()) view.notes.push_back("Evidence: " + Joined(evidence.paths) + ".");
  if (audit) {
    Deliver(AuditText(file, view.shown, runs), output);
  } else {
    Print(MakeClaimsDocument(view), output);
  }
  return Fails(view.judged, fail_on) ? kExitFails : kExitHolds;
}

}  // namespace costcheck
