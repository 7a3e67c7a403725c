#include "verify/corpora/markov.h"

#include <cmath>
#include <map>
#include <numeric>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/corpora/chi_square.h"
#include "tests/verify/corpora/near.h"
#include "verify/corpora/zipf.h"

namespace costcheck {
namespace {

struct Case {
  UnigramLaw law;
  Coupling coupling;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  Stream stream(67, "couplings");
  for (const std::int64_t types : {1, 2, 5, 31, 199}) {
    for (const double s : {0.0, 1.2}) {
      const UnigramLaw law = Zipf(types, s);
      cases.push_back({law, PairCoupling(law)});
      for (const std::int64_t turns : {1, 3}) {
        cases.push_back({law, TurnCoupling(law, turns, stream)});
      }
    }
  }
  const UnigramLaw gaps(std::vector<double>{0, 3, 0, 1, 1, 0, 7, 0});
  cases.push_back({gaps, PairCoupling(gaps)});
  cases.push_back({gaps, TurnCoupling(gaps, 2, stream)});
  return cases;
}

TEST_CASE("First and second tokens of a coupling have the law, to the last unit of mass") {
  for (const Case& item : Cases()) {
    std::vector<std::int64_t> first(item.law.Masses().size()), second(first);
    for (std::size_t i = 0; i < item.coupling.cells.size(); ++i) {
      const CouplingCell& cell = item.coupling.cells[i];
      REQUIRE(cell.mass > 0);
      first[static_cast<std::size_t>(cell.previous)] += cell.mass;
      second[static_cast<std::size_t>(cell.next)] += cell.mass;
      if (i == 0) continue;
      const CouplingCell& before = item.coupling.cells[i - 1];
      REQUIRE(std::pair(before.previous, before.next) < std::pair(cell.previous, cell.next));
    }
    std::vector<std::int64_t> expected;
    for (const std::int64_t mass : item.law.Masses()) {
      expected.push_back(item.coupling.copies * mass);
    }
    CHECK(first == expected);
    CHECK(second == expected);
  }
}

TEST_CASE("One step of the source keeps the unigram law, and its rows sum to 1") {
  for (const Case& item : Cases()) {
    for (const double a : {0.0, 0.3, 1.0}) {
      const MarkovSource source(item.law, item.coupling, a);
      const auto types = static_cast<std::size_t>(source.Types());
      std::vector<double> after(types), row(types);
      for (std::size_t i = 0; i < types; ++i) {
        source.Conditional(static_cast<std::int32_t>(i), row);
        REQUIRE(Near(std::accumulate(row.begin(), row.end(), 0.0), 1, 1e-14));
        for (std::size_t j = 0; j < types; ++j) after[j] += source.Unigram()[i] * row[j];
      }
      for (std::size_t j = 0; j < types; ++j) {
        REQUIRE(std::abs(after[j] - source.Unigram()[j]) < 1e-15);
      }
    }
  }
}

double DirectRate(const MarkovSource& source) {
  std::vector<double> row(static_cast<std::size_t>(source.Types()));
  long double rate = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    source.Conditional(static_cast<std::int32_t>(i), row);
    for (const long double q : row) {
      if (q > 0) rate -= static_cast<long double>(source.Unigram()[i]) * q * std::log(q);
    }
  }
  return static_cast<double>(rate);
}

TEST_CASE("The entropy rate is the double sum over all pairs") {
  for (const Case& item : Cases()) {
    for (const double a : {0.0, 1e-9, 0.3, 0.9, 1 - 1e-9, 1.0}) {
      const MarkovSource source(item.law, item.coupling, a);
      CAPTURE(item.law.Types(), a);
      REQUIRE(std::abs(source.EntropyRate() - DirectRate(source)) < 1e-13);
    }
  }
}

TEST_CASE("The entropy rate falls from the unigram entropy to the coupling's") {
  const UnigramLaw law = Zipf(1000, 1.2);
  Stream stream(71, "turns");
  for (const Coupling& coupling : {PairCoupling(law), TurnCoupling(law, 1, stream)}) {
    double before = law.EntropyRate();
    CHECK(Near(MarkovSource(law, coupling, 0).EntropyRate(), before, 1e-14));
    for (const double a : {0.01, 0.2, 0.5, 0.8, 0.99, 1.0}) {
      const double rate = MarkovSource(law, coupling, a).EntropyRate();
      CHECK(rate < before);
      before = rate;
    }
  }
  CHECK(MarkovSource(law, PairCoupling(law), 1).EntropyRate() < 0.07 * law.EntropyRate());
}

TEST_CASE("Types of a pair coupling go to their partner and back as often") {
  const UnigramLaw law(std::vector<double>{1, 4, 2, 0, 9});
  const std::span<const std::int64_t> m = law.Masses();
  const std::vector<CouplingCell> cells = {{0, 2, m[0]},        {1, 4, m[1]}, {2, 0, m[0]},
                                           {2, 2, m[2] - m[0]}, {4, 1, m[1]}, {4, 4, m[4] - m[1]}};
  CHECK(PairCoupling(law).cells == cells);
}

// Length of what [begin, begin + length) and [other, other + other_length) share.
std::int64_t Shared(std::int64_t begin, std::int64_t length, std::int64_t other,
                    std::int64_t other_length) {
  return std::max<std::int64_t>(
      0, std::min(begin + length, other + other_length) - std::max(begin, other));
}

TEST_CASE("The cells of turns are the overlaps of arcs with turned arcs") {
  const UnigramLaw law = Zipf(23, 0.9);
  Stream stream(73, "circle"), same(73, "circle");
  const Coupling coupling = TurnCoupling(law, 4, stream);
  std::vector<std::int32_t> order(23);
  std::iota(order.begin(), order.end(), 0);
  same.Shuffle(std::span(order));
  std::vector<std::int64_t> begin(23);
  std::int64_t place = 0;
  for (const std::int32_t type : order) {
    begin[static_cast<std::size_t>(type)] = place;
    place += law.Masses()[static_cast<std::size_t>(type)];
  }
  const std::int64_t total = law.Total();
  std::map<std::pair<int, int>, std::int64_t> expected;
  for (std::int64_t turn = 1; turn <= 4; ++turn) {
    const auto step = static_cast<std::int64_t>(0.61803398874989485 * static_cast<double>(total));
    const std::int64_t shift = turn * step % total;
    for (std::size_t i = 0; i < 23; ++i) {
      for (std::size_t j = 0; j < 23; ++j) {
        const std::int64_t from = begin[i] + shift;
        const std::int64_t shared =
            Shared(from, law.Masses()[i], begin[j], law.Masses()[j]) +
            Shared(from - total, law.Masses()[i], begin[j], law.Masses()[j]);
        if (shared > 0) expected[{static_cast<int>(i), static_cast<int>(j)}] += shared;
      }
    }
  }
  std::map<std::pair<int, int>, std::int64_t> cells;
  for (const CouplingCell& cell : coupling.cells) cells[{cell.previous, cell.next}] = cell.mass;
  CHECK(cells == expected);
}

TEST_CASE("Pairs of neighbouring draws have the source's law") {
  const UnigramLaw law = Zipf(11, 0.8);
  Stream stream(79, "pairs");
  const MarkovSource source(law, TurnCoupling(law, 2, stream), 0.6);
  std::vector<std::int64_t> counts(121);
  std::vector<double> probabilities;
  std::vector<double> row(11);
  for (std::int32_t i = 0; i < 11; ++i) {
    source.Conditional(i, row);
    for (const double q : row) {
      probabilities.push_back(law.Unigram()[static_cast<std::size_t>(i)] * q);
    }
  }
  // Pairs of runs of their own: neighbouring pairs of one run are not independent.
  for (int run = 0; run < 60000; ++run) {
    const std::vector<std::int32_t> two = source.Draw(2, stream);
    ++counts[static_cast<std::size_t>(two[0] * 11 + two[1])];
  }
  CHECK(CouldBeDrawsOf(probabilities, counts));
}

TEST_CASE("A run of an almost deterministic source follows its coupling") {
  const UnigramLaw law = Zipf(6, 0.0);
  Stream stream(83, "run");
  const MarkovSource source(law, PairCoupling(law), 1);
  const std::vector<std::int32_t> tokens = source.Draw(50, stream);
  for (std::size_t i = 1; i < tokens.size(); ++i) REQUIRE(tokens[i] == (tokens[i - 1] ^ 1));
}

TEST_CASE("A longer run begins with a shorter one") {
  const UnigramLaw law = Zipf(37, 1.1);
  Stream turns(89, "turns"), one(97, "run"), two(97, "run");
  const MarkovSource source(law, TurnCoupling(law, 2, turns), 0.7);
  const std::vector<std::int32_t> some = source.Draw(100, one);
  const std::vector<std::int32_t> more = source.Draw(203, two);
  CHECK(std::equal(some.begin(), some.end(), more.begin()));
}

TEST_CASE("After a type that never occurs comes the unigram law") {
  const UnigramLaw law(std::vector<double>{3, 0, 1});
  const MarkovSource source(law, PairCoupling(law), 1);
  std::vector<double> row(3);
  source.Conditional(1, row);
  CHECK(row == std::vector<double>{0.75, 0, 0.25});
}

TEST_CASE("The expected loss of the source's own law, averaged, is its entropy rate") {
  const UnigramLaw law = Zipf(29, 1.0);
  Stream stream(101, "turns");
  const MarkovSource source(law, TurnCoupling(law, 1, stream), 0.8);
  double loss = 0;
  std::vector<double> row(29);
  for (std::int32_t i = 0; i < 29; ++i) {
    source.Conditional(i, row);
    std::vector<float> logs;
    for (const double q : row) logs.push_back(static_cast<float>(std::log(q)));
    loss += law.Unigram()[static_cast<std::size_t>(i)] * ExpectedLoss(source, i, logs);
  }
  CHECK(Near(loss, source.EntropyRate(), 1e-6));
}

TEST_CASE("Shares and turns out of range are refused") {
  const UnigramLaw law = Zipf(3, 1.0);
  Stream stream(1, "turns");
  const auto source = [&](double a) {
    return ErrorTextOf([&] { MarkovSource(law, PairCoupling(law), a); });
  };
  CHECK(source(1.5).find("not 1.5") != std::string::npos);
  CHECK(source(-0.1).find("not -0.1") != std::string::npos);
  CHECK(source(std::nan("")).find("nan") != std::string::npos);
  CHECK(ErrorTextOf([&] { TurnCoupling(law, 0, stream); }).find("here 0") != std::string::npos);
  CHECK(ErrorTextOf([&] { TurnCoupling(law, 1001, stream); }).find("1001") != std::string::npos);
}

}  // namespace
}  // namespace costcheck
