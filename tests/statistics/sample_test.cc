#include "statistics/sample.h"

#include <cmath>
#include <limits>
#include <vector>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"

namespace costcheck {

TEST_CASE("A value that is not finite is named by its place", "[statistics][sample]") {
  const std::vector<double> values = {1, 2, std::nan(""), 4, 5};
  CHECK(ErrorTextOf([&] { CheckSample(values, 1, "The mean"); }) ==
        "The mean needs finite values, but value 3 of 5 is nan.");
  const std::vector<double> endless = {-std::numeric_limits<double>::infinity()};
  CHECK(ErrorTextOf([&] { CheckSample(endless, 1, "The mean"); }) ==
        "The mean needs finite values, but value 1 of 1 is -inf.");
}

TEST_CASE("Too few values are counted", "[statistics][sample]") {
  CHECK(ErrorTextOf([] { CheckSample({}, 1, "The mean"); }) ==
        "The mean needs at least 1 value, not 0.");
  CHECK(ErrorTextOf([] { CheckCount(2, 3, "A BCa interval"); }) ==
        "A BCa interval needs at least 3 values, not 2.");
  CHECK_NOTHROW(CheckCount(3, 3, "A BCa interval"));
}

TEST_CASE("A fraction lies strictly between 0 and 1", "[statistics][sample]") {
  for (const double wrong : {0.0, 1.0, -0.3, 95.0, std::nan("")}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(CheckFraction(wrong, "The level"), CostError);
  }
  CHECK_NOTHROW(CheckFraction(0.95, "The level"));
}

TEST_CASE("A positive number is finite and above 0", "[statistics][sample]") {
  for (const double wrong : {0.0, -2.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(CheckPositive(wrong, "The spread"), CostError);
  }
  CHECK_NOTHROW(CheckPositive(1e-300, "The spread"));
}

TEST_CASE("Differences are the first side less the second", "[statistics][sample]") {
  const std::vector<double> a = {3, 7, 2}, b = {5, 2, 2};
  CHECK(Differences(a, b) == std::vector<double>{-2, 5, 0});
}

TEST_CASE("Pairs need equal lengths, a pair, and a difference within range",
          "[statistics][sample]") {
  const std::vector<double> two = {1, 2}, three = {1, 2, 3}, none;
  CHECK(ErrorTextOf([&] { Differences(two, three); }) ==
        "Pairs need as many values on one side as on the other, not 2 and 3.");
  CHECK_THROWS_AS(Differences(none, none), CostError);
  const std::vector<double> high = {1.7e308}, low = {-1.7e308}, unknown = {std::nan("")};
  CHECK_THROWS_AS(Differences(high, low), CostError);
  CHECK_THROWS_AS(Differences(unknown, high), CostError);
  CHECK_THROWS_AS(Differences(high, unknown), CostError);
}

}  // namespace costcheck
