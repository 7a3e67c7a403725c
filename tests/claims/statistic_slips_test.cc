#include "claims/statistic_slips.h"

#include <algorithm>
#include <cmath>

#include "tests/approx.h"

namespace costcheck {
namespace {

const std::vector<std::string> kNames = {"Q1b", "Q2b", "Q3b", "Q4b", "Q5b", "Q6b", "Q7b"};
const std::vector<std::string> kRatios = {"0.958", "0.989", "0.186", "0.042",
                                          "0.358", "0.876", "1.090"};

ClaimNumber Number(const std::string& text, const std::string& statistic) {
  ClaimNumber number;
  number.printed = ParsePrinted(text, "");
  number.statistic = ClaimStatistic{};
  number.statistic->name = statistic;
  number.statistic->of = kNames;
  return number;
}

/// Cells from `from` on, to their digits.
EvaluatedCells Cells(std::size_t from = 0, std::size_t to = 7) {
  EvaluatedCells cells;
  for (std::size_t i = from; i < to; ++i) {
    const PrintedNumber printed = ParsePrinted(kRatios[i], "");
    cells.value.of.push_back(printed.value);
    cells.lower.of.push_back(printed.Rounded().lower);
    cells.upper.of.push_back(printed.Rounded().upper);
  }
  return cells;
}

const Slip* Find(const StatisticSlips& slips, const std::string& start) {
  const auto found = std::find_if(slips.fitting.begin(), slips.fitting.end(),
                                  [&](const Slip& slip) { return slip.name.starts_with(start); });
  return found == slips.fitting.end() ? nullptr : &*found;
}

TEST_CASE("the mean of four of the seven is found, with what it leaves out", "[statistic_slips]") {
  const StatisticSlips slips = FindStatisticSlips(Number("0.394", "mean"), Cells());
  CHECK(slips.left_out == std::vector<std::string>{"Q1b", "Q6b", "Q7b"});
  const Slip* part = Find(slips, "mean of 4 of the 7 cells");
  REQUIRE(part != nullptr);
  CHECK(part->name == "mean of 4 of the 7 cells, without Q1b, Q6b and Q7b");
  CHECK(part->value == Recomputed(*ParseNumber("0.39375")));
  CHECK(!part->truncated);
  // 2^7 - 7 cells alone - none - all = 119 parts, and 7 other figures.
  CHECK(slips.tried == 119 + 7);
}

TEST_CASE("the chance of a part is the share of numbers that some part fits", "[statistic_slips]") {
  // Of 1, 2, 4: the parts are 1.5, 2.5 and 3; within 1 .. 4 a number of step 0.2, its digits and
  // those of the cells (none) fits 0.2 about each: 0.6 of 3.
  ClaimNumber number = Number("1.5", "mean");
  number.printed.step = Rational(1, 5);
  number.statistic->of = {"a", "b", "c"};
  EvaluatedCells cells;
  cells.value.of = cells.lower.of = cells.upper.of = {1, 2, 4};
  const StatisticSlips slips = FindStatisticSlips(number, cells);
  const Slip* part = Find(slips, "mean of 2 of the 3");
  REQUIRE(part != nullptr);
  CHECK(part->chance == Approx(0.2));
  number.printed.step = 2;  // 0.5 .. 2.5, 1.5 .. 3.5 and 2 .. 4: all of it
  CHECK(Find(FindStatisticSlips(number, cells), "mean of 2 of the 3")->chance == Approx(1));
}

TEST_CASE("the least and the greatest cell are found in the place of an interval",
          "[statistic_slips]") {
  const StatisticSlips lower = FindStatisticSlips(Number("0.042", "t_lower"), Cells(1, 5));
  REQUIRE(Find(lower, "minimum") != nullptr);
  CHECK(Find(lower, "minimum")->value == Recomputed(*ParseNumber("0.042")));
  const StatisticSlips upper = FindStatisticSlips(Number("0.989", "t_upper"), Cells(1, 5));
  REQUIRE(Find(upper, "maximum") != nullptr);
  const double part = std::log10(0.9895 / 0.9885) / 6;
  CHECK(Find(upper, "maximum")->chance == Approx(1 - std::pow(1 - part, upper.tried)));
  CHECK(upper.left_out.empty());
}

TEST_CASE("intervals of other levels, sides and laws are found", "[statistic_slips]") {
  // Of 1, 2, 3: mean 2, sd 1, t(0.975; 2) = 4.302653, t(0.95; 2) = 2.919986, t(0.995; 2)
  // = 9.924843.
  EvaluatedCells cells;
  cells.value.of = cells.lower.of = cells.upper.of = {1, 2, 3};
  const double root = std::sqrt(3.0);
  const auto found = [&](double value, const std::string& statistic, const std::string& name) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4f", value);
    return Find(FindStatisticSlips(Number(text, statistic), cells), name) != nullptr;
  };
  CHECK(found(2 - 9.924843 / root, "t_lower", "the t interval at 99%"));
  CHECK(found(2 + 2.919986 / root, "t_upper", "the one-sided t interval"));
  CHECK(found(2 - 1.959964 / root, "t_lower", "the interval of the normal law"));
  CHECK(found(2 + 1, "t_upper", "mean + standard deviation"));
  CHECK(found(2 - 2, "t_lower", "mean - 2 standard deviations"));
  CHECK(found(4, "t_upper", "mean + 2 standard deviations"));
  CHECK(found(std::sqrt(2.0 / 3), "sd", "standard deviation of n, not n - 1"));
  CHECK(found(1 / root, "sd", "standard error of the mean"));
  CHECK(!found(2 - 1.959964 / root, "mean", "the interval of the normal law"));
}

TEST_CASE("of p values other tests and sides are tried, of effect sizes the other one",
          "[statistic_slips]") {
  EvaluatedCells cells;
  cells.value.of = cells.lower.of = cells.upper.of = {1, 2, 3, 5};
  // All four above 0: one of 16 flips, one-sided; two of them, two-sided.
  const StatisticSlips p = FindStatisticSlips(Number("0.0625", "wilcoxon_p_two_sided"), cells);
  CHECK(Find(p, "one-sided p of the signed-rank test") != nullptr);
  CHECK(Find(p, "mean") == nullptr);
  cells.value.against = cells.lower.against = cells.upper.against = {0, 0, 1, 0};
  // Pooled: means 2.75 and 0.25, variances 35/12 and 3/12: 2.5 / sqrt(19/12).
  const StatisticSlips d = FindStatisticSlips(Number("1.987", "cohen_dz"), cells);
  REQUIRE(d.fitting.size() == 1);
  CHECK(RealValue(d.fitting.front().value) == Approx(2.5 / std::sqrt(19.0 / 12)));
  CHECK(d.tried == 1);
}

TEST_CASE("digits that were cut off are told from rounded ones", "[statistic_slips]") {
  EvaluatedCells cells;
  cells.value.of = cells.lower.of = cells.upper.of = {1, 2, 6};
  // Means of two: 1.5, 3.5, 4; the geometric mean is 12^(1/3) = 2.28943.
  const StatisticSlips slips = FindStatisticSlips(Number("2.2", "mean"), cells);
  REQUIRE(slips.fitting.size() == 1);
  CHECK(slips.fitting.front().name == "geometric mean");
  CHECK(slips.fitting.front().truncated);
  CHECK(slips.left_out.empty());
}

TEST_CASE("parts of more than twelve cells are not tried", "[statistic_slips]") {
  EvaluatedCells cells;
  for (int i = 0; i < 13; ++i) cells.value.of.push_back(i);
  cells.lower = cells.upper = cells.value;
  ClaimNumber number = Number("0.5", "mean");
  CHECK(FindStatisticSlips(number, cells).left_out.empty());
}

}  // namespace
}  // namespace costcheck
