#include "tables/label_placement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace costcheck {
namespace {

constexpr double kDotRadius = 6;  // a marked point and some white around it
constexpr int kPasses = 8;        // each pass moves every label to its best place once

// Costs of a place, far enough apart that one of a kind outweighs many below it.
constexpr double kOutsidePerPixel = 1e5;
constexpr double kPerLabel = 2e4;
constexpr double kPerDot = 5e3;
constexpr double kPerLeader = 1e3;
constexpr double kPerLinePixel = 4;
constexpr double kPerPixelAway = 2.5;
/// Costs nearer than this are equal, and the first place wins: mirrored places
/// must not depend on the last bits of a cosine.
constexpr double kTie = 1e-6;

/// A run of positions moved together, each at its wish less index * gap.
struct Pool {
  double sum;
  std::size_t count;
  double Mean() const { return sum / static_cast<double>(count); }
};

/// The non-decreasing sequence nearest to `values`: pool adjacent violators.
std::vector<double> Isotonic(const std::vector<double>& values) {
  std::vector<Pool> pools;
  for (const double value : values) {
    pools.push_back({value, 1});
    while (pools.size() > 1 && pools[pools.size() - 2].Mean() > pools.back().Mean()) {
      const Pool last = pools.back();
      pools.pop_back();
      pools.back().sum += last.sum;
      pools.back().count += last.count;
    }
  }
  std::vector<double> out;
  for (const Pool& pool : pools) out.insert(out.end(), pool.count, pool.Mean());
  return out;
}

/// The part of a segment inside a box, by Liang and Barsky's clipping.
double LengthInside(const LineSegment& line, const Box& box) {
  const double dx = line.x2 - line.x1;
  const double dy = line.y2 - line.y1;
  double enter = 0;
  double leave = 1;
  const std::array<std::array<double, 2>, 4> sides = {{{-dx, line.x1 - box.left},
                                                       {dx, box.right - line.x1},
                                                       {-dy, line.y1 - box.top},
                                                       {dy, box.bottom - line.y1}}};
  for (const auto& [direction, distance] : sides) {
    if (direction == 0 && distance < 0) return 0;
    if (direction < 0) enter = std::max(enter, distance / direction);
    if (direction > 0) leave = std::min(leave, distance / direction);
  }
  return std::max(0.0, leave - enter) * std::hypot(dx, dy);
}

double Outside(const Box& box, const Box& frame) {
  return std::max(0.0, frame.left - box.left) + std::max(0.0, box.right - frame.right) +
         std::max(0.0, frame.top - box.top) + std::max(0.0, box.bottom - frame.bottom);
}

/// Places around the point, ring by ring: the box's centre moves on ellipses that
/// leave that much room beside the point.
std::vector<Box> Candidates(const Anchor& anchor) {
  constexpr int kDirections = 16;
  std::vector<Box> out;
  for (const double ring : {8.0, 18.0, 32.0, 50.0, 75.0, 110.0}) {
    for (int i = 0; i < kDirections; ++i) {
      const double angle = 2 * std::acos(-1.0) * i / kDirections;
      const double x = anchor.x + std::cos(angle) * (ring + anchor.width / 2);
      const double y = anchor.y + std::sin(angle) * (ring + anchor.height / 2);
      out.push_back({x - anchor.width / 2, y - anchor.height / 2, x + anchor.width / 2,
                     y + anchor.height / 2});
    }
  }
  return out;
}

Box DotBox(const Anchor& anchor) {
  return {anchor.x - kDotRadius, anchor.y - kDotRadius, anchor.x + kDotRadius,
          anchor.y + kDotRadius};
}

double Length(const LineSegment& line) { return std::hypot(line.x2 - line.x1, line.y2 - line.y1); }

/// What it costs that the label of `anchor` at `box` and that of `other` at
/// `other_box` get in each other's way, or in that of each other's leader.
double CostBetween(const Anchor& anchor, const Box& box, const Anchor& other,
                   const Box& other_box) {
  const double shared = OverlapArea(box, other_box);
  const double crossed = LengthInside(Leader(anchor, box), other_box) +
                         LengthInside(Leader(other, other_box), box) +
                         LengthInside(Leader(anchor, box), DotBox(other));
  return (shared > 0 ? kPerLabel + shared : 0) + (crossed > 0 ? kPerLeader : 0);
}

/// What it costs to have label `self` at `box`, the others being at `placed`.
double Cost(const Box& box, std::size_t self, const std::vector<Anchor>& anchors,
            const std::vector<Box>& placed, const Surroundings& around) {
  double cost = kOutsidePerPixel * Outside(box, around.frame);
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    if (OverlapArea(box, DotBox(anchors[i])) > 0) cost += kPerDot;
    if (i == self || i >= placed.size()) continue;
    cost += CostBetween(anchors[self], box, anchors[i], placed[i]);
  }
  for (const LineSegment& line : around.lines) cost += kPerLinePixel * LengthInside(line, box);
  return cost + kPerPixelAway * Length(Leader(anchors[self], box));
}

Box BestPlace(std::size_t self, const std::vector<Anchor>& anchors, const std::vector<Box>& placed,
              const Surroundings& around) {
  Box best{};
  double least = HUGE_VAL;
  for (const Box& box : Candidates(anchors[self])) {
    const double cost = Cost(box, self, anchors, placed, around);
    if (cost > least - kTie) continue;
    least = cost;
    best = box;
  }
  return best;
}

}  // namespace

LineSegment Leader(const Anchor& anchor, const Box& label) {
  return {anchor.x, anchor.y, std::clamp(anchor.x, label.left, label.right),
          std::clamp(anchor.y, label.top, label.bottom)};
}

double OverlapArea(const Box& a, const Box& b) {
  const double width = std::min(a.right, b.right) - std::max(a.left, b.left);
  const double height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

std::vector<double> SpreadApart(const std::vector<double>& wanted, double gap, double low,
                                double high) {
  if (wanted.empty()) return {};
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
  const auto gaps = static_cast<double>(wanted.size() - 1);
  const double used_gap = gaps > 0 ? std::min(gap, (high - low) / gaps) : 0;
  // Less index * gap, "at least a gap apart" is "not decreasing".
  std::vector<double> shifted;
  for (std::size_t i = 0; i < order.size(); ++i) {
    shifted.push_back(wanted[order[i]] - used_gap * static_cast<double>(i));
  }
  const std::vector<double> moved = Isotonic(shifted);
  std::vector<double> out(wanted.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double inside = std::clamp(moved[i], low, std::max(low, high - used_gap * gaps));
    out[order[i]] = inside + used_gap * static_cast<double>(i);
  }
  return out;
}

std::vector<Box> PlaceLabels(const std::vector<Anchor>& anchors, const Surroundings& around) {
  std::vector<Box> placed;
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    placed.push_back(BestPlace(i, anchors, placed, around));
  }
  for (int pass = 0; pass < kPasses; ++pass) {
    for (std::size_t i = 0; i < anchors.size(); ++i) {
      placed[i] = BestPlace(i, anchors, placed, around);
    }
  }
  return placed;
}

}  // namespace costcheck
