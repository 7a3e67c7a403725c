#include "tables/svg.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tables/axis.h"
#include "tables/escape.h"
#include "tables/label_placement.h"
#include "tables/svg_elements.h"

namespace costcheck {
namespace {

// Sizes in pixels.
constexpr double kPlotWidth = 560;
constexpr double kPlotHeight = 400;
constexpr double kLeft = 76;        // of the plot: room for tick labels and the axis' name
constexpr double kMargin = 14;      // around everything
constexpr double kLabelRoom = 34;   // from the plot's right edge to the lines' labels
constexpr double kLeaderFrom = 14;  // a nearer label needs no line to its point
constexpr double kTitleSize = 16;
constexpr double kBold = 1.2;  // as wide as text of that many times the size
constexpr double kTextSize = 12;
constexpr double kSmallSize = 11;  // tick labels, footnotes
constexpr double kTitleLineHeight = 22;
constexpr double kLineHeight = 16;
/// Past these a power of ten beyond the axis has no double.
constexpr double kLeast = 1e-300;
constexpr double kGreatest = 1e300;

/// Colours that people with any colour vision can tell apart: M. Okabe and K. Ito,
/// "Color Universal Design", 2008; without the yellow, too light on white.
constexpr std::array<const char*, 7> kColors = {"#000000", "#0072b2", "#d55e00", "#009e73",
                                                "#cc79a7", "#56b4e9", "#e69f00"};
/// Told apart without colour. Only the first has no gaps: where lines coincide,
/// it shows through those of the others. Six and seven have no common factor, so
/// that the pairs repeat after 42 lines.
constexpr std::array<const char*, 6> kDashes = {"", "10 4", "2 4", "12 4 2 4", "5 4", "16 4 5 4"};

struct Style {
  const char* color;
  const char* dash;
  double width;
};

/// Later lines lie on top, so they are thinner: the lower one stays seen beside.
Style StyleOfLine(std::size_t index) {
  const double width = std::max(1.8, 3.6 - 0.36 * static_cast<double>(index));
  return {kColors[index % kColors.size()], kDashes[index % kDashes.size()], width};
}

bool IsDrawable(double x, double y) {
  const auto inside = [](double value) { return value >= kLeast && value <= kGreatest; };
  return inside(x) && inside(y);
}

/// The chart's drawable part, points from left to right.
struct Drawing {
  std::vector<Series> lines;
  std::vector<Marker> markers;
  std::vector<std::string> footnotes;
};

Drawing MakeDrawing(const Chart& chart) {
  Drawing drawing{{}, {}, chart.footnotes};
  for (const Series& series : chart.series) {
    Series line{series.label, {}};
    for (const Point& point : series.points) {
      if (IsDrawable(point.x, point.y)) line.points.push_back(point);
    }
    std::stable_sort(line.points.begin(), line.points.end(),
                     [](const Point& a, const Point& b) { return a.x < b.x; });
    if (line.points.empty()) {
      drawing.footnotes.push_back("Not drawn, as it has no value above 0: " + line.label + ".");
    } else {
      drawing.lines.push_back(line);
    }
  }
  for (const Marker& marker : chart.markers) {
    if (IsDrawable(marker.x, marker.y)) drawing.markers.push_back(marker);
  }
  return drawing;
}

/// Where everything stands: the plot's frame and the two axes.
class Plane {
 public:
  Plane(const Drawing& drawing, double top) : top_(top) {
    std::vector<double> xs;
    std::vector<double> ys;
    for (const Series& line : drawing.lines) {
      for (const Point& point : line.points) {
        xs.push_back(point.x);
        ys.push_back(point.y);
      }
    }
    for (const Marker& marker : drawing.markers) {
      xs.push_back(marker.x);
      ys.push_back(marker.y);
    }
    x_axis_ = PowerOfTwoAxis(xs, 14);
    y_axis_ = PowerOfTenAxis(ys, 12);
  }

  const Axis& x_axis() const { return x_axis_; }
  const Axis& y_axis() const { return y_axis_; }
  double X(double value) const { return kLeft + Position(x_axis_, value) * kPlotWidth; }
  double Y(double value) const { return top_ + (1 - Position(y_axis_, value)) * kPlotHeight; }
  Box Frame() const { return {kLeft, top_, kLeft + kPlotWidth, top_ + kPlotHeight}; }

