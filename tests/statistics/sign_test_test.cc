#include "statistics/sign_test.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {
namespace {

/// P(X >= least), by Pascal's triangle.
double UpperTail(std::size_t least, std::size_t n) {
  std::vector<double> row = {1};
  for (std::size_t i = 0; i < n; ++i) {
    row.push_back(0);
    for (std::size_t k = row.size() - 1; k > 0; --k) row[k] += row[k - 1];
  }
  double sum = 0;
  for (std::size_t k = least; k <= n; ++k) sum += row[k];
  return std::ldexp(sum, -static_cast<int>(n));
}

}  // namespace

TEST_CASE("The tails are those of Pascal's triangle", "[statistics][sign_test]") {
  for (std::size_t n = 0; n <= 41; ++n) {
    for (std::size_t k = 0; k <= n; ++k) {
      CAPTURE(n, k);
      const auto positive = static_cast<std::int64_t>(k), all = static_cast<std::int64_t>(n);
      const double greater = UpperTail(k, n), less = UpperTail(n - k, n);
      CHECK(Near(SignTest(positive, all, Alternative::kGreater).p, greater, 1e-13));
      CHECK(Near(SignTest(positive, all, Alternative::kLess).p, less, 1e-13));
      CHECK(Near(SignTest(positive, all, Alternative::kTwoSided).p,
                 std::min(1.0, 2 * std::min(greater, less)), 1e-13));
    }
  }
}

// scipy.stats.binomtest(8, 11, alternative=...).pvalue; SciPy 1.10.1.
TEST_CASE("Eight of eleven gives SciPy's p", "[statistics][sign_test]") {
  CHECK(Near(SignTest(kEleven, Alternative::kLess).p, 0.96728515625, 1e-14));
  CHECK(Near(SignTest(kEleven, Alternative::kGreater).p, 0.11328125, 1e-14));
  CHECK(Near(SignTest(kEleven, Alternative::kTwoSided).p, 0.2265625, 1e-14));
}

TEST_CASE("Zeros are dropped", "[statistics][sign_test]") {
  const std::vector<double> values = {0, 3, 0, 2, -1, 0, 5}, zeros = {0, 0};
  CHECK(Near(SignTest(values, Alternative::kGreater).p, 5.0 / 16, 1e-14));
  CHECK(SignTest(zeros, Alternative::kTwoSided).p == 1);
}

TEST_CASE("Counts that cannot be, and no differences, are refused", "[statistics][sign_test]") {
  CHECK_THROWS_AS(SignTest(-1, 5, Alternative::kLess), CostError);
  CHECK_THROWS_AS(SignTest(6, 5, Alternative::kLess), CostError);
  CHECK_THROWS_AS(SignTest({}, Alternative::kLess), CostError);
}

}  // namespace costcheck
