#include "verify/train/pipeline_cost.h"

#include <cmath>
#include <cstdint>

#include "tests/catch.h"
#include "tests/verify/train/near.h"
#include "verify/corpora/random.h"

namespace costcheck {
namespace {

/// Of many queries at every position, how many pick the key that is the strongest one.
double DrawnChance(std::int64_t length, std::int64_t draws) {
  Stream stream(3, "picks");
  std::int64_t found = 0;
  for (std::int64_t t = 0; t < length; ++t) {
    const auto seen = static_cast<std::uint64_t>(t + 1);
    for (std::int64_t i = 0; i < draws; ++i) {
      if (stream.Below(seen) == stream.Below(seen)) ++found;
    }
  }
  return static_cast<double>(found) / static_cast<double>(length * draws);
}

/// Multiply-adds of a product of matrices [m, n] and [n, p], counted one by one.
std::int64_t Product(std::int64_t m, std::int64_t n, std::int64_t p) {
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < p; ++j) {
      for (std::int64_t k = 0; k < n; ++k) ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("Causal chance is what picking one of the visible keys finds") {
  CHECK(CausalTop1Chance(1) == 1);
  CHECK(Near(CausalTop1Chance(2), 0.75));
  CHECK(Near(CausalTop1Chance(3), 11.0 / 18));
  CHECK(std::abs(CausalTop1Chance(64) - 0.0741) < 5e-5);
  constexpr std::int64_t kLength = 13, kDraws = 20000;
  const double p = CausalTop1Chance(kLength);
  const double error = std::sqrt(p * (1 - p) / static_cast<double>(kLength * kDraws));
  CHECK(std::abs(DrawnChance(kLength, kDraws) - p) < 4 * error);
}

TEST_CASE("The seeds' sparse head costs three exact ones, and prints a reduction by 95 %") {
  const HeadMultiplyAdds cost = MultiplyAddsOfHead(PipelineSpec{}, 64, 64);
  CHECK(cost.exact == 8192);
  CHECK(cost.sparse == 24576);
  CHECK(Near(PrintedReduction(3, 64), 61.0 / 64));
}

TEST_CASE("A head's multiply-adds are those of its products, with two hidden widths") {
  PipelineSpec pipeline;
  pipeline.kept = 5;
  pipeline.selector_hidden = 7;
  pipeline.approximator_hidden = 11;
  constexpr std::int64_t kLength = 23, kWidth = 3;
  const HeadMultiplyAdds cost = MultiplyAddsOfHead(pipeline, kLength, kWidth);
  CHECK(cost.exact == Product(1, kWidth, kLength) + Product(1, kLength, kWidth));
  CHECK(cost.sparse == Product(1, kWidth, 7) + Product(1, 7, kLength) + Product(1, 5 * kWidth, 11) +
                           Product(1, 11, kWidth));
}

TEST_CASE("A predicted ratio is of all products of both, projections among them") {
  const TimedShape shape{.length = 13, .width = 21, .heads = 3, .kept = 5, .hidden = 11};
  const std::int64_t projections = 4 * Product(13, 21, 21);
  const std::int64_t exact = Product(13, 7, 13) + Product(13, 13, 7);
  const std::int64_t sparse =
      Product(13, 7, 11) + Product(13, 11, 13) + Product(13, 5 * 7, 11) + Product(13, 11, 7);
  CHECK(PredictedTimeRatio(shape, 1) ==
        Rational(projections + 3 * exact, projections + 2 * exact + sparse));
  CHECK(PredictedTimeRatio(shape, 3) ==
        Rational(projections + 3 * exact, projections + 3 * sparse));
}

}  // namespace costcheck