 private:
  double top_;
  Axis x_axis_;
  Axis y_axis_;
};

std::string GridElements(const Plane& plane) {
  const Box frame = plane.Frame();
  std::string out = "<g stroke=\"#e4e4e4\">\n";
  for (const Tick& tick : plane.x_axis().ticks) {
    if (tick.label.empty()) continue;
    const double x = plane.X(tick.value);
    out += LineElement({x, frame.top, x, frame.bottom}, "");
  }
  for (const Tick& tick : plane.y_axis().ticks) {
    const double y = plane.Y(tick.value);
    out += LineElement({frame.left, y, frame.right, y}, "");
  }
  out += "</g>\n";
  return out +
         LineElement({frame.left, frame.bottom, frame.right, frame.bottom}, "stroke=\"#444444\"");
}

std::string AxisElements(const Plane& plane, const Chart& chart) {
  const Box frame = plane.Frame();
  std::string out =
      fmt::format("<g fill=\"#444444\" font-size=\"{}\" text-anchor=\"middle\">\n", kSmallSize);
  for (const Tick& tick : plane.x_axis().ticks) {
    if (tick.label.empty()) continue;
    out += TextElement(plane.X(tick.value), frame.bottom + 17, tick.label, "");
  }
  for (const Tick& tick : plane.y_axis().ticks) {
    if (tick.label.empty()) continue;
    out += TextElement(frame.left - 8, plane.Y(tick.value) + 4, tick.label, "text-anchor=\"end\"");
  }
  const double x = (frame.left + frame.right) / 2;
  const double y = (frame.top + frame.bottom) / 2;
  out += TextElement(x, frame.bottom + 36, chart.x_label, "font-size=\"12\"");
  const double side = kMargin + 8;
  out += TextElement(side, y, chart.y_label,
                     fmt::format("font-size=\"12\" transform=\"rotate(-90 {} {})\"",
                                 PixelText(side), PixelText(y)));
  return out + "</g>\n";
}

std::string StrokeAttributes(const Style& style) {
  const std::string dash =
      *style.dash == '\0' ? "" : fmt::format(" stroke-dasharray=\"{}\"", style.dash);
  return fmt::format("stroke=\"{}\" stroke-width=\"{}\"{}", style.color, PixelText(style.width),
                     dash);
}

std::string LineElements(const Plane& plane, const Drawing& drawing) {
  std::string out = "<g fill=\"none\" stroke-linejoin=\"round\">\n";
  for (std::size_t i = 0; i < drawing.lines.size(); ++i) {
    const Style style = StyleOfLine(i);
    const std::vector<Point>& points = drawing.lines[i].points;
    std::vector<std::string> path;
    for (const Point& point : points) {
      path.push_back(PixelText(plane.X(point.x)) + "," + PixelText(plane.Y(point.y)));
    }
    out += fmt::format("<polyline points=\"{}\" {}/>\n", fmt::join(path, " "),
                       StrokeAttributes(style));
    if (points.size() == 1) {  // a line of one point has no length
      out += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"4\" fill=\"{}\"/>\n",
                         PixelText(plane.X(points[0].x)), PixelText(plane.Y(points[0].y)),
                         style.color);
    }
  }
  return out + "</g>\n";
}

/// Each line's name to the right of the plot, joined to the line's end.
std::string LineLabelElements(const Plane& plane, const Drawing& drawing) {
  std::vector<double> ends;
  for (const Series& line : drawing.lines) ends.push_back(plane.Y(line.points.back().y));
  const Box frame = plane.Frame();
  const std::vector<double> heights = SpreadApart(ends, kLineHeight, frame.top, frame.bottom);
  const double label_x = frame.right + kLabelRoom;
  std::string out = "<g fill=\"none\">\n";
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const Style style = StyleOfLine(i);
    const std::string leader = fmt::format("stroke=\"{}\" stroke-width=\"0.8\"", style.color);
    const double end_x = plane.X(drawing.lines[i].points.back().x);
    if (end_x < frame.right) {
      out +=
          LineElement({end_x, ends[i], frame.right, ends[i]}, leader + " stroke-dasharray=\"1 3\"");
    }
    out += LineElement({frame.right, ends[i], label_x - 4, heights[i]}, leader);
  }
  out += fmt::format("</g>\n<g fill=\"#222222\" font-size=\"{}\">\n", kTextSize);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    out += TextElement(label_x, heights[i] + 4, drawing.lines[i].label, "");
  }
  return out + "</g>\n";
}

/// All lines, and how each is continued to the plot's right edge.
std::vector<LineSegment> Segments(const Plane& plane, const Drawing& drawing) {
  std::vector<LineSegment> out;
  for (const Series& line : drawing.lines) {
    for (std::size_t i = 1; i < line.points.size(); ++i) {
      const Point& a = line.points[i - 1];
      const Point& b = line.points[i];
      out.push_back({plane.X(a.x), plane.Y(a.y), plane.X(b.x), plane.Y(b.y)});
    }
    const Point& end = line.points.back();
    out.push_back({plane.X(end.x), plane.Y(end.y), plane.Frame().right, plane.Y(end.y)});
  }
  return out;
}

