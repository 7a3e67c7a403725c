#include "tables/svg.h"

#include <cmath>
#include <limits>
#include <regex>

#include "tests/catch.h"
#include "tests/golden.h"
#include "tests/tables/markup_checker.h"

namespace costcheck {
namespace {

/// coefficient * T^power at 64, 128 ... 131072.
Series PowerLaw(const std::string& label, double coefficient, double power) {
  Series series{label, {}};
  for (double length = 64; length <= 131072; length *= 2) {
    series.points.push_back({length, coefficient * std::pow(length, power)});
  }
  return series;
}

/// Where the laws a * T^p and b * T^q meet.
Marker Meeting(double a, double p, double b, double q) {
  const double x = std::pow(b / a, 1 / (p - q));
  return {x, a * std::pow(x, p), "T = " + std::to_string(std::lround(x))};
}

/// Six lines from 64 to 128K, 1e6 to 1e15, two of them the same up to 512, and
/// six crossovers.
Chart Publication() {
  Chart chart;
  chart.title = "Attention FLOPs by length, d = 768, H = 12";
  chart.x_label = "T, tokens";
  chart.y_label = "FLOPs (core, useful)";
  chart.series = {PowerLaw("full", 5e4, 2),
                  PowerLaw("sliding_window(W=512)", 5e4, 2),
                  PowerLaw("topk_mlp(K=8,h=32)", 1e6, 1.5),
                  PowerLaw("linear", 1.2e8, 1),
                  PowerLaw("nsa", 3e7, 1.1),
                  PowerLaw("topk_indexer", 300, 2)};
  for (Point& point : chart.series[1].points) point.y /= std::max(1.0, point.x / 512);
  chart.markers = {Meeting(5e4, 2, 1e6, 1.5),   Meeting(5e4, 2, 3e7, 1.1),
                   Meeting(5e4, 2, 1.2e8, 1),   Meeting(1e6, 1.5, 3e7, 1.1),
                   Meeting(1e6, 1.5, 1.2e8, 1), Meeting(300, 2, 5e4 * 512, 1)};
  chart.footnotes = {
      "Convention seeds: multiply_add=2, causal=exact, scope=core. A circle marks the length at "
      "which two lines cross."};
  return chart;
}

Chart OfSeries(const std::vector<Series>& series) {
  Chart chart;
  chart.title = "Title";
  chart.series = series;
  return chart;
}

std::size_t Occurrences(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  return static_cast<std::size_t>(
      std::distance(std::sregex_iterator(text.begin(), text.end(), regex), std::sregex_iterator()));
}

TEST_CASE("the chart of six lines and six crossovers is the one accepted", "[svg][golden]") {
  CHECK(GoldenDifference("tests/tables/golden/chart.svg", RenderSvg(Publication())) == "");
}

TEST_CASE("lines that coincide, a single point and no points are as accepted", "[svg][golden]") {
  const std::vector<Point> flat = {{64, 1000}, {128, 1000}, {256, 1000}};
  const Chart chart = OfSeries({{"full_table", flat},
                                {"hash", flat},
                                {"qr", flat},
                                {"one & only", {{100, 2000}}},
                                {"none", {{0, 1}, {1, 0}}}});
  CHECK(GoldenDifference("tests/tables/golden/chart_few.svg", RenderSvg(chart)) == "");
}

TEST_CASE("a chart is well-formed markup that loads nothing", "[svg]") {
  Chart hostile = OfSeries({{"<b>&\"'", {{1, 2}, {3, 4}}}});
  hostile.title = "</title><script>";
  hostile.markers = {{2, 3, "<i> & ]]>"}};
  hostile.footnotes = {"a < b && c \x01"};
  for (const Chart& chart : {Publication(), hostile, Chart{}, OfSeries({})}) {
    const std::string svg = RenderSvg(chart);
    CHECK(MarkupFault(svg) == "");
    CHECK(svg.find("<script") == std::string::npos);
    CHECK(svg.find("href") == std::string::npos);
    CHECK(svg.find("url(") == std::string::npos);
    CHECK(Occurrences(svg, "http") == 1);  // the name of SVG itself
  }
}

TEST_CASE("the same chart gives the same bytes", "[svg]") {
  CHECK(RenderSvg(Publication()) == RenderSvg(Publication()));
}

TEST_CASE("no coordinate is a number that is none", "[svg]") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::string svg = RenderSvg(OfSeries(
      {{"a",
        {{1, infinity}, {nan, 1}, {2, nan}, {4, 5e-324}, {8, 1e308}, {16, 1e-299}, {32, 1e299}}}}));
  CHECK(Occurrences(svg, "nan|inf") == 0);
  CHECK(Occurrences(svg, "points=\"[0-9.]+,[0-9.]+ [0-9.]+,[0-9.]+\"") == 1);
}

TEST_CASE("points without a logarithm are skipped, and a line without any is named", "[svg]") {
  const std::string svg = RenderSvg(
      OfSeries({{"kept", {{64, 0}, {128, -1}, {256, 5}, {0, 3}, {512, 6}}}, {"gone", {{64, 0}}}}));
  CHECK(Occurrences(svg, "<polyline") == 1);
  CHECK(Occurrences(svg, "points=\"[0-9.]+,[0-9.]+ [0-9.]+,[0-9.]+\"") == 1);
  CHECK(Occurrences(svg, "Not drawn, as it has no value above 0: gone\\.") == 1);
}

TEST_CASE("points are joined from left to right, whatever their order", "[svg]") {
  CHECK(RenderSvg(OfSeries({{"a", {{64, 1}, {128, 3}, {256, 2}}}})) ==
        RenderSvg(OfSeries({{"a", {{256, 2}, {64, 1}, {128, 3}}}})));
}

TEST_CASE("a logarithmic point stands where its exponent says", "[svg]") {
  // The plot is 560 by 400; 128 is the middle of 64 to 256, 1000 that of 10 to 100K.
  const std::string svg = RenderSvg(OfSeries({{"a", {{64, 10}, {128, 1000}, {256, 100000}}}}));
  CHECK(Occurrences(svg, "points=\"76.00,446.00 356.00,246.00 636.00,46.00\"") == 1);
}

TEST_CASE("any two lines differ in colour or dashes", "[svg]") {
  std::vector<Series> series;
  for (int i = 0; i < 16; ++i)
    series.push_back({"line" + std::to_string(i), {{1, 1.0 + i}, {2, 3}}});
  const std::string svg = RenderSvg(OfSeries(series));
  const std::regex line(
      "<polyline points=\"[^\"]*\" stroke=\"(#[0-9a-f]+)\" stroke-width=\"[0-9.]+\"([^/]*)/>");
  std::vector<std::string> looks;
  for (std::sregex_iterator i(svg.begin(), svg.end(), line), end; i != end; ++i) {
    looks.push_back((*i)[1].str() + (*i)[2].str());
  }
  REQUIRE(looks.size() == 16);
  for (std::size_t i = 0; i < looks.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(looks[i] != looks[j]);
  }
}

}  // namespace
}  // namespace costcheck
