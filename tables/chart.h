#pragma once

#include <string>
#include <vector>

namespace costcheck {

struct Point {
  double x;
  double y;
};

/// One line. Points may come in any order; those with x <= 0 or y <= 0, which a
/// logarithmic axis has no place for, are skipped.
struct Series {
  std::string label;
  std::vector<Point> points;
};

/// A marked point, such as a crossover: a dot, and its label on a white halo.
struct Marker {
  double x;
  double y;
  std::string label;
};

struct Chart {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
  std::vector<Marker> markers;
  std::vector<std::string> footnotes;
};

}  // namespace costcheck
