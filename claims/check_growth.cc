#include "claims/check_growth.h"

#include "claims/figure_text.h"
#include "costmodel/algebra/error.h"
#include "costmodel/crossover/limit.h"
#include "costmodel/query/names.h"

namespace costcheck {
namespace {

constexpr int kMostPower = 64;

bool IsZero(const Limit& limit) { return limit == Limit{Limit::Kind::kFinite, 0}; }

Rational PowerOf(const ClaimCheck& check) {
  const std::optional<Rational> power = ParseNumber(check.power);
  COSTCHECK_CHECK(power && *power >= 0);
  return *power;
}

std::string PowerText(const std::string& symbol, const Rational& power) {
  if (power == 0) return "a constant";
  if (power == 1) return symbol;
  return symbol + "^" + (IsInteger(power) ? ToString(power) : "(" + ToString(power) + ")");
}

std::string GrowthText(const std::string& symbol, const Growth& growth) {
  const std::string power = PowerText(symbol, growth.power);
  if (growth.logarithm) {
    return growth.power == 0 ? "log " + symbol : power + " times a power of log " + symbol;
  }
  return power;
}

}  // namespace

std::optional<Growth> GrowthOf(const Expr& cost, const Symbol& symbol) {
  bool by_residue = false;  // at the power before
  for (int power = 0; power <= kMostPower; ++power) {
    const Limit limit = LimitRatio(cost, Pow(Expr(symbol), power), symbol);
    if (limit.kind == Limit::Kind::kUnknown) return std::nullopt;
    if (limit.kind == Limit::Kind::kFinite && (power == 0 || !IsZero(limit))) {
      return Growth{power, false, limit.value};
    }
    if (IsZero(limit)) return Growth{power - 1, !by_residue, std::nullopt};
    by_residue = limit.kind == Limit::Kind::kNone;
  }
  return std::nullopt;
}

CheckOutcome CheckGrowth(const ClaimCheck& check, const CheckContext& context) {
  const Rational claimed = PowerOf(check);
  const Symbol symbol = SymbolNamed(check.symbol);
  const auto growth = GrowthOf(context.Formula(check.expression, check.symbol), symbol);
  CheckOutcome outcome;
  outcome.decided_by = "bound: growth";
  outcome.claimed = PowerText(check.symbol, claimed);
  if (!growth) {
    outcome.verdict = ClaimVerdict::kInconclusive;
    outcome.reason = "How " + check.expression + " grows with " + check.symbol +
                     " is not decided by its limits.";
    return outcome;
  }
  const bool holds = growth->logarithm ? growth->power < claimed : growth->power <= claimed;
  outcome.holds = holds;
  outcome.verdict = holds ? ClaimVerdict::kReproduced : ClaimVerdict::kInconsistent;
  outcome.recomputed = GrowthText(check.symbol, *growth);
  outcome.reason = check.expression + " grows as " + outcome.recomputed;
  if (growth->coefficient) {
    outcome.reason += " (divided by it, it tends to " + FigureText(*growth->coefficient) + ")";
  }
  outcome.reason +=
      std::string(holds ? ", no faster than " : ", faster than ") + outcome.claimed + ".";
  return outcome;
}

}  // namespace costcheck
