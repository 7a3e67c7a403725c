#pragma once

#include <string>
#include <utility>
#include <vector>

namespace costcheck {

/// Names, each with those that it is made of.
using MadeOf = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// Names of which each is made of the next, and the last of the first; from the earliest in the
/// list that is in such a circle. Empty where there is none. Time grows with the list alone.
std::vector<std::string> FindCircle(const MadeOf& names);

/// "a of b, b of c, c of a".
std::string CircleText(const std::vector<std::string>& circle);

}  // namespace costcheck
