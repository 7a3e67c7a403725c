#include "claims/decide.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
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
        number_decider_(file, evaluator_) {}

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

/// With fewer claims a thread is longer at finding the formulas anew than at using them.
constexpr std::size_t kClaimsPerThread = 1000;

std::size_t ThreadsFor(const DecideOptions& options, std::size_t claims) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t wanted =
      options.threads > 0 ? options.threads : std::min(cores, claims / kClaimsPerThread);
  return std::clamp(wanted, std::size_t{1}, std::max(claims, std::size_t{1}));
}

/// Decides claims in slices of neighbours, each by a thread with formulas of its own.
class SlicedDecision {
 public:
  SlicedDecision(const ClaimFile& file, const DecideOptions& options)
      : file_(file), options_(options), outcomes_(file.claims.size()) {}

  std::vector<ClaimOutcome> Decide() {
    const std::size_t count = ThreadsFor(options_, outcomes_.size());
    std::vector<std::exception_ptr> errors(count);
    std::vector<std::jthread> others;
    const auto begin = [&](std::size_t slice) { return outcomes_.size() * slice / count; };
    const auto run = [&](std::size_t slice) {
      try {
        DecideSlice(begin(slice), begin(slice + 1));
      } catch (...) {
        errors[slice] = std::current_exception();
      }
    };
    for (std::size_t slice = 1; slice < count; ++slice) others.emplace_back(run, slice);
    run(0);
    others.clear();  // waits for them
    for (const std::exception_ptr& error : errors) {
      if (error) std::rethrow_exception(error);
    }
    return std::move(outcomes_);
  }

 private:
  void DecideSlice(std::size_t begin, std::size_t end) {
    Decider decider(file_, options_.records);
    for (std::size_t i = begin; i < end; ++i) {
      outcomes_[i] = decider.Decide(file_.claims[i]);
      const std::lock_guard lock(progress_);
      ++done_;
      if (options_.progress) options_.progress(done_, outcomes_.size());
    }
  }

  const ClaimFile& file_;
  const DecideOptions& options_;
  std::vector<ClaimOutcome> outcomes_;
  std::mutex progress_;
  std::size_t done_ = 0;
};

}  // namespace

std::vector<ClaimOutcome> DecideClaims(const ClaimFile& file, const DecideOptions& options) {
  ClaimEvaluator evaluator(file);
  CheckCircles(file, evaluator);
  return SlicedDecision(file, options).Decide();
}

}  // namespace costcheck
