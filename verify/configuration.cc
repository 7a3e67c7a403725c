#include "verify/configuration.h"

#include <algorithm>
#include <optional>
#include <set>

#include "costmodel/algebra/print.h"
#include "costmodel/embedding/components.h"
#include "costmodel/operators/gradient.h"
#include "verify/model_prediction.h"
#include "verify/models.h"

namespace costcheck {
namespace {

struct Default {
  std::string_view component;  ///< "": every one that has no line of its own
  std::string_view name;
  std::int64_t value;
};

/// A shape that runs in milliseconds at a few hundred tokens and in which no two sizes of one
/// component agree, as far as they may differ: a mix-up would show in the counts.
constexpr Default kDefaults[] = {
    {"nsa", "b", 16},       {"nsa", "s", 8},       {"nsa", "compression_block", 24},
    {"adaptive", "d", 160}, {"lsh", "C", 6},       {"adaptive", "first_cutoff", 100},
    {"bigbird", "b", 8},    {"hash", "E", 48},     {"adaptive", "second_cutoff", 400},
    {"linformer", "K", 56}, {"flash", "tile", 48}, {"", "d", 192},
    {"", "H", 6},           {"", "w", 32},         {"", "V", 1000},
    {"", "K", 40},          {"", "W", 72},         {"", "G", 5},
    {"", "b", 16},          {"", "r", 2},          {"", "s", 12},
    {"", "C", 7},           {"", "R", 2},          {"", "h", 24},
    {"", "m", 20},          {"", "E", 48},         {"", "buckets", 90},
    {"", "divisor", 30},
};

const Default* FindDefault(std::string_view component, std::string_view name) {
  const Default* shared = nullptr;
  for (const Default& entry : kDefaults) {
    if (entry.name != name) continue;
    if (entry.component == component) return &entry;
    if (entry.component.empty()) shared = &entry;
  }
  return shared;
}

/// Fills a configuration's settings until every size that a module reads is a number, and reads
/// those sizes off.
class Filler {
 public:
  Filler(const Component& component, Configuration& configuration)
      : component_(component), configuration_(configuration) {}

  void Fill() {
    if (HasHeads(component_)) FillWidths();
    SetVocabularyOfBands();
    for (const std::string& name : Required()) {
      while (true) {
        const std::set<Symbol> open = SymbolsOf(Get(name));
        if (open.empty()) break;
        for (const Symbol& symbol : open) Take(symbol.name());
      }
    }
  }

  /// The sizes of settings that are filled and checked.
  void Read() {
    for (const std::string& name : Required()) {
      if (Keep(name)) continue;
      throw CostError(configuration_.label + ": " + name + " = " + Print(Get(name)) +
                      " is not a whole number of 64 bits");
    }
    for (const Parameter& parameter : CommonParameters()) Keep(parameter.name);
  }

 private:
  Settings& settings() { return configuration_.settings; }
  Expr Get(std::string_view name) { return settings().For(component_.parameters).Get(name); }

  std::vector<std::string> Required() const {
    std::vector<std::string> names = {"T", "S", "B", "L", "d"};
    if (HasHeads(component_)) names.insert(names.end(), {"H", "H_kv", "w"});
    if (component_.family == Family::kEmbedding) names.emplace_back("V");
    for (const Parameter& parameter : component_.parameters) names.emplace_back(parameter.name);
    return names;
  }

  /// Of d, H and w two give the third; the head width stays where it can.
  void FillWidths() {
    const Expr widths = Get("d") + Get("H") + Get("w");
    if (SymbolsOf(widths).empty()) return;
    const bool head_width = settings().Has("w") || (settings().Has("d") && settings().Has("H"));
    if (!head_width) Take("w");
    if (!settings().Has("d") && !settings().Has("H")) Take("d");
  }

  /// Bands of so many types are a vocabulary of their sum.
  void SetVocabularyOfBands() {
    if (settings().bands.empty() || settings().Has("V")) return;
    Expr types;
    for (const Band& band : settings().bands) types += band.types;
    if (SymbolsOf(types).empty()) settings().Set("V", types);
  }

  void Take(const std::string& name) {
    const Default* entry = FindDefault(component_.name, name);
    if (entry == nullptr) {
      throw CostError(configuration_.label + ": " + name + " is not set; give it with --set " +
                      name + "=VALUE");
    }
    settings().Set(name, Expr(entry->value));
    configuration_.taken.push_back({name, entry->value, !entry->component.empty()});
  }

  bool Keep(std::string_view name) {
    const std::optional<Rational> value = Get(name).AsRational();
    const std::optional<std::int64_t> whole =
        value && IsInteger(*value) ? ToInt64(Numerator(*value)) : std::nullopt;
    if (whole) configuration_.sizes.values.insert_or_assign(std::string(name), *whole);
    return whole.has_value();
  }

