#include "costmodel/crossover/track.h"

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "tests/catch.h"

namespace costcheck {
namespace {

Univariate RandomPolynomial(std::mt19937_64& random) {
  // Products of lines with roots in 0..12, so that ties and tangents are common.
  Univariate p(0, {static_cast<int>(random() % 2) * 2 - 1});
  for (std::size_t i = 0; i < random() % 4; ++i) {
    p *= Univariate(0, {-static_cast<int>(random() % 25), 2});
  }
  return random() % 4 == 0 ? p + Univariate(Rational(1, 3)) : p;
}

Track RandomTrack(std::mt19937_64& random, int last) {
  Track track;
  for (int first = 0; first <= last; first += 1 + static_cast<int>(random() % 6)) {
    Append(track, first, RandomPolynomial(random));
  }
  return track;
}

}  // namespace

TEST_CASE("Signs on integers are those of the values", "[track]") {
  const std::uint64_t seed = 20270;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 400; ++round) {
    const Univariate p = RandomPolynomial(random);
    const int first = static_cast<int>(random() % 5);
    const int last = first + static_cast<int>(random() % 20);
    const std::vector<SignStep> steps = SignSteps(p, {first, Integer(last)});
    std::size_t step = 0;
    REQUIRE(steps[0].first == first);
    for (int x = first; x <= last; ++x) {
      if (step + 1 < steps.size() && steps[step + 1].first == x) ++step;
      CHECK(steps[step].sign == p.Evaluate(x).sign());
    }
    CHECK(step + 1 == steps.size());
    for (std::size_t i = 1; i < steps.size(); ++i) CHECK(steps[i - 1].sign != steps[i].sign);
  }
}

TEST_CASE("The first integer with a sign is the first", "[track]") {
  const Univariate p(0, {42, -13, 1});  // (x - 6)(x - 7)
  const Range all{0, std::nullopt};
  CHECK(FirstWithSign(p, all, 0, 0) == Integer(6));
  CHECK_FALSE(FirstWithSign(p, all, -1, -1).has_value());  // none between 6 and 7
  CHECK(FirstWithSign(p, {6, std::nullopt}, 1, 1) == Integer(8));
  CHECK_FALSE(FirstWithSign(p, {6, Integer(7)}, 1, 1).has_value());
}

TEST_CASE("Zero, constants and powers have their signs from 0 on", "[track]") {
  const auto signs = [](const Univariate& p, int first) {
    std::vector<std::pair<Integer, int>> result;
    for (const SignStep& step : SignSteps(p, {first, std::nullopt})) {
      result.emplace_back(step.first, step.sign);
    }
    return result;
  };
  using Signs = std::vector<std::pair<Integer, int>>;
  CHECK(signs({}, 0) == Signs{{0, 0}});
  CHECK(signs(Univariate(Rational(-3)), 0) == Signs{{0, -1}});
  CHECK(signs(Univariate(3, {2}), 0) == Signs{{0, 0}, {1, 1}});
  CHECK(signs(Univariate(-2, {-4, 1}), 1) == Signs{{1, -1}, {4, 0}, {5, 1}});
}

TEST_CASE("A minimum is the smaller value at every integer", "[track]") {
  const std::uint64_t seed = 20271;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    const Range range{0, Integer(24)};
    const Track a = RandomTrack(random, 24);
    const Track b = RandomTrack(random, 24);
    const Track minimum = MinOf(a, b, range);
    CHECK(minimum.front().first == 0);
    for (int x = 0; x <= 24; ++x) {
      const Rational value_a = SegmentAt(a, x).value.Evaluate(x);
      const Rational value_b = SegmentAt(b, x).value.Evaluate(x);
      CHECK(SegmentAt(minimum, x).value.Evaluate(x) == std::min(value_a, value_b));
    }
  }
}

TEST_CASE("Segments end where the next begins, and the last with the range", "[track]") {
  const Track track{{0, Univariate(1, {1})}, {5, Univariate(Rational(5))}};
  CHECK(LastOf(track, 0, {0, std::nullopt}) == Integer(4));
  CHECK_FALSE(LastOf(track, 1, {0, std::nullopt}).has_value());
  CHECK(LastOf(track, 1, {0, Integer(9)}) == Integer(9));
  CHECK(SegmentAt(track, 4).first == 0);
  CHECK(SegmentAt(track, 5).first == 5);
  Track longer = track;
  Append(longer, 8, Univariate(Rational(5)));  // the same polynomial goes on
  CHECK(longer.size() == 2);
}

}  // namespace costcheck
