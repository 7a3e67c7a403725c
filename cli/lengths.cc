#include "cli/lengths.h"

#include <algorithm>
#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/query/largest_value.h"

namespace costcheck {
namespace {

constexpr std::string_view kOption = "--lengths";

std::vector<Integer> Doubling(std::string_view range, std::size_t dots) {
  const Integer first = ParseLength(range.substr(0, dots), kOption);
  const Integer last = ParseLength(range.substr(dots + 2), kOption);
  if (first > last) {
    throw CostError("--lengths: '" + std::string(range) + "' ends before it begins");
  }
  std::vector<Integer> lengths;
  for (Integer length = first; length < last; length *= 2) lengths.push_back(length);
  lengths.push_back(last);
  return lengths;
}

std::vector<Integer> Item(std::string_view item) {
  const std::size_t dots = item.find("..");
  if (dots != std::string_view::npos) return Doubling(item, dots);
  return {ParseLength(item, kOption)};
}

}  // namespace

Integer ParseLength(std::string_view text, std::string_view place) {
  const std::string start = std::string(place) + ": '" + std::string(text) + "' ";
  const std::optional<Rational> value = ParseNumber(text);
  if (!value) throw CostError(start + "is not a length; write 8192, 8K or 64..128K");
  if (!IsInteger(*value) || *value < 1) throw CostError(start + "is not a positive integer");
  if (*value > kLargestValue) throw CostError(start + "is above 10^18, the largest length");
  return Numerator(*value);
}

std::vector<Integer> ParseLengths(std::string_view text) {
  std::vector<Integer> lengths;
  while (true) {
    const std::size_t comma = text.find(',');
    for (const Integer& length : Item(text.substr(0, comma))) {
      const bool known = std::find(lengths.begin(), lengths.end(), length) != lengths.end();
      if (!known) lengths.push_back(length);
    }
    if (comma == std::string_view::npos) return lengths;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace costcheck
