#include "cli/whole_number.h"

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/number.h"

namespace costcheck {

std::optional<std::int64_t> WholeNumber(const Options& options, const std::string& name,
                                        std::int64_t most) {
  const std::optional<std::string> text = options.Find(name);
  if (!text) return std::nullopt;
  const std::optional<Rational> number = ParseNumber(*text);
  if (number && IsInteger(*number) && *number >= 1 && *number <= most) {
    return ToInt64(Numerator(*number));
  }
  throw CostError("--" + name + ": '" + *text + "' is not a whole number from 1 to " +
                  std::to_string(most));
}

}  // namespace costcheck
