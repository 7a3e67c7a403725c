#include "tables/svg_elements.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "tables/escape.h"
#include "tables/wrap.h"

namespace costcheck {
namespace {

/// Mean width of a character, by size.
constexpr double kCharacterWidth = 0.55;

/// By size, in DejaVu Sans, the widest of the usual sans-serif fonts.
double WidthOf(char c) {
  if (std::strchr(" .,:;'|/()[]!ijlftI-", c) != nullptr) return 0.38;
  if (std::strchr("mwMW%@=+<>#_", c) != nullptr) return 0.86;
  return 0.64;
}

}  // namespace

std::string PixelText(double value) {
  return fmt::format("{:.2f}", std::round(value * 100) / 100 + 0.0);  // -0 + 0 is 0
}

std::string LineElement(const LineSegment& line, const std::string& attributes) {
  return fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {}/>\n", PixelText(line.x1),
                     PixelText(line.y1), PixelText(line.x2), PixelText(line.y2), attributes);
}

std::string TextElement(double x, double y, const std::string& text,
                        const std::string& attributes) {
  return fmt::format("<text x=\"{}\" y=\"{}\"{}{}>{}</text>\n", PixelText(x), PixelText(y),
                     attributes.empty() ? "" : " ", attributes, EscapeXml(text));
}

double TextWidth(const std::string& text, double size) {
  double width = 0;
  for (const char c : text) width += WidthOf(c) * size;
  return width;
}

std::vector<std::string> WrapToPixels(const std::string& text, double size, double width) {
  return WrapText(text, static_cast<std::size_t>(width / (size * kCharacterWidth)));
}

}  // namespace costcheck
