#include <string>

#include "cli/command.h"
#include "cli/document.h"
#include "cli/preset.h"
#include "costmodel/algebra/error.h"
#include "costmodel/component.h"
#include "costmodel/metric.h"
#include "costmodel/model/named_models.h"
#include "costmodel/symbols.h"
#include "verify/experiments/experiment_file.h"
#include "verify/experiments/plan.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "list WHAT [OPTION]...",
    "Lists what there is: components, models, conventions, symbols, presets, experiments, metrics\n"
    "or formats.",
    "  costcheck list components\n"
    "  costcheck list symbols --format markdown\n",
    0, 1};

std::string Join(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

/// "K = 2048" or, without a default, "K".
std::string ParameterText(const Parameter& parameter) {
  std::string text(parameter.name);
  if (!parameter.defaults.empty()) text += " = " + std::string(parameter.defaults.front());
  return text;
}

Table ListComponents() {
  Table table;
  table.columns = {{"component", ""}, {"family", ""}, {"parameters", ""}, {"source", ""}};
  for (const Component* component : Components()) {
    std::vector<std::string> parameters;
    for (const Parameter& parameter : component->parameters) {
      parameters.push_back(ParameterText(parameter));
    }
    const bool attention = component->family == Family::kAttention;
    table.rows.push_back({std::string(component->name),
                          std::string(attention ? "attention" : "embedding"), Join(parameters),
                          std::string(component->source)});
  }
  return table;
}

Table ListConventions() {
  Table table;
  table.columns = {
      {"convention", ""}, {"counts", ""}, {"leaves_out", "", "leaves out"}, {"source", ""}};
  for (const Convention& convention : Conventions()) {
    table.rows.push_back(
        {convention.name, convention.counts, convention.leaves_out, convention.source});
  }
  return table;
}

Table ListSymbols() {
  Table table;
  table.columns = {{"symbol", ""}, {"unit", ""}, {"meaning", ""}};
  for (const SymbolInfo& symbol : Symbols()) {
    table.rows.push_back(
        {std::string(symbol.name), std::string(symbol.unit), std::string(symbol.meaning)});
  }
  return table;
}

Table ListPresets() {
  Table table;
  table.columns = {{"preset", ""}, {"title", ""}, {"source", ""}};
  for (const std::string& name : PresetNames()) {
    const Preset preset = LoadPreset(name);
    table.rows.push_back({name, preset.title, preset.source});
  }
  return table;
}

Table ListExperiments() {
  Table table;
  table.columns = {{"experiment", ""}, {"form", ""}, {"runs", ""}, {"title", ""}};
  for (const std::string& name : ExperimentNames()) {
    const ExperimentSpec spec = LoadExperiment(name);
    const std::size_t runs = PlanOf(spec).size();
    table.rows.push_back({name, spec.form, Integer(runs), spec.title});
  }
  return table;
}

Table ListMetrics() {
  Table table;
  table.columns = {{"metric", ""}, {"unit", ""}, {"meaning", ""}};
  for (const MetricInfo& metric : Metrics()) {
    table.rows.push_back(
        {std::string(metric.name), std::string(metric.unit), std::string(metric.meaning)});
  }
  return table;
}

Table ListModels() {
  Table table;
  table.columns = {{"model", ""}, {"model_type", ""}, {"parameters", ""}, {"source", ""}};
  for (const std::string& name : NamedModelNames()) {
    const NamedModel model = FindNamedModel(name);
    table.rows.push_back(
        {name, NamedArchitecture(name).model_type, model.parameters, model.source});
  }
  return table;
}

Table ListFormats() {
  Table table;
  table.columns = {{"format", ""}};
  for (const std::string& name : FormatNames()) table.rows.push_back({name});
  return table;
}

struct Listing {
  const char* name;
  Table (*make)();
};

constexpr Listing kListings[] = {
    {"components", ListComponents}, {"models", ListModels},   {"conventions", ListConventions},
    {"symbols", ListSymbols},       {"presets", ListPresets}, {"experiments", ListExperiments},
    {"metrics", ListMetrics},       {"formats", ListFormats},
};

Table ListLists() {
  Table table;
  table.columns = {{"what", ""}};
  for (const Listing& listing : kListings) table.rows.push_back({std::string(listing.name)});
  return table;
}

Table MakeListing(const std::string& what) {
  std::vector<std::string> names;
  for (const Listing& listing : kListings) {
    if (what == listing.name) return listing.make();
    names.emplace_back(listing.name);
  }
  throw CostError("there is no list of '" + what + "'" + DidYouMean(what, names) + " (there are " +
                  Join(names) + ")");
}

}  // namespace

int RunList(const std::vector<std::string>& arguments) {
  const auto options = ParseOptions(kUsage, {OutputOptions()}, arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  const std::vector<std::string>& what = options->positionals();
  Document document;
  document.main = what.empty() ? ListLists() : MakeListing(what.front());
  document.main.command = "list";
  Print(document, output);
  return kExitHolds;
}

}  // namespace costcheck
