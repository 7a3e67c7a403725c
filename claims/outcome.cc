#include "claims/outcome.h"

#include "costmodel/algebra/error.h"

namespace costcheck {

std::string_view VerdictText(ClaimVerdict verdict) {
  switch (verdict) {
    case ClaimVerdict::kReproduced:
      return "reproduced";
    case ClaimVerdict::kSupported:
      return "supported";
    case ClaimVerdict::kConventionDependent:
      return "convention-dependent";
    case ClaimVerdict::kInconclusive:
      return "inconclusive";
    case ClaimVerdict::kOpen:
      return "open";
    case ClaimVerdict::kArithmeticError:
      return "arithmetic error";
    case ClaimVerdict::kInconsistent:
      return "inconsistent";
    case ClaimVerdict::kRefuted:
      return "refuted";
    case ClaimVerdict::kImpossible:
      return "impossible";
  }
  CheckFailed("claim verdict", __FILE__, __LINE__);
}

std::optional<bool> Holds(ClaimVerdict verdict) {
  switch (verdict) {
    case ClaimVerdict::kReproduced:
    case ClaimVerdict::kSupported:
    case ClaimVerdict::kConventionDependent:
      return true;
    case ClaimVerdict::kArithmeticError:
    case ClaimVerdict::kInconsistent:
    case ClaimVerdict::kRefuted:
    case ClaimVerdict::kImpossible:
      return false;
    case ClaimVerdict::kInconclusive:
    case ClaimVerdict::kOpen:
      return std::nullopt;
  }
  CheckFailed("claim verdict", __FILE__, __LINE__);
}

double RealValue(const Recomputed& value) {
  COSTCHECK_CHECK(!std::holds_alternative<std::monostate>(value));
  const auto* exact = std::get_if<Rational>(&value);
  return exact != nullptr ? ToDouble(*exact) : std::get<double>(value);
}

}  // namespace costcheck
