#include "claims/check_experiment.h"

#include <algorithm>

#include "claims/experiment_predicate.h"
#include "claims/experiment_runs.h"
#include "claims/figure_text.h"
#include "costmodel/algebra/error.h"
#include "statistics/student.h"
#include "statistics/summary.h"

namespace costcheck {
namespace {

constexpr std::size_t kLeastSeeds = 2, kLeastDraws = 10;

/// What of a predicate is true of a whole interval of values.
enum class Answer { kAll, kNone, kSome };

Answer AnswerOf(const Interval& values, RelationKind relation, double bound) {
  switch (relation) {
    case RelationKind::kLess:
      return values.upper < bound ? Answer::kAll
                                  : (values.lower >= bound ? Answer::kNone : Answer::kSome);
    case RelationKind::kAtMost:
      return values.upper <= bound ? Answer::kAll
                                   : (values.lower > bound ? Answer::kNone : Answer::kSome);
    case RelationKind::kMore:
      return values.lower > bound ? Answer::kAll
                                  : (values.upper <= bound ? Answer::kNone : Answer::kSome);
    case RelationKind::kAtLeast:
      return values.lower >= bound ? Answer::kAll
                                   : (values.upper < bound ? Answer::kNone : Answer::kSome);
    case RelationKind::kEqual:
      break;
  }
  CheckFailed("relation of a predicate", __FILE__, __LINE__);
}

std::string IntervalText(const Interval& interval) {
  return "[" + FigureText(interval.lower) + ", " + FigureText(interval.upper) + "]";
}

class ExperimentDecider {
 public:
  ExperimentDecider(const ClaimCheck& check, const CheckContext& context)
      : experiment_(check.experiment),
        context_(context),
        predicate_(ParsePredicate(experiment_.predicate)),
        runs_(FindExperimentRuns(experiment_, context.records)) {
    outcome_.decided_by = "experiment " + experiment_.name + ", " + experiment_.form;
    outcome_.claimed = experiment_.predicate;
    COSTCHECK_CHECK(!NeedsBaseline(predicate_.quantity) || !experiment_.baseline.empty());
  }

  CheckOutcome Decide() {
    if (!runs_.missing.empty()) return Undecided(ClaimVerdict::kOpen, runs_.missing);
    if (!runs_.unfit.empty()) return Undecided(ClaimVerdict::kInconclusive, runs_.unfit);
    const bool draws = !predicate_.included.empty();
    const std::size_t least = draws ? kLeastDraws : kLeastSeeds;
    if (runs_.seeds.size() < least) return TooFew(least);
    if (!BaselineIsPositive()) {
      return Undecided(ClaimVerdict::kInconclusive, "A ratio needs a baseline above 0, and " +
                                                        experiment_.metric + " of " +
                                                        experiment_.baseline + " is not.");
    }
    draws ? DecideDraws() : DecideMean();
    AddAlarms();
    return outcome_;
  }

 private:
  CheckOutcome Undecided(ClaimVerdict verdict, const std::string& reason) {
    outcome_.verdict = verdict;
    outcome_.reason = Capitalized(reason);
    return outcome_;
  }

  CheckOutcome TooFew(std::size_t least) {
    std::string text = "Runs of " + std::to_string(least) + " seeds are needed; recorded" +
                       (experiment_.baseline.empty() ? "" : " in both arms") + ": " +
                       std::to_string(runs_.seeds.size());
    if (predicate_.quantity == PredicateQuantity::kValue && runs_.arm.size() == 1) {
      text += ", whose " + experiment_.metric + " is " + FigureText(runs_.arm.front());
    }
    return Undecided(ClaimVerdict::kInconclusive, text + ".");
  }

  bool IsRatio() const {
    return predicate_.quantity == PredicateQuantity::kRatio ||
           predicate_.quantity == PredicateQuantity::kDrawsOfRatio;
  }

  bool BaselineIsPositive() const {
    return !IsRatio() || std::all_of(runs_.baseline.begin(), runs_.baseline.end(),
                                     [](double value) { return value > 0; });
  }

  void Settle(bool holds) {
    outcome_.holds = holds;
    outcome_.verdict = holds ? ClaimVerdict::kSupported : ClaimVerdict::kRefuted;
  }

  /// "over 30 seeds of banded and full (banded at rate=0.003)".
  std::string Over() const {
    std::string text =
        " over " + std::to_string(runs_.seeds.size()) + " seeds of " + experiment_.arm;
    if (!experiment_.baseline.empty()) text += " and " + experiment_.baseline;
    return runs_.settings.empty() ? text : text + " (" + runs_.settings + ")";
  }

