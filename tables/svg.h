#pragma once

#include <string>

#include "tables/chart.h"

namespace costcheck {

/// The chart as one SVG document: both axes logarithmic, x in powers of two
/// (64, 1K, 128K), y in powers of ten (1M, 1G). Each line is labelled at its
/// right end. Colours are Okabe and Ito's, told apart in grey print by dashes.
/// The same chart gives the same bytes; no script, no font from outside.
std::string RenderSvg(const Chart& chart);

}  // namespace costcheck
