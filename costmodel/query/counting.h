#pragma once

#include <span>
#include <string>
#include <string_view>

#include "costmodel/operators/convention.h"

namespace costcheck {

/// How a command counts. The convention's name says what of it was overridden:
/// "first-principles, scope layer".
struct Counting {
  Convention convention;
  bool causal = true;
  Phase phase = Phase::kForward;
};

/// The convention by which everything counts unless another is asked for.
inline constexpr char kDefaultConvention[] = "first-principles";

/// The names of what can be overridden: causal, count, scope, phase.
std::span<const std::string_view> CountingNames();
bool IsCountingName(std::string_view name);

/// `counting` with one thing set, for example "scope" to "layer".
Counting With(Counting counting, std::string_view name, std::string_view value);

}  // namespace costcheck