  void DecideDraws() {
    std::vector<double> draws = runs_.arm;
    const bool ratio = predicate_.quantity == PredicateQuantity::kDrawsOfRatio;
    for (std::size_t i = 0; ratio && i < draws.size(); ++i) draws[i] /= runs_.baseline[i];
    const RationalInterval number = context_.Range(predicate_.included);
    const auto [least, greatest] = std::minmax_element(draws.begin(), draws.end());
    const bool among = ToDouble(number.lower) <= *greatest && ToDouble(number.upper) >= *least;
    const double outside = 2 / static_cast<double>(draws.size() + 1);
    outcome_.verdict = ClaimVerdict::kInconclusive;
    if (among || outside <= 1 - experiment_.level) Settle(among);
    outcome_.recomputed = IntervalText({*least, *greatest});
    outcome_.reason = (ratio ? "The ratios of " : "The values of ") + experiment_.metric + Over() +
                      " lie in " + outcome_.recomputed + ", median " + FigureText(Median(draws)) +
                      ", and " + context_.Named(predicate_.included) +
                      (among ? " is among them."
                             : " is not; one more draw would lie outside with a chance of " +
                                   ChanceText(outside) + ".");
  }

  /// What the interval is of, a value a seed.
  std::vector<double> Sample() const {
    if (predicate_.quantity == PredicateQuantity::kValue) return runs_.arm;
    const double factor = IsRatio() ? ToDouble(predicate_.bound) : 1;
    std::vector<double> sample;
    for (std::size_t i = 0; i < runs_.arm.size(); ++i) {
      sample.push_back(runs_.arm[i] - factor * runs_.baseline[i]);
    }
    return sample;
  }

  void DecideMean() {
    const std::vector<double> sample = Sample();
    const double bound = IsRatio() ? 0 : ToDouble(predicate_.bound);
    const Interval interval = MeanInterval(sample, experiment_.level);
    const Answer answer = AnswerOf(interval, predicate_.relation, bound);
    outcome_.verdict = ClaimVerdict::kInconclusive;
    if (answer != Answer::kSome) Settle(answer == Answer::kAll);
    const double mean = IsRatio() ? Mean(runs_.arm) / Mean(runs_.baseline) : Mean(sample);
    outcome_.recomputed = FigureText(mean) + (IsRatio() ? "" : " " + IntervalText(interval));
    outcome_.reason = MeanText(mean) + Over() + "; the " + FigureText(100 * experiment_.level) +
                      "% interval of " + SampleText() + ", " + IntervalText(interval) + ", " +
                      AnswerText(answer) + " " + std::string(RelationText(predicate_.relation)) +
                      " " + FigureText(bound) + ".";
  }

  std::string MeanText(double mean) const {
    switch (predicate_.quantity) {
      case PredicateQuantity::kDifference:
        return "The mean difference of " + experiment_.metric + " is " + FigureText(mean);
      case PredicateQuantity::kRatio:
        return "The ratio of the means of " + experiment_.metric + " is " + FigureText(mean);
      default:
        return "The mean of " + experiment_.metric + " is " + FigureText(mean);
    }
  }

  std::string SampleText() const {
    switch (predicate_.quantity) {
      case PredicateQuantity::kDifference:
        return experiment_.arm + " - " + experiment_.baseline;
      case PredicateQuantity::kRatio:
        return experiment_.arm + " - " + FigureText(predicate_.bound) + " " + experiment_.baseline;
      default:
        return "the mean";
    }
  }

  static std::string AnswerText(Answer answer) {
    if (answer == Answer::kAll) return "is wholly";
    return answer == Answer::kNone ? "is nowhere" : "is in part, but not wholly,";
  }

  void AddAlarms() {
    if (runs_.alarms.empty()) return;
    outcome_.reason += " Alarms: " + ListText(runs_.alarms) + ".";
    if (!runs_.broken) return;
    if (outcome_.holds) {
      outcome_.reason += " Runs that diverge decide nothing; without the alarm it would be " +
                         std::string(VerdictText(outcome_.verdict)) + ".";
    }
    outcome_.holds = std::nullopt;
    outcome_.verdict = ClaimVerdict::kInconclusive;
  }

  const ClaimExperiment& experiment_;
  const CheckContext& context_;
  ExperimentPredicate predicate_;
  ExperimentRuns runs_;
  CheckOutcome outcome_;
};

}  // namespace

CheckOutcome CheckExperiment(const ClaimCheck& check, const CheckContext& context) {
  return ExperimentDecider(check, context).Decide();
}

}  // namespace costcheck
