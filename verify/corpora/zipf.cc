#include "verify/corpora/zipf.h"

#include <cmath>
#include <sstream>

#include "costmodel/algebra/error.h"
#include "verify/corpora/portable_math.h"

namespace costcheck {

std::vector<double> ZipfWeights(std::int64_t types, double s) {
  constexpr std::int64_t kMostTypes = std::int64_t{1} << 20;
  constexpr double kGreatestExponent = 20;
  if (!(1 <= types && types <= kMostTypes && 0 <= s && s <= kGreatestExponent)) {
    std::ostringstream message;
    message << "Zipf's law has 1 to " << kMostTypes << " types and an exponent of 0 to "
            << kGreatestExponent << ", but here " << types << " and " << s << ".";
    throw CostError(message.str());
  }
  std::vector<double> weights;
  weights.reserve(static_cast<std::size_t>(types));
  for (std::int64_t rank = 1; rank <= types; ++rank) {
    weights.push_back(PortableExp(-s * PortableLog(static_cast<double>(rank))));
  }
  return weights;
}

UnigramLaw Zipf(std::int64_t types, double s) { return UnigramLaw(ZipfWeights(types, s)); }

}  // namespace costcheck
