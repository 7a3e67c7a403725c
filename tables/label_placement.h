#pragma once

#include <vector>

namespace costcheck {

// Coordinates as on a screen: x to the right, y down.

struct Box {
  double left;
  double top;
  double right;
  double bottom;
};

struct LineSegment {
  double x1;
  double y1;
  double x2;
  double y2;
};

/// A marked point and the size of its label.
struct Anchor {
  double x;
  double y;
  double width;
  double height;
};

/// What labels should keep off, the most important first.
struct Surroundings {
  Box frame;                       ///< labels stay inside
  std::vector<LineSegment> lines;  ///< labels cross as little of them as they can
};

/// Positions in the order of `wanted`, at least `gap` apart and between `low`
/// and `high`, with the least sum of squared moves. The gap shrinks if they do
/// not fit otherwise. Equal wishes keep their order. O(n log n).
std::vector<double> SpreadApart(const std::vector<double>& wanted, double gap, double low,
                                double high);

/// A box for each label, near its point: inside the frame, then off the other
/// labels and all marked points, then off the lines and leaders, then close. A local
/// optimum over a fixed set of places around each point; the same input gives
/// the same boxes.
std::vector<Box> PlaceLabels(const std::vector<Anchor>& anchors, const Surroundings& around);

/// From a point to the nearest point of its label, where a leader is drawn.
LineSegment Leader(const Anchor& anchor, const Box& label);

/// The area that two boxes share.
double OverlapArea(const Box& a, const Box& b);

}  // namespace costcheck
