#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "verify/configurations.h"

namespace costcheck {

/// A component at sizes drawn by the seed.
inline std::vector<Configuration> RandomShapes(std::string_view name, int count,
                                               std::uint64_t seed) {
  VerifyRequest request;
  request.subjects = {{std::string(name), std::string(name), {}}};
  request.random = count;
  request.run.seed = seed;
  return ConfigurationsOf(request);
}

/// A component at these sizes and heads of a width of their own.
inline Configuration ShapeOf(const std::string& name, const std::map<std::string, int>& values,
                             std::int64_t length) {
  VerifySubject subject{name, name, {}};
  for (const auto& [symbol, value] : values) subject.settings.Set(symbol, value);
  subject.settings.own_head_width = true;
  return Configure(subject, length);
}

}  // namespace costcheck
