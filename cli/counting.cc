#include "cli/counting.h"

#include <algorithm>
#include <array>

#include "cli/place.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr char kDefaultConvention[] = "first-principles";
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

OptionGroup CountingOptions() {
  OptionGroup group("Counting");
  auto add = group.add_options();
  add("convention", TextValue("NAME")->default_value(kDefaultConvention),
      "how FLOPs are counted (costcheck list conventions)");
  add("causal", TextValue("yes|no")->default_value("yes"), "whether a causal mask is on");
  add("count", TextValue("useful|executed"), "pairs that the mask keeps, or that are computed");
  add("scope", TextValue("SCOPE"), "core, module, layer or model");
  add("phase", TextValue("PHASE")->default_value("forward"),
      "forward, training, prefill or decode");
  return group;
}

Counting ParseCounting(const Options& options) {
  Counting counting;
  counting.convention =
      At("--convention", [&] { return FindConvention(options.Text("convention")); });
  for (const std::string_view name : kNames) {
    const std::string key(name);
    const std::optional<std::string> value = options.Find(key);
    if (value) counting = At("--" + key, [&] { return With(counting, name, *value); });
  }
  return counting;
}

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

void Describe(const Counting& counting, Table& table) {
  table.convention = counting.convention.name;
  table.convention_fields = counting.convention.Fields();
  std::erase_if(table.convention_fields, [](const auto& field) { return field.first == "name"; });
  table.convention_fields.emplace_back("causal", counting.causal ? "yes" : "no");
  table.convention_fields.emplace_back("phase", Name(counting.phase));
}

}  // namespace costcheck
