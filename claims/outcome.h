#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "claims/printed_number.h"

// What the engine finds of a claim: plain records, for cli to print.

namespace costcheck {

enum class ClaimVerdict {
  kReproduced,           ///< recomputed within its digits, in every reading; every check holds
  kSupported,            ///< recorded runs say so, by the check's rule
  kConventionDependent,  ///< holds as its source counts, and not in another reading of its words
  kInconclusive,         ///< recorded runs cannot say
  kOpen,                 ///< nothing decides it, or no runs are recorded
  kArithmeticError,      ///< recomputed, it is another number
  kInconsistent,         ///< contradicts another claim, a fact, or its own model's cost
  kRefuted,              ///< recorded runs say the contrary
  kImpossible,           ///< past a bound
};
std::string_view VerdictText(ClaimVerdict verdict);  ///< "arithmetic error"
/// 0 where it holds (reproduced, supported, convention-dependent), 1 where it does not
/// (arithmetic error, inconsistent, refuted, impossible), nothing for inconclusive and open.
std::optional<bool> Holds(ClaimVerdict verdict);

/// A recomputed value: exact, or a real number of statistics.
using Recomputed = std::variant<std::monostate, Rational, double>;
double RealValue(const Recomputed& value);  ///< the nearest double; there is a value

/// The same expression counted in another way.
struct ScopeValue {
  std::string name;       ///< "all heads", "layer", "training"
  bool declared = false;  ///< a reading of the claim's own words; else tried on every claim
  Recomputed value;       ///< monostate where it cannot be had
  bool holds = false;     ///< within the printed digits
  std::string why_not;    ///< where there is no value
};

/// A usual slip that makes a number fit that fails without.
struct Slip {
  std::string name;        ///< "1000 times too small (G printed as M)"
  Recomputed value;        ///< with the slip
  bool truncated = false;  ///< digits were cut off, not rounded
  /// That one of the slips of its kind, or of those tried before it, would fit a number drawn
  /// evenly in its logarithm from a thousandth to a thousand times the recomputed one.
  double chance = 0;
};

/// Of one number of a claim.
struct NumberOutcome {
  PrintedNumber claimed;
  std::string expression;  ///< that was recomputed; "" where nothing decides the number
  Recomputed recomputed;
  std::optional<Rational> lower, upper;  ///< of recomputed, over the digits of claims it is made of
  std::optional<double> difference;      ///< claimed - recomputed, relative to recomputed
  std::optional<bool> holds;             ///< nothing where it is not decided
  std::vector<ScopeValue> scopes;        ///< declared readings first
  std::vector<Slip> slips;               ///< those that fit; the likeliest first
  int slips_tried = 0;
  std::string reason;                    ///< one sentence
  std::vector<std::string> claims_used;  ///< names of claims and facts in the expression
};

/// Of one check.
struct CheckOutcome {
  std::string decided_by;     ///< "bound: entropy", "experiment B5, described", "relation"
  std::optional<bool> holds;  ///< nothing: inconclusive or open
  ClaimVerdict verdict = ClaimVerdict::kOpen;  ///< what it makes of the claim alone
  std::string claimed;                         ///< "" where it has no number
  std::string recomputed;                      ///< "4.2275"
  std::string reason;                          ///< one sentence with its figures
};

struct ClaimOutcome {
  std::string id;
  ClaimVerdict verdict = ClaimVerdict::kOpen;
  std::string
      decided_by;    ///< "expression", "relation", "bound", "experiment", "statistics", "nothing"
  std::string note;  ///< why, in one or a few sentences
  std::vector<NumberOutcome> numbers;
  std::vector<CheckOutcome> checks;
};

}  // namespace costcheck