  const Component& component_;
  Configuration& configuration_;
};

bool HasLayers(const Component& component) {
  return std::any_of(component.parameters.begin(), component.parameters.end(),
                     [](const Parameter& parameter) { return parameter.name == "L"; });
}

void CheckLayers(const Component& component, const Configuration& configuration) {
  if (HasLayers(component) || !configuration.settings.Has("L") ||
      configuration.settings.Get("L") == Expr(1))
    return;
  throw CostError(configuration.label + ": L = " + Print(configuration.settings.Get("L")) +
                  ", but one layer is run: leave L at 1");
}

void SetLength(Configuration& configuration, std::int64_t length) {
  Settings& settings = configuration.settings;
  if (settings.Has("T") && !(settings.Get("T") == Expr(length))) {
    throw CostError(configuration.label + ": T is set to " + Print(settings.Get("T")) + " and to " +
                    std::to_string(length));
  }
  settings.Set("T", Expr(length));
}

void FillBands(const Component& component, Configuration& configuration) {
  if (component.family != Family::kEmbedding) return;
  const auto whole = [](const Expr& value) {
    const std::optional<std::int64_t> number = ToInt64(WholeNumber(value));
    COSTCHECK_CHECK(number.has_value());
    return *number;
  };
  std::vector<Sizes::Band>& bands = configuration.sizes.bands;
  for (const Band& band : BandsOf(component, configuration.settings)) {
    bands.push_back({whole(band.types), whole(band.width), whole(band.hash_rows)});
    if (bands.back().width > 0) continue;
    throw CostError(configuration.label + ": band " + std::to_string(bands.size()) + " is 0 wide");
  }
}

Configuration ConfigureModel(const VerifySubject& subject, std::int64_t length) {
  for (const auto& [name, value] : subject.settings.values()) {
    if (name == "B" || name == "T") continue;
    throw CostError(subject.label + ": " + name + " is the model's own; B and T can be set");
  }
  Configuration configuration{subject.label, subject.name, subject.settings, {}, {}, subject.model};
  SetLength(configuration, length);
  Settings& settings = configuration.settings;
  settings.Set("p", Expr(4));
  settings.causal = true;
  const std::optional<Rational> batch = settings.Get("B").AsRational();
  if (!batch || !IsInteger(*batch) || *batch < 1 || !ToInt64(Numerator(*batch))) {
    throw CostError(subject.label + ": B = " + Print(settings.Get("B")) + " is no number of texts");
  }
  configuration.sizes.values = {{"T", length}, {"B", *ToInt64(Numerator(*batch))}};
  CheckRunnable(*subject.model, length);
  return configuration;
}

void RemoveInputGradients(Graph& graph) {
  for (Tensor& tensor : graph.tensors) {
    if (tensor.role == Role::kInput) tensor.requires_grad = false;
  }
  SettleGradients(graph);
}

}  // namespace

std::span<const Component* const> Verifiables() {
  static const std::vector<const Component*> all = [] {
    std::vector<const Component*> list(Components().begin(), Components().end());
    list.insert(list.end(), ModelVerifiables().begin(), ModelVerifiables().end());
    return list;
  }();
  return all;
}

const Component& FindVerifiable(std::string_view name) {
  std::vector<std::string> names;
  for (const Component* component : Verifiables()) {
    if (component->name == name) return *component;
    names.emplace_back(component->name);
  }
  throw CostError("'" + std::string(name) + "' cannot be verified" + DidYouMean(name, names));
}

Integer WholeNumber(const Expr& value) {
  const std::optional<Rational> number = Substitute(value, {{"p", Expr(4)}}).AsRational();
  if (!number || !IsInteger(*number)) {
    throw CostError("a count is " + Print(value) + ", which is no whole number");
  }
  return Numerator(*number);
}

Configuration Configure(const VerifySubject& subject, std::int64_t length) {
  if (subject.model) return ConfigureModel(subject, length);
  const Component& component = FindVerifiable(subject.name);
  Configuration configuration{subject.label, subject.name, subject.settings, {}, {}};
  CheckLayers(component, configuration);
  SetLength(configuration, length);
  configuration.settings.Set("p", Expr(4));
  configuration.settings.causal = subject.settings.causal && component.has_causal_form;
  configuration.sizes.causal = configuration.settings.causal;
  Filler filler(component, configuration);
  filler.Fill();
  CheckSettings(component, configuration.settings);
  filler.Read();
  FillBands(component, configuration);
  // What fits no graph fits no module.
  PredictedGraph(configuration, {});
  return configuration;
}

namespace {

Graph GraphOf(const Configuration& configuration, const PredictionOptions& options) {
  if (configuration.model) {
    return PredictedModelGraph(*configuration.model, configuration.length(),
                               configuration.sizes["B"]);
  }
  Settings settings = configuration.settings;
  settings.phase = options.training ? Phase::kTraining : Phase::kForward;
  for (const std::int64_t tokens : options.band_tokens) settings.band_tokens.emplace_back(tokens);
  return BuildGraph(FindVerifiable(configuration.name), settings);
}

}  // namespace

Graph PredictedGraph(const Configuration& configuration, const PredictionOptions& options) {
  Graph graph = GraphOf(configuration, options);
  if (!options.input_gradients) RemoveInputGradients(graph);
  return graph;
}

}  // namespace costcheck
