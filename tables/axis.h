#pragma once

#include <string>
#include <vector>

namespace costcheck {

/// A mark on a logarithmic axis; without a label it is a fine line only.
struct Tick {
  double value;
  std::string label;
};

/// A logarithmic axis from a power of its base to another.
struct Axis {
  double low;
  double high;  ///< > low
  std::vector<Tick> ticks;
};

/// Powers of two around the values, labelled 64, 1K, 128K; below 1 as 1/2. At most
/// `most_labels` are labelled, evenly. Without values 1 to 2. Requires finite
/// values > 0 and most_labels >= 2.
Axis PowerOfTwoAxis(const std::vector<double>& values, int most_labels);

/// Powers of ten around the values, labelled 1M, 10M; below 1 as 1m, 1u. The same
/// conditions. Where labels are too many, those of 1, 1K, 1M stay; where there is
/// room, 2 and 5 times a power have theirs too. A short axis has room beyond
/// values at its ends.
Axis PowerOfTenAxis(const std::vector<double>& values, int most_labels);

/// Where the value stands between the ends: 0 at `low`, 1 at `high`.
double Position(const Axis& axis, double value);

}  // namespace costcheck
