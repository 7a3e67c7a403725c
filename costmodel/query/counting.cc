#include "costmodel/query/counting.h"

#include <algorithm>
#include <array>

#include "costmodel/algebra/error.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"causal", "count", "scope", "phase"};

bool ParseYesNo(std::string_view text) {
  if (text == "yes") return true;
  if (text == "no") return false;
  throw CostError("'" + std::string(text) + "' is neither yes nor no");
}

/// Sets a field of the convention; where that changes it, its name says so.
template <class Field>
void Override(Convention& convention, Field& field, Field value, std::string_view name) {
  if (field == value) return;
  field = value;
  convention.name += ", " + std::string(name) + " " + std::string(Name(value));
}

}  // namespace

std::span<const std::string_view> CountingNames() { return kNames; }

bool IsCountingName(std::string_view name) {
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

Counting With(Counting counting, std::string_view name, std::string_view value) {
  COSTCHECK_CHECK(IsCountingName(name));
  Convention& convention = counting.convention;
  if (name == "causal") counting.causal = ParseYesNo(value);
  if (name == "count") Override(convention, convention.count, ParsePairCount(value), name);
  if (name == "scope") Override(convention, convention.scope, ParseScope(value), name);
  if (name == "phase") counting.phase = ParsePhase(value);
  return counting;
}

}  // namespace costcheck
