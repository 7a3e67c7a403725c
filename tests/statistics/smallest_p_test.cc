#include "statistics/smallest_p.h"

#include <cmath>
#include <vector>

#include "costmodel/algebra/error.h"
#include "statistics/sign_flip.h"
#include "statistics/sign_test.h"
#include "statistics/wilcoxon.h"
#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {

TEST_CASE("The bound is what each exact test gives when all differences favour one side",
          "[statistics][smallest_p]") {
  std::vector<double> values;
  for (std::size_t n = 1; n <= 23; ++n) {
    CAPTURE(n);
    values.push_back(static_cast<double>(n * n % 11 + 1));  // ties among them
    const double one = SmallestP(n, Sides::kOne), two = SmallestP(n, Sides::kTwo);
    CHECK(SignFlipTest(values, Alternative::kGreater).p == one);
    CHECK(SignFlipTest(values, Alternative::kTwoSided).p == two);
    CHECK(WilcoxonTest(values, Alternative::kGreater).p == one);
    CHECK(WilcoxonTest(values, Alternative::kTwoSided).p == two);
    CHECK(Near(SignTest(values, Alternative::kGreater).p, one, 1e-14));
    CHECK(Near(SignTest(values, Alternative::kTwoSided).p, two, 1e-14));
  }
}

TEST_CASE("Seven pairs reach 0.0078 on one side, and a thousandth takes ten",
          "[statistics][smallest_p]") {
  CHECK(SmallestP(7, Sides::kOne) == 1.0 / 128);
  CHECK(SmallestP(7, Sides::kTwo) == 1.0 / 64);
  CHECK(SmallestPairs(0.001, Sides::kOne) == 10);
  CHECK(SmallestPairs(0.001, Sides::kTwo) == 11);
  CHECK(SmallestPairs(0.05, Sides::kOne) == 5);
  CHECK(SmallestPairs(0.05, Sides::kTwo) == 6);
}

TEST_CASE("The least number of pairs reaches p, and one fewer does not",
          "[statistics][smallest_p]") {
  for (const Sides sides : {Sides::kOne, Sides::kTwo}) {
    for (double p = 0.9; p > 1e-300; p /= 37) {
      CAPTURE(p);
      const std::size_t n = SmallestPairs(p, sides);
      CHECK(SmallestP(n, sides) <= p);
      CHECK(SmallestP(n - 1, sides) > p);
    }
  }
  CHECK(SmallestPairs(0.125, Sides::kOne) == 3);
  CHECK(SmallestPairs(1, Sides::kTwo) == 0);
}

TEST_CASE("No pairs give p = 1, and far too many 0", "[statistics][smallest_p]") {
  CHECK(SmallestP(0, Sides::kOne) == 1);
  CHECK(SmallestP(0, Sides::kTwo) == 1);
  CHECK(SmallestP(1074, Sides::kOne) > 0);
  CHECK(SmallestP(1'000'000'000'000, Sides::kOne) == 0);
}

TEST_CASE("What is no p-value is refused", "[statistics][smallest_p]") {
  for (const double wrong : {0.0, -0.1, 1.5, std::nan("")}) {
    CHECK_THROWS_AS(SmallestPairs(wrong, Sides::kOne), CostError);
  }
}

}  // namespace costcheck