std::string MarkerElements(const Plane& plane, const Drawing& drawing) {
  std::vector<Anchor> anchors;
  for (const Marker& marker : drawing.markers) {
    anchors.push_back(
        {plane.X(marker.x), plane.Y(marker.y), TextWidth(marker.label, kTextSize), kTextSize + 2});
  }
  const std::vector<Box> boxes = PlaceLabels(anchors, {plane.Frame(), Segments(plane, drawing)});
  std::string leaders;
  std::string dots;
  std::string labels;
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    const Box& box = boxes[i];
    const LineSegment leader = Leader(anchors[i], box);
    if (std::hypot(leader.x2 - leader.x1, leader.y2 - leader.y1) > kLeaderFrom) {
      leaders += LineElement(leader, "stroke=\"#222222\" stroke-width=\"0.8\"");
    }
    dots += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"4\"/>\n", PixelText(anchors[i].x),
                        PixelText(anchors[i].y));
    labels += TextElement((box.left + box.right) / 2, box.bottom - 3, drawing.markers[i].label, "");
  }
  return leaders + "<g fill=\"#ffffff\" stroke=\"#222222\" stroke-width=\"1.6\">\n" + dots +
         "</g>\n" +
         fmt::format(
             "<g fill=\"#222222\" font-size=\"{}\" text-anchor=\"middle\" stroke=\"#ffffff\" "
             "stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\">\n",
             kTextSize) +
         labels + "</g>\n";
}

std::string Description(const Chart& chart, const Drawing& drawing) {
  std::vector<std::string> lines;
  for (const Series& line : drawing.lines) lines.push_back(line.label);
  std::vector<std::string> marks;
  for (const Marker& marker : drawing.markers) marks.push_back(marker.label);
  const std::string marked =
      marks.empty() ? "" : fmt::format(" Marked: {}.", fmt::join(marks, "; "));
  return fmt::format("{} against {}, both axes logarithmic. Lines: {}.{}", chart.y_label,
                     chart.x_label, fmt::join(lines, "; "), marked);
}

/// Lines of text below each other, the first with its baseline at `y`.
std::string Paragraph(const std::vector<std::string>& lines, double y, double line_height,
                      const std::string& attributes) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += TextElement(kMargin, y + line_height * static_cast<double>(i), lines[i], attributes);
  }
  return out;
}

/// From the left margin to the right one, the lines' labels included.
double PageWidth(const Drawing& drawing) {
  double label_width = 0;
  for (const Series& line : drawing.lines) {
    label_width = std::max(label_width, TextWidth(line.label, kTextSize));
  }
  return std::ceil(kLeft + kPlotWidth + kLabelRoom + label_width + kMargin);
}

std::vector<std::string> FootnoteLines(const Drawing& drawing, double width) {
  std::vector<std::string> lines;
  for (const std::string& footnote : drawing.footnotes) {
    const std::vector<std::string> wrapped = WrapToPixels(footnote, kSmallSize, width);
    lines.insert(lines.end(), wrapped.begin(), wrapped.end());
  }
  return lines;
}

std::string Opening(const Chart& chart, const Drawing& drawing, double width, double height) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" "
      "font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\">\n"
      "<title>{2}</title>\n<desc>{3}</desc>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
      width, height, EscapeXml(chart.title), EscapeXml(Description(chart, drawing)));
}

}  // namespace

std::string RenderSvg(const Chart& chart) {
  const Drawing drawing = MakeDrawing(chart);
  const double width = PageWidth(drawing);
  const double text_width = width - 2 * kMargin;
  const std::vector<std::string> title = WrapToPixels(chart.title, kTitleSize * kBold, text_width);
  const std::vector<std::string> footnotes = FootnoteLines(drawing, text_width);
  const Plane plane(drawing, 24 + kTitleLineHeight * static_cast<double>(title.size()));
  const double notes_top = plane.Frame().bottom + 60;  // below the axis' labels and name
  const double height = notes_top + kLineHeight * static_cast<double>(footnotes.size());
  return Opening(chart, drawing, width, height) +
         Paragraph(
             title, kMargin + kTitleSize, kTitleLineHeight,
             fmt::format("font-size=\"{}\" font-weight=\"bold\" fill=\"#222222\"", kTitleSize)) +
         GridElements(plane) + LineElements(plane, drawing) + AxisElements(plane, chart) +
         LineLabelElements(plane, drawing) + MarkerElements(plane, drawing) +
         Paragraph(footnotes, notes_top, kLineHeight,
                   fmt::format("font-size=\"{}\" fill=\"#444444\"", kSmallSize)) +
         "</svg>\n";
}

}  // namespace costcheck
