// Crossovers of costs with floors, minima and logarithms, against stepping
// through the integers.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "costmodel/algebra/parse.h"
#include "costmodel/algebra/print.h"
#include "costmodel/crossover/crossover.h"
#include "tests/catch.h"
#include "tests/crossover/random_cost.h"

namespace costcheck {
namespace {

const Symbol kT("T");

std::int64_t Narrow(const Integer& value) { return ToInt64(value).value(); }

/// Reversals up to `to`; the row of an answer "always" is none.
std::vector<BruteChange> ReversalsOf(const Crossovers& found, std::int64_t to) {
  std::vector<BruteChange> reversals;
  if (found.verdict == Verdict::kAlways) return reversals;
  for (const Change& change : found.changes) {
    if (change.first_integer > to) break;
    reversals.push_back(
        {Narrow(change.first_integer), change.b_cheaper_after, change.tie.has_value()});
  }
  return reversals;
}

std::vector<std::int64_t> TiesOf(const Crossovers& found, std::int64_t to) {
  std::vector<std::int64_t> ties;
  for (const Range& run : found.ties) {
    for (Integer t = run.first; t <= to && (!run.last || t <= *run.last); ++t) {
      ties.push_back(Narrow(t));
    }
  }
  return ties;
}

Verdict VerdictOf(const BruteAnswer& brute) {
  if (brute.first_cheaper == 0) return Verdict::kNever;
  return brute.first_dearer == 0 ? Verdict::kAlways : Verdict::kCrosses;
}

/// Where a root is told, A - B changes sign on its interval or just beside it.
void CheckRoots(const Crossovers& found) {
  for (const Change& change : found.changes) {
    if (!change.lower) continue;
    CHECK(*change.lower <= *change.upper);
    CHECK(*change.upper >= Rational(Integer(change.first_integer - 1)));
    CHECK(*change.lower < Rational(change.first_integer));
  }
}

void CheckAgainstBruteForce(const RandomCost& a, const RandomCost& b, std::int64_t to) {
  const BruteAnswer brute = BruteForce(a.value, b.value, 1, to);
  CrossoverOptions options;
  const Crossovers whole = FindCrossovers(a.expr, b.expr, kT, options);
  if (!whole.complete_to || *whole.complete_to >= to) {
    CHECK(ReversalsOf(whole, to) == brute.changes);
    if (VerdictOf(brute) == Verdict::kCrosses) CHECK(whole.verdict >= Verdict::kCrosses);
  }
  options.to = to;
  const Crossovers part = FindCrossovers(a.expr, b.expr, kT, options);
  CHECK_FALSE(part.complete_to.has_value());
  CHECK(part.verdict == VerdictOf(brute));
  CHECK(ReversalsOf(part, to) == brute.changes);
  if (part.verdict == Verdict::kAlways) {
    CHECK(part.changes.at(0).first_integer == brute.first_cheaper);
  }
  if (part.ties.size() < 1000) CHECK(TiesOf(part, to) == brute.ties);
  CHECK(part.identical == (brute.ties.size() == static_cast<std::size_t>(to)));
  CheckRoots(whole);
}

void CheckRandomPairs(std::uint64_t seed, bool logs, int pairs, std::int64_t to) {
  CAPTURE(seed);
  RandomCosts costs(seed, logs);
  for (int i = 0; i < pairs; ++i) {
    const RandomCost a = costs.Next(3);
    const RandomCost b = costs.Next(3);
    CAPTURE(i, Print(a.expr), Print(b.expr));
    CheckAgainstBruteForce(a, b, to);
  }
}

Crossovers Find(const std::string& a, const std::string& b, const CrossoverOptions& options = {}) {
  return FindCrossovers(ParseExpr(a), ParseExpr(b), kT, options);
}

/// value rounded up to a multiple of block.
Wide Up(Wide value, Wide block) { return (value + block - 1) / block * block; }

}  // namespace

TEST_CASE("Every change of random costs with floors and minima is found, and none invented",
          "[crossover][random]") {
  CheckRandomPairs(20265, false, 250, 1200);
}

TEST_CASE("So it is with logarithms", "[crossover][random]") {
  CheckRandomPairs(20266, true, 100, 1200);
}

TEST_CASE("Long ranges of a few random costs agree to the end", "[crossover][random]") {
  CheckRandomPairs(20267, false, 20, 5000);
}

TEST_CASE("Random block sizes with one slope change order for ever, each time found",
          "[crossover][random]") {
  const std::uint64_t seed = 20268;
  CAPTURE(seed);
  RandomCosts numbers(seed, false);
  int oscillating = 0;
  for (int i = 0; i < 60; ++i) {
    const int p = 1 + numbers.Pick(40), q = 1 + numbers.Pick(40);
    const int offset = numbers.Pick(20);
    CAPTURE(i, p, q, offset);
    const RandomCost a{p * CeilDiv(kT, p) * kT, [p](Wide t) { return Up(t, p) * t; }, 2};
    const RandomCost b{(q * FloorDiv(kT, q) + offset) * kT,
                       [q, offset](Wide t) { return (t / q * q + offset) * t; }, 2};
    CheckAgainstBruteForce(a, b, 4000);
    if (FindCrossovers(a.expr, b.expr, kT).verdict == Verdict::kOscillates) ++oscillating;
  }
  CHECK(oscillating > 20);
}

TEST_CASE("Against whole blocks of 64 a smooth cost changes order many times", "[crossover]") {
  const RandomCost blocks{ParseExpr("64*ceil(T/64)"), [](Wide t) { return Up(t, 64); }, 1};
  for (const int slope : {1, 16, 17, 18, 31}) {
    const RandomCost smooth{Expr(slope) * kT / 16 + Expr(5),
                            [slope](Wide t) { return 5 + slope * t / 16; }, 1};
    CAPTURE(slope);
    // 16 times both, so that the oracle stays in integers.
    const RandomCost a{16 * blocks.expr, [](Wide t) { return 16 * Up(t, 64); }, 1};
    const RandomCost b{16 * smooth.expr, [slope](Wide t) { return 80 + slope * t; }, 1};
    CheckAgainstBruteForce(a, b, 5000);
  }
}

TEST_CASE("Blocks of 64 and 48 change order 4167 times below 200,000 and never stop",
          "[crossover]") {
  CrossoverOptions options;
  options.to = 199999;
  CHECK(Find("64*ceil(T/64)", "48*ceil(T/48)", options).changes.size() == 4167);
  const Crossovers found = Find("64*ceil(T/64)", "48*ceil(T/48)");
  CHECK(found.verdict == Verdict::kOscillates);
  CHECK(found.changes.size() == 10000);
  CHECK(found.period == 192);
  REQUIRE(found.tail_signs.size() == 192);
  for (int t = 1; t <= 384; ++t) {
    const int sign = Up(t, 64) > Up(t, 48) ? 1 : Up(t, 64) < Up(t, 48) ? -1 : 0;
    CHECK(found.tail_signs[static_cast<std::size_t>(t % 192)] == sign);
  }
  REQUIRE(found.complete_to.has_value());
  CHECK(*found.complete_to >= found.changes.back().first_integer);
  CHECK(found.changes.back().first_integer > 470000);  // 4 in 192
}

TEST_CASE("The list of changes ends where it is full", "[crossover]") {
  CrossoverOptions options;
  options.most_changes = 3;
  const Crossovers found = Find("64*ceil(T/64)", "48*ceil(T/48)", options);
  CHECK(found.verdict == Verdict::kOscillates);
  REQUIRE(found.changes.size() == 3);
  options.most_changes = 4;
  const Crossovers longer = Find("64*ceil(T/64)", "48*ceil(T/48)", options);
  CHECK(found.complete_to == longer.changes[3].first_integer - 1);
}

TEST_CASE("Past the largest period the bounds prove all but a finite part", "[crossover]") {
  // 127 * 1024 > 2^16. The product is at most (T + 126)(T + 1023).
  const RandomCost a{ParseExpr("127*ceil(T/127)*1024*ceil(T/1024)"),
                     [](Wide t) { return Up(t, 127) * Up(t, 1024); }, 2};
  const RandomCost b{ParseExpr("T^2 + 1300*T"), [](Wide t) { return t * t + 1300 * t; }, 2};
  const Crossovers found = FindCrossovers(a.expr, b.expr, kT);
  CHECK_FALSE(found.complete_to.has_value());
  CHECK(found.verdict == Verdict::kCrosses);
  CHECK(found.limit == Limit{Limit::Kind::kFinite, 1});
  CheckAgainstBruteForce(a, b, 20000);
}

TEST_CASE("Past the largest period, where no bound decides, the answer tells how far it goes",
          "[crossover]") {
  const RandomCost a{ParseExpr("65537*ceil(T/65537) + 5"), [](Wide t) { return Up(t, 65537) + 5; },
                     1};
  const RandomCost b{ParseExpr("T + 1000"), [](Wide t) { return t + 1000; }, 1};
  const Crossovers found = FindCrossovers(a.expr, b.expr, kT);
  REQUIRE(found.complete_to.has_value());
  CHECK(*found.complete_to > 200000);
  CheckAgainstBruteForce(a, b, 200000);
  // Quadratic inside the floor: every integer may have a value of its own.
  const RandomCost square{ParseExpr("floor(T^2/70001)*70001"),
                          [](Wide t) { return t * t / 70001 * 70001; }, 2};
  const RandomCost shifted{ParseExpr("T^2 - 1300"), [](Wide t) { return t * t - 1300; }, 2};
  CheckAgainstBruteForce(square, shifted, 20000);
}

TEST_CASE("A bound that reaches 0 proves no strict order", "[crossover]") {
  // The lower bound of 65537 ceil(T / 65537) is T itself, and reached.
  const Crossovers found = Find("65537*ceil(T/65537)", "T");
  CHECK(found.verdict == Verdict::kAlways);
  REQUIRE(found.ties.size() > 1);
  CHECK(found.ties[0].first == 65537);
  CHECK(found.ties[0].last == Integer(65537));
  CHECK(found.ties[1].first == 131074);
}

TEST_CASE("Blocks of 100,003 tokens against a quadratic are decided at any length", "[crossover]") {
  // Bounded floors, far out: undecided only near the two roots of the quadratic.
  const Crossovers found = Find("100003*ceil(T/100003)*T + 10^15", "T^2/4 + 10^8*T");
  CHECK(found.verdict == Verdict::kCrosses);
  CHECK_FALSE(found.complete_to.has_value());
  for (const Change& change : found.changes) {
    const auto order = [](const Integer& t) {
      const Integer up = (t + 100002) / 100003 * 100003;
      return Integer(4 * up * t + 4 * pow(Integer(10), 15) - t * t - 4 * pow(Integer(10), 8) * t)
          .sign();
    };
    CHECK(order(change.first_integer) == (change.b_cheaper_after ? 1 : -1));
    CHECK(order(change.first_integer - 1) != (change.b_cheaper_after ? 1 : -1));
  }
  CHECK(found.changes.size() % 2 == 0);
  CHECK(found.changes.size() > 1);
}

TEST_CASE("Divisors that depend on the symbol are followed as well", "[crossover]") {
  const RandomCost a{ParseExpr("floor(5000/T)"), [](Wide t) { return 5000 / t; }, 1};
  const RandomCost b{ParseExpr("T"), [](Wide t) { return t; }, 1};
  CheckAgainstBruteForce(a, b, 6000);
  const RandomCost c{ParseExpr("floordiv(T^2+3, min(T,64))"),
                     [](Wide t) { return (t * t + 3) / std::min<Wide>(t, 64); }, 2};
  const RandomCost d{ParseExpr("3*T + 1"), [](Wide t) { return 3 * t + 1; }, 1};
  CheckAgainstBruteForce(c, d, 2000);
  const RandomCost e{ParseExpr("floordiv(T^2, T+5)"), [](Wide t) { return t * t / (t + 5); }, 1};
  const RandomCost f{ParseExpr("90"), [](Wide) { return 90; }, 0};
  CheckAgainstBruteForce(e, f, 500);
}

TEST_CASE("A cost divided by a number of blocks keeps its sign", "[crossover]") {
  const Crossovers found = Find("T^2/ceil(T/64)", "64*T - 100");
  CHECK(found.verdict == Verdict::kOscillates);
  CHECK(found.period == 64);
  for (int t = 1; t <= 640; ++t) {
    const Wide blocks = (t + 63) / 64;
    const Wide difference = Wide{t} * t - (64 * Wide{t} - 100) * blocks;
    const int sign = difference > 0 ? 1 : difference < 0 ? -1 : 0;
    const auto past = std::count_if(found.changes.begin(), found.changes.end(),
                                    [&](const Change& c) { return c.first_integer <= t; });
    CHECK((sign == 0 || (past % 2 == 0) == (sign > 0)));
  }
}

}  // namespace costcheck
