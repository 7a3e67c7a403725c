#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace costcheck {

/// Bad input from a person: thrown while parsing or validating, caught once in
/// main. The text is one whole sentence that names the place.
class CostError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The candidate with the least edit distance to `name`, or "" if none is near
/// (distance at most a third of the longer one's length, and at least 1).
std::string NearestName(std::string_view name, const std::vector<std::string>& candidates);

/// "; did you mean 'X'?" for the nearest candidate, or "".
std::string DidYouMean(std::string_view name, const std::vector<std::string>& candidates);

/// Prints expression and place, then aborts: a caller's mistake.
[[noreturn]] void CheckFailed(const char* expression, const char* file, int line);

}  // namespace costcheck

/// A condition that only a caller's mistake can break; independent of NDEBUG.
#define COSTCHECK_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::costcheck::CheckFailed(#condition, __FILE__, __LINE__))
