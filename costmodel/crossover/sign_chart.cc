#include "costmodel/crossover/sign_chart.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/crossover/enclose.h"

namespace costcheck {

namespace {

/// Up to here ceil(log2(x)) is followed: no length of text is longer.
constexpr unsigned kLogBits = 128;
/// A chart on an undecided interval without end, or a very long one, is tried on
/// first parts of these lengths, as powers of two; the last one always fits.
constexpr std::array<unsigned, 8> kPrefixBits = {40, 32, 26, 21, 18, 16, 8, 0};
/// Bounds whose signs change more often than this decide too little.
constexpr std::size_t kMostPatterns = 4096;

std::optional<Piecewise> ExactForm(const Expr& function, const Symbol& x, const Range& range,
                                   const Limits& limits) {
  std::optional<Enclosure> form = Encloser(x, range, Precision::kExact, limits).Enclose(function);
  if (form) return std::move(form->lower);
  if (!range.last) return std::nullopt;
  Limits runs_only = limits;
  runs_only.period = 1;
  form = Encloser(x, range, Precision::kExact, runs_only).Enclose(function);
  if (form) return std::move(form->lower);
  return std::nullopt;
}

/// The exact signs on the longest first part of the range for which a form fits.
SignStretch ExactPrefix(const Expr& function, const Symbol& x, const Range& range,
                        const Limits& limits) {
  if (const auto form = ExactForm(function, x, range, limits)) return StretchOf(*form, range);
  for (const unsigned bits : kPrefixBits) {
    Range part = range;
    part.last = range.first + ((std::int64_t{1} << bits) - 1);
    if (range.last && *part.last > *range.last) continue;
    if (const auto form = ExactForm(function, x, part, limits)) return StretchOf(*form, part);
  }
  CheckFailed("a single integer has an exact form", __FILE__, __LINE__);
}

/// Parts of the range, each with the sign that the bounds prove, or none.
struct ProvedPart {
  Range range;
  std::optional<int> sign;
};

/// 1 or -1 where every integer of the pattern has that sign, else 0.
int StrictSign(const SignPattern& pattern) {
  if (!pattern.WithSign(0).empty()) return 0;
  if (pattern.WithSign(-1).empty()) return 1;
  return pattern.WithSign(1).empty() ? -1 : 0;
}

/// The strict sign on every part of a stretch; more than kMostPatterns if there
/// are more.
std::vector<std::pair<Range, int>> StrictSigns(const SignStretch& stretch) {
  std::vector<std::pair<Range, int>> signs;
  stretch.ForEachPattern([&](const Range& range, const SignPattern& pattern) {
    signs.emplace_back(range, StrictSign(pattern));
    return signs.size() <= kMostPatterns;
  });
  return signs;
}

/// The sign of every function between bounds of these strict signs.
std::optional<int> ProvedSign(int lower, int upper) {
  if (lower > 0) return 1;
  if (upper < 0) return -1;
  return std::nullopt;
}

/// The range cut at the patterns of both bounds; nothing where those are too many.
std::optional<std::vector<ProvedPart>> ProveSigns(const Enclosure& bounds, const Range& range) {
  const auto lower = StrictSigns(StretchOf(bounds.lower, range));
  const auto upper = StrictSigns(StretchOf(bounds.Upper(), range));
  if (std::max(lower.size(), upper.size()) > kMostPatterns) return std::nullopt;
  std::vector<ProvedPart> parts;
  Integer first = range.first;
  for (std::size_t i = 0, j = 0; i < lower.size() && j < upper.size();) {
    const std::optional<Integer> end_i = lower[i].first.last;
    const std::optional<Integer> end_j = upper[j].first.last;
    const std::optional<Integer> last = end_i && (!end_j || *end_i <= *end_j) ? end_i : end_j;
    const std::optional<int> sign = ProvedSign(lower[i].second, upper[j].second);
    if (!parts.empty() && parts.back().sign == sign) {
      parts.back().range.last = last;
    } else {
      parts.push_back({{first, last}, sign});
    }
    if (!last) break;
    first = *last + 1;
    if (end_i == last) ++i;
    if (end_j == last) ++j;
  }
  return parts;
}

/// The end of a range is reached by the stretch, else the chart ends there.
bool Finish(SignChart& chart, const Range& range) {
  const std::optional<Integer>& last = chart.stretches.back().range.last;
  if (last == range.last) return true;
  chart.complete_to = last;
  return false;
}

SignChart ChartByBounds(const Expr& function, const Symbol& x, const Range& range,
                        const Limits& limits) {
  SignChart chart;
  const auto bounds = EncloseByBounds(function, x, range, limits);
  const auto parts = bounds ? ProveSigns(*bounds, range) : std::nullopt;
  if (!parts) {
    chart.stretches.push_back(ExactPrefix(function, x, range, limits));
    Finish(chart, range);
    return chart;
  }
  for (const ProvedPart& part : *parts) {
    chart.stretches.push_back(part.sign
                                  ? SignStretch{part.range, 1, {{part.range.first, 0, *part.sign}}}
                                  : ExactPrefix(function, x, part.range, limits));
    if (!Finish(chart, part.range)) break;
  }
  return chart;
}

void AddTrackEvents(const Track& track, std::uint64_t residue, const Range& range,
                    std::vector<SignEvent>& events) {
  int last_sign = 2;
  for (std::size_t i = 0; i < track.size(); ++i) {
    for (const SignStep& step :
         SignSteps(track[i].value, {track[i].first, LastOf(track, i, range)})) {
      if (step.sign != last_sign) events.push_back({step.first, residue, step.sign});
      last_sign = step.sign;
    }
  }
}

}  // namespace

std::optional<Integer> SignPattern::Next(const Integer& x, int sign) const {
  const std::set<std::uint64_t>& candidates = WithSign(sign);
  if (candidates.empty()) return std::nullopt;
  const auto residue = static_cast<std::uint64_t>(Integer(x % period));
  const auto next = candidates.lower_bound(residue);
  if (next != candidates.end()) return x + (*next - residue);
  return x + (period - residue + *candidates.begin());
}

std::optional<Integer> SignPattern::Previous(const Integer& x, int sign) const {
  const std::set<std::uint64_t>& candidates = WithSign(sign);
  if (candidates.empty()) return std::nullopt;
  const auto residue = static_cast<std::uint64_t>(Integer(x % period));
  const auto after = candidates.upper_bound(residue);
  if (after != candidates.begin()) return x - (residue - *std::prev(after));
  return x - (residue + period - *candidates.rbegin());
}

bool SignStretch::ForEachPattern(
    const std::function<bool(const Range&, const SignPattern&)>& visit) const {
  SignPattern pattern;
  pattern.period = period;
  std::vector<int> signs(period, 0);
  for (std::uint64_t r = 0; r < period; ++r) pattern.residues[1].insert(r);
  std::size_t next = 0;
  Integer first = range.first;
  while (true) {
    for (; next < events.size() && events[next].at == first; ++next) {
      int& sign = signs[events[next].residue];
      pattern.residues[static_cast<std::size_t>(sign + 1)].erase(events[next].residue);
      sign = events[next].sign;
      pattern.residues[static_cast<std::size_t>(sign + 1)].insert(events[next].residue);
    }
    const bool is_last = next == events.size();
    const std::optional<Integer> last =
        is_last ? range.last : std::optional<Integer>(events[next].at - 1);
    if (!visit({first, last}, pattern)) return false;
    if (is_last) return true;
    first = events[next].at;
  }
}

SignStretch StretchOf(const Piecewise& function, const Range& range) {
  SignStretch stretch{range, function.period(), {}};
  for (std::uint64_t r = 0; r < function.period(); ++r) {
    AddTrackEvents(function.tracks[r], r, range, stretch.events);
  }
  if (function.period() > 1) {
    std::stable_sort(stretch.events.begin(), stretch.events.end(),
                     [](const SignEvent& a, const SignEvent& b) { return a.at < b.at; });
  }
  return stretch;
}

bool SignChart::ForEachPattern(
    const std::function<bool(const Range&, const SignPattern&)>& visit) const {
  return std::all_of(stretches.begin(), stretches.end(),
                     [&](const SignStretch& stretch) { return stretch.ForEachPattern(visit); });
}

std::optional<Integer> SignChart::First(int sign, const Integer& from) const {
  std::optional<Integer> found;
  ForEachPattern([&](const Range& range, const SignPattern& pattern) {
    if (range.last && *range.last < from) return true;
    const auto next = pattern.Next(std::max(range.first, from), sign);
    if (next && (!range.last || *next <= *range.last)) found = next;
    return !found.has_value();
  });
  return found;
}

SignChart MakeSignChart(const Expr& expr, const Symbol& x, const Range& range,
                        const Limits& limits) {
  const Expr function = expr * PositiveDenominator(expr);
  Range covered = range;
  const Integer horizon = Integer(1) << kLogBits;
  const bool log = HasAtom(function, AtomKind::kCeilLog2, x);
  if (log && !range.last && range.first < horizon) covered.last = horizon;
  SignChart chart;
  if (auto form = ExactForm(function, x, covered, limits)) {
    chart.stretches.push_back(StretchOf(*form, covered));
    chart.function = std::move(form);
  } else {
    chart = ChartByBounds(function, x, covered, limits);
  }
  if (!chart.complete_to && covered.last != range.last) chart.complete_to = covered.last;
  return chart;
}

}  // namespace costcheck
