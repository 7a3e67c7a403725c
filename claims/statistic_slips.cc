#include "claims/statistic_slips.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <optional>
#include <utility>

#include "claims/figure_text.h"
#include "claims/fit.h"
#include "claims/statistic_names.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr std::size_t kMostCells = 12;

/// A figure that may have been printed instead.
struct Candidate {
  std::string name;
  Recomputed value;
  RationalInterval range;
};

enum class Family { kOfValues, kOfP, kOfEffects, kNone };

Family FamilyOf(std::string_view name) {
  if (name.ends_with("_sided")) return Family::kOfP;
  if (name.starts_with("cohen_")) return Family::kOfEffects;
  return name == "count" || name == "share_below_1" ? Family::kNone : Family::kOfValues;
}

class CandidateList {
 public:
  CandidateList(const ClaimStatistic& statistic, const EvaluatedCells& cells)
      : statistic_(statistic), cells_(cells) {
    const Family family = FamilyOf(statistic.name);
    if (family == Family::kNone) return;
    for (const std::string_view name : StatisticNames()) {
      if (FamilyOf(name) != family || name == statistic.name) continue;
      Add(std::string(StatisticPhrase(name)), Named(std::string(name), statistic.level));
    }
    if (statistic.name.starts_with("t_")) AddIntervals();
    if (statistic.name == "sd") AddSpreads();
  }

  std::vector<Candidate> Take() { return std::move(candidates_); }

 private:
  StatisticRequest Named(std::string name, double level) const {
    return {std::move(name), level, statistic_.pairs};
  }

  /// Leaves out what these cells do not have.
  void Add(const std::string& name, const StatisticRequest& request) {
    try {
      candidates_.push_back(
          {name, StatisticValue(request, cells_.value), FigureRange(request, cells_)});
    } catch (const CostError&) {
    }
  }

  void AddIntervals() {
    const double level = statistic_.level;
    for (const double other : {0.8, 0.9, 0.95, 0.99}) {
      if (other == level) continue;
      Add("the t interval at " + FigureText(100 * other) + "%", Named(statistic_.name, other));
    }
    if (level > 0.5) Add("the one-sided t interval", Named(statistic_.name, 2 * level - 1));
    const double sign = statistic_.name == "t_lower" ? -1 : 1;
    const std::string mean = sign < 0 ? "mean - " : "mean + ";
    const boost::math::normal law;
    const double width = boost::math::quantile(law, (1 + level) / 2) / std::sqrt(Count());
    AddSum("the interval of the normal law", 1, sign * width);
    AddSum(mean + "standard deviation", 1, sign);
    AddSum(mean + "2 standard deviations", 1, 2 * sign);
  }

  void AddSpreads() {
    AddSum("standard deviation of n, not n - 1", 0, std::sqrt((Count() - 1) / Count()));
    AddSum("standard error of the mean", 0, 1 / std::sqrt(Count()));
  }

  /// means * mean + deviations * standard deviation; means >= 0.
  void AddSum(const std::string& name, double means, double deviations) {
    const StatisticRequest mean = Named("mean", 0.95), deviation = Named("sd", 0.95);
    const RationalInterval m = FigureRange(mean, cells_), s = FigureRange(deviation, cells_);
    const auto sum = [&](const Rational& a, const Rational& b) {
      return Rational(Rational(means) * a + Rational(deviations) * b);
    };
    const RationalInterval range =
        deviations < 0 ? RationalInterval{sum(m.lower, s.upper), sum(m.upper, s.lower)}
                       : RationalInterval{sum(m.lower, s.lower), sum(m.upper, s.upper)};
    candidates_.push_back({name,
                           means * RealValue(StatisticValue(mean, cells_.value)) +
                               deviations * RealValue(StatisticValue(deviation, cells_.value)),
                           range});
  }

  double Count() const { return static_cast<double>(cells_.value.of.size()); }

  const ClaimStatistic& statistic_;
  const EvaluatedCells& cells_;
  std::vector<Candidate> candidates_;
};

/// A part of the cells, and what its mean can be.
struct Part {
  unsigned members = 0;  ///< a bit a cell
  std::size_t size = 0;
  Rational value;
  RationalInterval range;
};

