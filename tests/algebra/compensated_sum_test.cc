#include "costmodel/algebra/compensated_sum.h"

#include "tests/catch.h"

using namespace costcheck;

TEST_CASE("A compensated sum keeps what a plain one loses") {
  CompensatedSum sum;
  for (const double x : {1.0, 1e100, 1.0, -1e100}) sum.Add(x);
  CHECK(sum.Value() == 2);
  CompensatedSum tenths;
  for (int i = 0; i < 1000000; ++i) tenths.Add(0.1);
  CHECK(tenths.Value() == 100000);
  CHECK(CompensatedSum().Value() == 0);
}
