#include "claims/check_bound.h"

#include "claims/figure_text.h"
#include "costmodel/algebra/error.h"
#include "costmodel/crossover/crossover.h"
#include "costmodel/embedding/token_law.h"
#include "costmodel/query/names.h"

namespace costcheck {
namespace {

CheckOutcome Outcome(const std::string& bound, bool holds, const ClaimCheck& check,
                     const CheckContext& context) {
  CheckOutcome outcome;
  outcome.decided_by = "bound: " + bound;
  outcome.holds = holds;
  outcome.verdict = holds ? ClaimVerdict::kReproduced : ClaimVerdict::kImpossible;
  outcome.claimed = context.names.PrintedText(check.expression);
  return outcome;
}

void CheckNats(const ClaimCheck& check, const CheckContext& context) {
  const ClaimNumber* number = context.names.Find(check.expression);
  if (number == nullptr) return;
  const std::string& base = number->printed.base;
  for (const std::string_view fits : {"nat", "nat/token", "1"}) {
    if (base == fits) return;
  }
  throw CostError("an entropy is in nats, and " + check.expression + " is in " + base);
}

/// The part of whole that is sure to stay.
Rational Rest(const RationalInterval& part, const RationalInterval& whole) {
  if (part.lower > whole.upper) {
    throw CostError("the part costs " + RangeText(part) + ", more than the whole, " +
                    RangeText(whole));
  }
  return whole.lower - part.upper;
}

/// "It tends to 2 as T grows."
std::string LimitSentence(const Expr& numerator, const Expr& denominator, const Symbol& symbol,
                          const std::string& letter) {
  const Limit limit = LimitRatio(numerator, denominator, symbol);
  const std::optional<std::string> text = LimitText(limit);
  if (!text) return "";
  const bool finite = limit.kind == Limit::Kind::kFinite;
  return " It tends to " + (finite ? FigureText(limit.value) : *text) + " as " + letter + " grows.";
}

/// Where B, the claimed number times the denominator, is at most the numerator A: the least such
/// symbol; nothing where there is none.
std::optional<Integer> FirstReached(const Crossovers& crossovers) {
  std::optional<Integer> first;
  if (crossovers.identical) first = 1;
  if (!crossovers.ties.empty()) first = crossovers.ties.front().first;
  if (!crossovers.changes.empty()) {
    const Change& change = crossovers.changes.front();
    const Integer cheaper = change.b_cheaper_after ? change.first_integer : Integer(1);
    if (!first || cheaper < *first) first = cheaper;
  }
  return first;
}

}  // namespace

CheckOutcome CheckEntropy(const ClaimCheck& check, const CheckContext& context) {
  CheckNats(check, context);
  const TokenLaw law = TokenLaw::Zipf(check.exponent, check.types);
  const double share = check.share.empty() ? 1 : ToDouble(context.Value(check.share));
  const double entropy = law.EntropyNats(), bound = entropy * share;
  const bool holds = ToDouble(context.Range(check.expression).upper) >= bound;
  CheckOutcome outcome = Outcome("entropy", holds, check, context);
  outcome.recomputed = FigureText(bound);
  outcome.reason = context.Named(check.expression) + (holds ? " is not below " : " is below ");
  const std::string source = "the entropy of its source (" + law.description() + ")";
  if (check.share.empty()) {
    outcome.reason += FigureText(bound) + " nats, " + source;
  } else {
    outcome.reason += FigureText(bound) + " nats, " + check.share + " of " + FigureText(entropy) +
                      ", " + source + ", as the other targets can be seen";
  }
  outcome.reason += holds ? "." : ", which no model goes below that does not see its targets.";
  return outcome;
}

CheckOutcome CheckAmdahl(const ClaimCheck& check, const CheckContext& context) {
  const RationalInterval part = context.Range(check.part), whole = context.Range(check.whole);
  const Rational rest = Rest(part, whole);
  const bool bounded = rest > 0;
  const Rational bound = bounded ? Rational(whole.lower / rest) : Rational(0);
  const bool holds = !bounded || context.Range(check.expression).lower <= bound;
  CheckOutcome outcome = Outcome("Amdahl", holds, check, context);
  outcome.recomputed = bounded ? FigureText(bound) : "";
  if (!bounded) {
    outcome.reason =
        "The part is the whole, so nothing bounds " + context.Named(check.expression) + ".";
    return outcome;
  }
  const Rational percent = part.upper / whole.lower * 100;
  outcome.reason = context.Named(check.expression) +
                   (holds ? " is within Amdahl's bound: " : " is past Amdahl's bound: ") +
                   check.part + " is " + FigureText(ToDouble(percent)) + "% of " + check.whole +
                   ", which without it is " + FigureText(bound) + " times less, and no more.";
  return outcome;
}

CheckOutcome CheckLimit(const ClaimCheck& check, const CheckContext& context) {
  const Symbol symbol = SymbolNamed(check.symbol);
  const Expr numerator = context.Formula(check.numerator, check.symbol);
  const Expr denominator = context.Formula(check.denominator, check.symbol);
  const Rational claimed = context.Range(check.expression).lower;
  CrossoverOptions options;
  options.limit = false;
  const Crossovers crossovers =
      FindCrossovers(numerator, Expr(claimed) * denominator, symbol, options);
  const std::optional<Integer> reached = FirstReached(crossovers);
  CheckOutcome outcome = Outcome("limit", reached.has_value(), check, context);
  const std::string ratio = check.numerator + " / " + check.denominator;
  const Limit limit = LimitRatio(numerator, denominator, symbol);
  outcome.recomputed = LimitText(limit).value_or("");
  if (!reached && crossovers.complete_to) {
    outcome.holds = std::nullopt;
    outcome.verdict = ClaimVerdict::kInconclusive;
    outcome.reason = ratio + " is below " + context.Named(check.expression) + " up to " +
                     check.symbol + " = " + FigureText(Rational(*crossovers.complete_to)) +
                     "; beyond it is not known.";
    return outcome;
  }
  outcome.reason = reached ? ratio + " reaches " + context.Named(check.expression) + " at " +
                                 check.symbol + " = " + FigureText(Rational(*reached)) + "."
                           : ratio + " is below " + context.Named(check.expression) +
                                 " for every " + check.symbol + ".";
  outcome.reason += LimitSentence(numerator, denominator, symbol, check.symbol);
  return outcome;
}

}  // namespace costcheck
