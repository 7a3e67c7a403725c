#include "claims/claim_verdict.h"

#include <algorithm>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

bool FailsInReading(const NumberOutcome& outcome) {
  return std::any_of(outcome.scopes.begin(), outcome.scopes.end(), [](const ScopeValue& scope) {
    const bool known = !std::holds_alternative<std::monostate>(scope.value);
    return scope.declared && known && !scope.holds;
  });
}

}  // namespace

std::optional<ClaimVerdict> VerdictOf(const ClaimNumber& number, const DecidedNumber& decided) {
  const NumberOutcome& outcome = decided.outcome;
  if (!outcome.holds) return std::nullopt;
  if (*outcome.holds) {
    return FailsInReading(outcome) ? ClaimVerdict::kConventionDependent : ClaimVerdict::kReproduced;
  }
  if (!number.statistic) {
    return outcome.claims_used.empty() ? ClaimVerdict::kArithmeticError
                                       : ClaimVerdict::kInconsistent;
  }
  if (number.statistic->name.starts_with("smallest_p_")) return ClaimVerdict::kImpossible;
  return decided.left_out.empty() ? ClaimVerdict::kArithmeticError : ClaimVerdict::kInconsistent;
}

int Gravity(ClaimVerdict verdict) {
  switch (verdict) {
    case ClaimVerdict::kReproduced:
      return 0;
    case ClaimVerdict::kSupported:
      return 1;
    case ClaimVerdict::kOpen:
      return 2;
    case ClaimVerdict::kInconclusive:
      return 3;
    case ClaimVerdict::kConventionDependent:
      return 4;
    case ClaimVerdict::kRefuted:
      return 5;
    case ClaimVerdict::kArithmeticError:
      return 6;
    case ClaimVerdict::kInconsistent:
      return 7;
    case ClaimVerdict::kImpossible:
      return 8;
  }
  CheckFailed("claim verdict", __FILE__, __LINE__);
}

std::string DeciderWord(const ClaimNumber& number) {
  return number.statistic ? "statistics" : "expression";
}

std::string DeciderWord(CheckKind kind) {
  switch (kind) {
    case CheckKind::kRequires:
    case CheckKind::kSame:
      return "relation";
    case CheckKind::kGrowth:
    case CheckKind::kEntropy:
    case CheckKind::kAmdahl:
    case CheckKind::kLimit:
      return "bound";
    case CheckKind::kExperiment:
      return "experiment";
  }
  CheckFailed("kind of check", __FILE__, __LINE__);
}

}  // namespace costcheck
