#include "costmodel/crossover/crossover.h"

#include <algorithm>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/crossover/meeting_point.h"
#include "costmodel/crossover/sign_chart.h"

namespace costcheck {

namespace {

constexpr std::size_t kMostTies = 1000;

/// From `at` on the sign, ties left out, is this one.
struct Turn {
  Integer at;
  int sign;
  bool after_tie;  ///< at - 1 is a tie
};

bool IsTie(const SignPattern& pattern, const Integer& x) { return pattern.Next(x, 0) == x; }

/// Follows the strict signs of A - B through a chart.
class TurnCollector {
 public:
  explicit TurnCollector(std::size_t most_turns) : most_turns_(most_turns) {}

  /// False once the list is full.
  bool Visit(const Range& part, const SignPattern& pattern) {
    Integer x = part.first;
    while (std::optional<Turn> next = NextTurn(x, pattern)) {
      if (part.last && next->at > *part.last) break;
      next->after_tie = next->at > part.first ? IsTie(pattern, next->at - 1) : ended_in_tie_;
      turns_.push_back(*next);
      if (turns_.size() > most_turns_) return false;
      x = next->at + 1;
    }
    ended_in_tie_ = part.last && IsTie(pattern, *part.last);
    return true;
  }

  /// The first one establishes an order; all others reverse it.
  const std::vector<Turn>& turns() const { return turns_; }
  bool is_full() const { return turns_.size() > most_turns_; }

 private:
  std::optional<Turn> NextTurn(const Integer& x, const SignPattern& pattern) const {
    std::optional<Turn> next;
    for (const int sign : {-1, 1}) {
      if (!turns_.empty() && turns_.back().sign == sign) continue;
      const auto at = pattern.Next(x, sign);
      if (at && (!next || *at < next->at)) next = Turn{*at, sign, false};
    }
    return next;
  }

  std::size_t most_turns_;
  std::vector<Turn> turns_;
  bool ended_in_tie_ = false;
};

/// The first x >= from in the pattern that is no tie.
std::optional<Integer> NextOrder(const SignPattern& pattern, const Integer& from) {
  const auto negative = pattern.Next(from, -1);
  const auto positive = pattern.Next(from, 1);
  return negative && (!positive || *negative < *positive) ? negative : positive;
}

/// Adds the runs of ties in a part; false once there are enough.
bool AddTies(const Range& part, const SignPattern& pattern, std::vector<Range>& ties) {
  Integer x = part.first;
  while (const auto first = pattern.Next(x, 0)) {
    if (part.last && *first > *part.last) break;
    std::optional<Integer> last = NextOrder(pattern, *first);
    if (last) *last -= 1;
    if (part.last && (!last || *part.last < *last)) last = part.last;
    if (!ties.empty() && ties.back().last && *ties.back().last + 1 == *first) {
      ties.back().last = last;
    } else {
      if (ties.size() == kMostTies) return false;
      ties.push_back({*first, last});
    }
    if (!last) break;
    x = *last + 1;
  }
  return true;
}

std::vector<Range> TiesOf(const SignChart& chart) {
  std::vector<Range> ties;
  chart.ForEachPattern(
      [&](const Range& part, const SignPattern& pattern) { return AddTies(part, pattern, ties); });
  return ties;
}

/// The signs in the part without end, by residue, over the least period; empty
/// where the chart ends.
std::vector<int> TailSigns(const SignChart& chart) {
  std::vector<int> signs;
  chart.stretches.back().ForEachPattern([&](const Range& part, const SignPattern& pattern) {
    if (part.last) return true;
    signs.assign(pattern.period, 0);
    for (const std::uint64_t r : pattern.WithSign(-1)) signs[r] = -1;
    for (const std::uint64_t r : pattern.WithSign(1)) signs[r] = 1;
    return true;
  });
  for (std::size_t period = 1; period < signs.size(); ++period) {
    if (signs.size() % period != 0) continue;
    const auto shifted = signs.begin() + static_cast<std::ptrdiff_t>(period);
    if (std::equal(shifted, signs.end(), signs.begin())) signs.resize(period);
  }
  return signs;
}

bool HasBothSigns(const std::vector<int>& signs) {
  return std::count(signs.begin(), signs.end(), 1) > 0 &&
         std::count(signs.begin(), signs.end(), -1) > 0;
}

Verdict VerdictOf(const std::vector<Turn>& turns, bool oscillates) {
  if (oscillates) return Verdict::kOscillates;
  if (turns.size() > 1) return Verdict::kCrosses;
  return !turns.empty() && turns.front().sign > 0 ? Verdict::kAlways : Verdict::kNever;
}

Change ChangeAt(const Turn& turn, const Symbol& x, const SignChart& chart, int digits) {
  Change change;
  change.first_integer = turn.at;
  change.b_cheaper_after = turn.sign > 0;
  if (turn.after_tie) change.tie = turn.at - 1;
  if (!chart.function) return change;
  const Range& range = chart.stretches.front().range;
  auto point = FindMeetingPoint(*chart.function, range, x, turn.at, digits);
  if (!point) return change;
  change.lower = std::move(point->lower);
  change.upper = std::move(point->upper);
  change.decimal = std::move(point->decimal);
  change.closed_form = std::move(point->closed_form);
  change.condition = std::move(point->condition);
  return change;
}

}  // namespace

Range CheckedRange(const Symbol& x, const CrossoverOptions& options) {
  if (options.from < 0) {
    throw CostError("The range of " + x.name() + " begins at " + ToString(options.from) +
                    ", and costs are defined from 0 on.");
  }
  if (options.to && *options.to < options.from) {
    throw CostError("The range of " + x.name() + " from " + ToString(options.from) + " to " +
                    ToString(*options.to) + " is empty.");
  }
  return {options.from, options.to};
}

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNever:
      return "never";
    case Verdict::kAlways:
      return "always";
    case Verdict::kCrosses:
      return "crosses";
    case Verdict::kOscillates:
      break;
  }
  return "oscillates";
}

Crossovers FindCrossovers(const Expr& a, const Expr& b, const Symbol& x,
                          const CrossoverOptions& options) {
  const Range range = CheckedRange(x, options);
  const SignChart chart = MakeSignChart(a - b, x, range);
  TurnCollector collector(options.most_changes + 1);  // the first turn is no row
  chart.ForEachPattern([&](const Range& part, const SignPattern& pattern) {
    return collector.Visit(part, pattern);
  });
  const std::vector<Turn>& turns = collector.turns();

  Crossovers answer;
  answer.complete_to = chart.complete_to;
  if (collector.is_full()) answer.complete_to = turns.back().at - 1;
  std::vector<int> tail = TailSigns(chart);
  const bool oscillates = HasBothSigns(tail);
  answer.verdict = VerdictOf(turns, oscillates);
  answer.identical = turns.empty() && !chart.complete_to;
  if (oscillates) {
    answer.period = Integer(tail.size());
    answer.tail_signs = std::move(tail);
  }
  const std::size_t first = answer.verdict == Verdict::kAlways ? 0 : 1;
  const std::size_t last = turns.size() - (collector.is_full() ? 1 : 0);
  for (std::size_t i = first; i < last; ++i) {
    answer.changes.push_back(ChangeAt(turns[i], x, chart, options.digits));
  }
  answer.ties = TiesOf(chart);
  if (options.limit) answer.limit = LimitRatio(a, b, x);
  return answer;
}

}  // namespace costcheck
