#pragma once

#include <string>
#include <vector>

#include "tables/label_placement.h"

namespace costcheck {

// The pieces of an SVG document that a chart is drawn with.

/// A coordinate to a hundredth of a pixel: "12.50", never "-0.00".
std::string PixelText(double value);

/// <line>, with attributes as in "stroke=\"#444444\"".
std::string LineElement(const LineSegment& line, const std::string& attributes);

/// <text> with the baseline at `y`; the text is escaped here.
std::string TextElement(double x, double y, const std::string& text, const std::string& attributes);

/// About the width of the text in pixels, for a font of that size, rather too
/// much than too little. An accented letter counts each of its bytes.
double TextWidth(const std::string& text, double size);

/// Lines of about that width at most.
std::vector<std::string> WrapToPixels(const std::string& text, double size, double width);

}  // namespace costcheck
