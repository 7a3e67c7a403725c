#include "tables/label_placement.h"

#include <cmath>
#include <random>

#include "tests/catch.h"

namespace costcheck {
namespace {

constexpr unsigned kSeed = 99;

double SumOfSquares(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

/// The least sum of squares over all whole positions 0..20 of three labels.
double LeastOnGrid(const std::vector<double>& wanted, int gap) {
  double least = HUGE_VAL;
  for (int a = 0; a <= 20; ++a) {
    for (int b = 0; b <= 20; ++b) {
      for (int c = 0; c <= 20; ++c) {
        if (std::abs(a - b) < gap || std::abs(a - c) < gap || std::abs(b - c) < gap) continue;
        least = std::min(least, SumOfSquares({double(a), double(b), double(c)}, wanted));
      }
    }
  }
  return least;
}

TEST_CASE("positions far enough apart stay where they are", "[label_placement]") {
  CHECK(SpreadApart({}, 5, 0, 100).empty());
  CHECK(SpreadApart({50}, 5, 0, 100) == std::vector<double>{50});
  CHECK(SpreadApart({50, 10}, 5, 0, 100) == std::vector<double>{50, 10});
}

TEST_CASE("equal positions are spread around their place, in order", "[label_placement]") {
  CHECK(SpreadApart({50, 50, 50}, 10, 0, 100) == std::vector<double>{40, 50, 60});
  CHECK(SpreadApart({0, 0}, 10, 0, 100) == std::vector<double>{0, 10});
  CHECK(SpreadApart({100, 100}, 10, 0, 100) == std::vector<double>{90, 100});
}

TEST_CASE("the gap shrinks when there is no room", "[label_placement]") {
  CHECK(SpreadApart({7, 7, 7}, 10, 0, 10) == std::vector<double>{0, 5, 10});
}

TEST_CASE("no other positions are nearer to the wishes", "[label_placement]") {
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  for (int i = 0; i < 100; ++i) {
    const std::vector<double> wanted = {double(random() % 21), double(random() % 21),
                                        double(random() % 21)};
    CAPTURE(wanted[0], wanted[1], wanted[2]);
    const std::vector<double> spread = SpreadApart(wanted, 4, 0, 20);
    CHECK(SumOfSquares(spread, wanted) <= LeastOnGrid(wanted, 4) + 1e-9);
    for (std::size_t a = 0; a < 3; ++a) {
      CHECK((spread[a] >= 0 && spread[a] <= 20));
      for (std::size_t b = 0; b < a; ++b) CHECK(std::abs(spread[a] - spread[b]) >= 4 - 1e-9);
    }
  }
}

TEST_CASE("boxes overlap by the area that they share", "[label_placement]") {
  CHECK(OverlapArea({0, 0, 4, 4}, {2, 3, 8, 9}) == 2);
  CHECK(OverlapArea({0, 0, 4, 4}, {4, 0, 8, 4}) == 0);
}

TEST_CASE("labels keep inside the frame, off each other and off the points", "[label_placement]") {
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  const Box frame{0, 0, 560, 400};
  for (int round = 0; round < 50; ++round) {
    std::vector<Anchor> anchors;
    for (int i = 0; i < 8; ++i) {
      anchors.push_back({double(random() % 561), double(random() % 401), 60 + double(i * 7), 14});
    }
    const std::vector<Box> boxes = PlaceLabels(anchors, {frame, {{0, 400, 560, 0}}});
    REQUIRE(boxes.size() == anchors.size());
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      CHECK(boxes[i].left >= -1e-9);
      CHECK(boxes[i].top >= -1e-9);
      CHECK(boxes[i].right <= 560 + 1e-9);
      CHECK(boxes[i].bottom <= 400 + 1e-9);
      for (std::size_t j = 0; j < i; ++j) CHECK(OverlapArea(boxes[i], boxes[j]) == 0);
      for (const Anchor& a : anchors) {
        CHECK(OverlapArea(boxes[i], {a.x - 4, a.y - 4, a.x + 4, a.y + 4}) == 0);
      }
    }
  }
}

TEST_CASE("a label keeps off a line where it can", "[label_placement]") {
  const std::vector<Box> boxes =
      PlaceLabels({{100, 100, 40, 14}}, {{0, 0, 200, 200}, {{0, 100, 200, 100}}});
  REQUIRE(boxes.size() == 1);
  CHECK((boxes[0].bottom < 100 || boxes[0].top > 100));
}

TEST_CASE("there may be no label", "[label_placement]") {
  CHECK(PlaceLabels({}, {{0, 0, 1, 1}, {}}).empty());
}

}  // namespace
}  // namespace costcheck
