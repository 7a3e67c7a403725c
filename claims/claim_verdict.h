#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claims/claim.h"
#include "claims/outcome.h"

namespace costcheck {

/// A number of a claim, decided.
struct DecidedNumber {
  NumberOutcome outcome;
  std::vector<std::string> left_out;  ///< as StatisticOutcome has it
};

/// What a number makes of its claim alone; nothing where nothing decides it.
///
///   impossible            a p below the smallest that its test can give
///   inconsistent          it fails, and is made of other claims or facts; of a statistic, where
///   the
///                         mean of a part of the cells is what is printed
///   arithmetic error      it fails otherwise
///   convention-dependent  it holds, and not in a declared reading
///   reproduced            it holds
std::optional<ClaimVerdict> VerdictOf(const ClaimNumber& number, const DecidedNumber& decided);

/// Higher where a verdict goes before another: open, then inconclusive, convention-dependent,
/// refuted, arithmetic error, inconsistent, impossible; supported is below open, as a claim does
/// not hold while a part of it is open, and reproduced below supported.
int Gravity(ClaimVerdict verdict);

/// "expression" or "statistics".
std::string DeciderWord(const ClaimNumber& number);
/// "relation", "bound" or "experiment".
std::string DeciderWord(CheckKind kind);

}  // namespace costcheck
