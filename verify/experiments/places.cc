#include "verify/experiments/places.h"

#include "costmodel/algebra/error.h"

namespace costcheck {

void Places::Fail(const std::string& path, const std::string& what) const {
  for (std::string around = path; !around.empty();) {
    if (const auto found = lines_.find(around); found != lines_.end()) {
      throw CostError(file_ + ":" + std::to_string(found->second) + ": " + what);
    }
    const std::size_t end = around.find_last_of(".[");
    around.resize(end == std::string::npos ? 0 : end);
  }
  throw CostError(file_ + ": " + what);
}

}  // namespace costcheck
