#include "verify/probe/environment.h"

#include <ATen/Parallel.h>

#include "tests/catch.h"

namespace costcheck {
namespace {

TEST_CASE("the environment of a run is known in every part") {
  const Environment found = CurrentEnvironment();
  REQUIRE(found.libtorch.find('.') != std::string::npos);
  REQUIRE(!found.blas.empty());
  REQUIRE(!found.cpu_capability.empty());
  if (found.blas.starts_with("OpenBLAS")) REQUIRE(!found.blas_core.empty());
  UNSCOPED_INFO(found.blas << " / " << found.blas_core << " / " << found.cpu_capability);
}

TEST_CASE("threads are those that operators use now") {
  at::set_num_threads(2);
  REQUIRE(CurrentEnvironment().threads == 2);
  at::set_num_threads(1);
  REQUIRE(CurrentEnvironment().threads == 1);
}

}  // namespace
}  // namespace costcheck
