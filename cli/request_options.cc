#include "cli/request_options.h"

#include "costmodel/query/place.h"

namespace costcheck {

OptionGroup SettingOptions() {
  OptionGroup group("Settings");
  group.add_options()("set", RepeatedValue("NAME=VALUE,..."),
                      "symbols and parameters: 4096, 128K, 1/2, d=2*T, K=min(32,T/8)");
  return group;
}

Assignments ParseAssignments(const Options& options) {
  Assignments assignments;
  for (const std::string& text : options.All("set")) assignments.Add(text, "--set");
  return assignments;
}

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
  for (const std::string_view name : CountingNames()) {
    const std::string key(name);
    const std::optional<std::string> value = options.Find(key);
    if (value) counting = At("--" + key, [&] { return With(counting, name, *value); });
  }
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
