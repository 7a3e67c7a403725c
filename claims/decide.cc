#include "claims/decide.h"

#include <algorithm>
#include <utility>

#include "claims/check_bound.h"
#include "claims/check_context.h"
#include "claims/check_experiment.h"
#include "claims/check_growth.h"
#include "claims/check_relation.h"
#include "claims/circles.h"
#include "claims/claim_note.h"
#include "claims/claim_verdict.h"
#include "claims/decide_number.h"
#include "claims/statistic_number.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

CheckOutcome RunCheck(const ClaimCheck& check, const CheckContext& context) {
  switch (check.kind) {
    case CheckKind::kRequires:
      return CheckRequires(check, context);
    case CheckKind::kSame:
      return CheckSame(check, context);
    case CheckKind::kGrowth:
      return CheckGrowth(check, context);
    case CheckKind::kEntropy:
      return CheckEntropy(check, context);
    case CheckKind::kAmdahl:
      return CheckAmdahl(check, context);
    case CheckKind::kLimit:
      return CheckLimit(check, context);
    case CheckKind::kExperiment:
      return CheckExperiment(check, context);
  }
  CheckFailed("kind of check", __FILE__, __LINE__);
}

/// What one number or check says of its claim.
struct Part {
  ClaimVerdict verdict;
  std::string decided_by;
  std::string note;
  std::string because;  ///< before the note
};

/// The gravest first, as it gives the verdict; nothing twice.
std::string NoteOf(std::vector<Part> parts) {
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return Gravity(a.verdict) > Gravity(b.verdict);
  });
  std::string note, because;
  for (const Part& part : parts) {
    if (part.note.empty() || note.find(part.note) != std::string::npos) continue;
    note += note.empty() ? "" : " ";
    if (!part.because.empty() && part.because != because) note += part.because + ": ";
    because = part.because;
    note += part.note;
  }
  return note;
}

class Decider {
 public:
  Decider(const ClaimFile& file, std::span<const RunRecord> records)
      : file_(file),
        records_(records),
        names_(file),
        evaluator_(file),
        number_decider_(file, evaluator_) {
    CheckCircles(file, evaluator_);
  }

  ClaimOutcome Decide(const Claim& claim) {
    ClaimOutcome outcome;
    outcome.id = claim.id;
    std::vector<Part> parts;
    for (std::size_t i = 0; i < claim.numbers.size(); ++i) {
      DecidedNumber decided = DecideOne(claim, i);
      if (const auto verdict = VerdictOf(claim.numbers[i], decided)) {
        parts.push_back({*verdict, DeciderWord(claim.numbers[i]),
                         NumberNote(claim.numbers[i], decided, names_), ""});
      }
      outcome.numbers.push_back(std::move(decided.outcome));
    }
    for (const ClaimCheck& check : claim.checks) {
      outcome.checks.push_back(DecideCheck(claim, check));
      parts.push_back({outcome.checks.back().verdict, DeciderWord(check.kind),
                       outcome.checks.back().reason, ReasonText(check)});
    }
    Conclude(claim, std::move(parts), outcome);
    return outcome;
  }

 private:
  DecidedNumber DecideOne(const Claim& claim, std::size_t index) {
    const ClaimNumber& number = claim.numbers[index];
    if (number.statistic) {
      StatisticOutcome statistic = DecideStatistic(claim, number, evaluator_);
      return {std::move(statistic.number), std::move(statistic.left_out)};
    }
    if (!number.is.empty() || number.crossover) return {number_decider_.Decide(claim, index), {}};
    DecidedNumber undecided;
    undecided.outcome.claimed = number.printed;
    return undecided;
  }

  CheckOutcome DecideCheck(const Claim& claim, const ClaimCheck& check) {
    const CheckContext context = {file_, claim, names_, evaluator_, records_};
    return At(PlaceText(check.place), [&] { return RunCheck(check, context); });
  }

  static void Conclude(const Claim& claim, std::vector<Part> parts, ClaimOutcome& outcome) {
    if (parts.empty()) {
      outcome.decided_by = "nothing";
      outcome.note = claim.open.empty() ? "" : "Open: " + claim.open;
      return;
    }
    const Part& gravest = *std::max_element(
        parts.begin(), parts.end(),
        [](const Part& a, const Part& b) { return Gravity(a.verdict) < Gravity(b.verdict); });
    outcome.verdict = gravest.verdict;
    outcome.decided_by = gravest.decided_by;
    outcome.note = NoteOf(std::move(parts));
  }

  const ClaimFile& file_;
  std::span<const RunRecord> records_;
  NamedNumbers names_;
  ClaimEvaluator evaluator_;
  NumberDecider number_decider_;
};

}  // namespace

std::vector<ClaimOutcome> DecideClaims(const ClaimFile& file, const DecideOptions& options) {
  Decider decider(file, options.records);
  std::vector<ClaimOutcome> outcomes;
  for (const Claim& claim : file.claims) {
    outcomes.push_back(decider.Decide(claim));
    if (options.progress) options.progress(outcomes.size(), file.claims.size());
  }
  return outcomes;
}

}  // namespace costcheck
