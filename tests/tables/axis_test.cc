#include "tables/axis.h"

#include <cmath>

#include "tests/catch.h"

namespace costcheck {
namespace {

std::string LabelsOf(const Axis& axis) {
  std::string out;
  for (const Tick& tick : axis.ticks) {
    if (!tick.label.empty()) out += (out.empty() ? "" : " ") + tick.label;
  }
  return out;
}

TEST_CASE("lengths have powers of two from 64 to 128K", "[axis]") {
  const Axis axis = PowerOfTwoAxis({131072, 64, 1000}, 14);
  CHECK(axis.low == 64);
  CHECK(axis.high == 131072);
  CHECK(LabelsOf(axis) == "64 128 256 512 1K 2K 4K 8K 16K 32K 64K 128K");
}

TEST_CASE("labels are thinned evenly when they are too many", "[axis]") {
  CHECK(LabelsOf(PowerOfTwoAxis({64, 131072}, 6)) == "64 256 1K 4K 16K 64K");
  CHECK(LabelsOf(PowerOfTwoAxis({1, 1048576}, 3)) == "1 256 64K");
  CHECK(LabelsOf(PowerOfTenAxis({1e6, 1e15}, 5)) == "1M 1G 1T 1P");
  CHECK(PowerOfTenAxis({1e6, 1e15}, 5).ticks.size() == 10);
}

TEST_CASE("an axis reaches to the next power beyond its values", "[axis]") {
  CHECK(LabelsOf(PowerOfTwoAxis({65, 1000}, 14)) == "64 128 256 512 1K");
  CHECK(LabelsOf(PowerOfTwoAxis({0.3, 3}, 14)) == "1/4 1/2 1 2 4");
  CHECK(LabelsOf(PowerOfTenAxis({2e6, 3e9}, 12)) == "1M 10M 100M 1G 10G");
  CHECK(LabelsOf(PowerOfTenAxis({2e-6, 3e-2}, 12)) == "1u 10u 100u 1m 10m 100m");
  CHECK(LabelsOf(PowerOfTenAxis({2e-17, 3e-13}, 12)) == "1e-17 1e-16 1e-15 1e-14 1e-13 1p");
}

TEST_CASE("a short axis is divided finer and leaves room at its ends", "[axis]") {
  CHECK(LabelsOf(PowerOfTenAxis({2000, 3000}, 12)) == "1K 2K 5K 10K");
  CHECK(LabelsOf(PowerOfTenAxis({1000, 1000}, 12)) == "100 200 500 1K 2K 5K 10K");
  CHECK(LabelsOf(PowerOfTenAxis({0.02, 0.5}, 12)) == "10m 20m 50m 100m 200m 500m 1");
}

TEST_CASE("an axis has a length even of one value or none", "[axis]") {
  CHECK(LabelsOf(PowerOfTwoAxis({64}, 14)) == "64 128");
  CHECK(LabelsOf(PowerOfTwoAxis({}, 14)) == "1 2");
  CHECK(LabelsOf(PowerOfTenAxis({}, 12)) == "1 2 5 10");
}

TEST_CASE("the logarithm is spread evenly over the axis", "[axis]") {
  const Axis axis = PowerOfTwoAxis({64, 1024}, 14);
  CHECK(Position(axis, 64) == 0);
  CHECK(std::abs(Position(axis, 256) - 0.5) < 1e-12);
  CHECK(std::abs(Position(axis, 1024) - 1) < 1e-12);
}

}  // namespace
}  // namespace costcheck
