#pragma once

#include <string_view>
#include <vector>

#include "costmodel/algebra/number.h"

namespace costcheck {

/// Lengths as people write them, in that order, each once: "1K,8K,128K";
/// "64..128K" doubles from 64 and ends with 128K. K = 1024; 128000 is taken
/// literally. CostError unless all are integers from 1 to kLargestValue.
std::vector<Integer> ParseLengths(std::string_view text);

/// One such length; `place` ("--from") opens the sentence of the error.
Integer ParseLength(std::string_view text, std::string_view place);

}  // namespace costcheck
