#include "verify/corpora/source.h"

#include "costmodel/algebra/compensated_sum.h"
#include "costmodel/algebra/error.h"

namespace costcheck {

double ExpectedLoss(const Source& source, std::int32_t previous,
                    std::span<const float> log_probabilities) {
  const auto types = static_cast<std::size_t>(source.Types());
  COSTCHECK_CHECK(log_probabilities.size() == types);
  std::vector<double> next(types);
  source.Conditional(previous, next);
  CompensatedSum loss;
  for (std::size_t i = 0; i < types; ++i) {
    // A predictor may be certain of what never happens: 0 * -infinity is 0 here.
    if (next[i] > 0) loss.Add(-next[i] * static_cast<double>(log_probabilities[i]));
  }
  return loss.Value();
}

}  // namespace costcheck
