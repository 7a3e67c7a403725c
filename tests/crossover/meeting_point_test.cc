#include "costmodel/crossover/meeting_point.h"

#include "tests/catch.h"

namespace costcheck {
namespace {

const Symbol kT("T");
const Range kAll{1, std::nullopt};

Piecewise OneTrack(Track track) { return {{std::move(track)}}; }

}  // namespace

TEST_CASE("The root lies before the integer that it is asked for", "[meeting_point]") {
  const Piecewise p = OneTrack({{1, Univariate(0, {256, -33, 1})}});
  const auto point = FindMeetingPoint(p, kAll, kT, 21, 3);
  REQUIRE(point.has_value());
  CHECK(point->decimal == "20.531");
  CHECK(point->closed_form == "(33 + sqrt(65))/2");
  CHECK(point->upper - point->lower <= Rational(1, 1000));
  CHECK(point->lower < point->upper);
  CHECK(point->condition.empty());
  CHECK_FALSE(FindMeetingPoint(p, kAll, kT, 22, 3).has_value());
  CHECK_FALSE(FindMeetingPoint(p, kAll, kT, 20, 3).has_value());
}

TEST_CASE("A tie right before counts, one at the integer does not", "[meeting_point]") {
  const Piecewise p = OneTrack({{1, Univariate(0, {-64, 1})}});
  REQUIRE(FindMeetingPoint(p, kAll, kT, 65, 6).has_value());
  CHECK(FindMeetingPoint(p, kAll, kT, 65, 6)->lower == 64);
  CHECK_FALSE(FindMeetingPoint(p, {65, std::nullopt}, kT, 65, 6).has_value());
}

TEST_CASE("Of several roots a change of sign is preferred", "[meeting_point]") {
  // (4 x - 9)(4 x - 11)^2: a change at 9/4, a tangent at 11/4.
  const Univariate p = Univariate(0, {-9, 4}) * Univariate(0, {121, -88, 16});
  CHECK(FindMeetingPoint(OneTrack({{1, p}}), kAll, kT, 3, 6)->closed_form == "9/4");
}

TEST_CASE("Where pieces meet, the corner decides which root is real", "[meeting_point]") {
  // x - 15/2 up to 8, then 1/2: the corner is at 8.
  const Univariate rising(0, {-15, 2}, 2);
  const Piecewise late = OneTrack({{1, rising}, {8, Univariate(Rational(1, 2))}});
  REQUIRE(FindMeetingPoint(late, kAll, kT, 8, 6).has_value());
  CHECK(FindMeetingPoint(late, kAll, kT, 8, 6)->closed_form == "15/2");
  CHECK(FindMeetingPoint(late, kAll, kT, 8, 6)->condition == "T <= 7");
  // -1 up to 7, then 2 x - 15: the corner is at 7.
  const Piecewise early = OneTrack({{1, Univariate(Rational(-1))}, {8, Univariate(0, {-15, 2})}});
  CHECK(FindMeetingPoint(early, kAll, kT, 8, 6)->condition == "T >= 8");
  // A jump has no root.
  const Piecewise jump = OneTrack({{1, Univariate(Rational(-1))}, {8, Univariate(Rational(1))}});
  CHECK_FALSE(FindMeetingPoint(jump, kAll, kT, 8, 6).has_value());
}

TEST_CASE("Where floors act there is no root", "[meeting_point]") {
  const Univariate rising(0, {-15, 2});
  Piecewise stepped = OneTrack({{1, rising}});
  stepped.stepped = true;
  CHECK_FALSE(FindMeetingPoint(stepped, kAll, kT, 8, 6).has_value());
  const Piecewise two{{{{1, rising}}, {{1, Univariate(0, {-13, 2})}}}};
  CHECK_FALSE(FindMeetingPoint(two, kAll, kT, 8, 6).has_value());
  const Piecewise alike{{{{1, rising}}, {{1, rising}}}};
  CHECK(FindMeetingPoint(alike, kAll, kT, 8, 6)->closed_form == "15/2");
}

}  // namespace costcheck