Rational PartMean(const StatisticCells& cells, unsigned members, std::size_t size,
                  const StatisticCells& against) {
  Rational sum = 0;
  for (std::size_t i = 0; i < cells.of.size(); ++i) {
    if ((members >> i & 1U) == 0) continue;
    sum += cells.of[i];
    if (!against.against.empty()) sum -= against.against[i];
  }
  return sum / Rational(size);
}

/// All parts of at least two cells but the whole; the largest first.
std::vector<Part> PartsOf(const EvaluatedCells& cells) {
  const std::size_t n = cells.value.of.size();
  std::vector<Part> parts;
  if (n > kMostCells) return parts;
  for (unsigned members = 1; members + 1 < 1U << n; ++members) {
    const auto size = static_cast<std::size_t>(__builtin_popcount(members));
    if (size < 2) continue;
    parts.push_back({members,
                     size,
                     PartMean(cells.value, members, size, cells.value),
                     {PartMean(cells.lower, members, size, cells.upper),
                      PartMean(cells.upper, members, size, cells.lower)}});
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return a.size > b.size; });
  return parts;
}

/// Of the numbers from the least to the greatest cell, the share that some part fits.
double CoveredShare(const ClaimNumber& number, const EvaluatedCells& cells,
                    const std::vector<Part>& parts) {
  const double least = RealValue(StatisticValue({"minimum"}, cells.value));
  const double greatest = RealValue(StatisticValue({"maximum"}, cells.value));
  if (greatest <= least) return 1;
  const double half = ToDouble(number.printed.step) / 2;
  std::vector<std::pair<double, double>> fits;
  for (const Part& part : parts) {
    fits.emplace_back(ToDouble(part.range.lower) - half, ToDouble(part.range.upper) + half);
  }
  std::sort(fits.begin(), fits.end());
  double covered = 0, end = least;
  for (const auto& [from, to] : fits) {
    const double until = std::min(to, greatest);
    covered += std::max(0.0, until - std::max(from, end));
    end = std::max(end, until);
  }
  return covered / (greatest - least);
}

std::vector<std::string> CellsLeftOut(const ClaimStatistic& statistic, const Part& part) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < statistic.of.size(); ++i) {
    if ((part.members >> i & 1U) == 0) names.push_back(statistic.of[i]);
  }
  return names;
}

void AddParts(const ClaimNumber& number, const EvaluatedCells& cells, StatisticSlips& slips) {
  const std::vector<Part> parts = PartsOf(cells);
  slips.tried += static_cast<int>(parts.size());
  const auto fits = [&](const Part& part) { return Fits(number, part.range); };
  const auto cut = [&](const Part& part) { return FitsTruncated(number, part.range); };
  auto found = std::find_if(parts.begin(), parts.end(), fits);
  const bool truncated = found == parts.end();
  if (truncated) found = std::find_if(parts.begin(), parts.end(), cut);
  if (found == parts.end()) return;
  slips.left_out = CellsLeftOut(*number.statistic, *found);
  slips.fitting.push_back({"mean of " + std::to_string(found->size) + " of the " +
                               std::to_string(cells.value.of.size()) + " cells, without " +
                               ListText(slips.left_out),
                           found->value, truncated, CoveredShare(number, cells, parts)});
}

}  // namespace

StatisticSlips FindStatisticSlips(const ClaimNumber& number, const EvaluatedCells& cells) {
  StatisticSlips slips;
  const bool equal =
      number.relation == ClaimRelation::kIs || number.relation == ClaimRelation::kAbout;
  if (!equal) return slips;
  const std::vector<Candidate> candidates = CandidateList(*number.statistic, cells).Take();
  slips.tried = static_cast<int>(candidates.size());
  const double chance = ChanceOfFit(number, slips.tried);
  for (const Candidate& candidate : candidates) {
    const bool rounded = Fits(number, candidate.range);
    if (!rounded && !FitsTruncated(number, candidate.range)) continue;
    slips.fitting.push_back({candidate.name, candidate.value, !rounded, chance});
  }
  if (number.statistic->name == "mean") AddParts(number, cells, slips);
  std::stable_sort(slips.fitting.begin(), slips.fitting.end(),
                   [](const Slip& a, const Slip& b) { return a.chance < b.chance; });
  return slips;
}

}  // namespace costcheck
