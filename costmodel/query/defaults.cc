#include "costmodel/query/defaults.h"

#include <algorithm>
#include <set>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/query/names.h"

namespace costcheck {
namespace {

struct Default {
  std::string_view component;  ///< "": every one that has no line of its own
  std::string_view name;
  int value;
};

/// The shape of the default table: a layer of a 7B model (LLaMA 1, Table 2: d =
/// 4096, 32 heads, 32 layers, V = 32000), Mistral 7B's window, DeepSeek-V3.2's
/// 2048 kept keys and indexer width 128, the seeds' selector (h = 128, K = 8),
/// ALBERT's E = 128, Linformer's 256 rows; the rest are round powers of two.
constexpr Default kDefaults[] = {
    {"topk_mlp", "K", 8}, {"linformer", "K", 256}, {"", "d", 4096}, {"", "H", 32},
    {"", "w", 128},       {"", "V", 32000},        {"", "K", 2048}, {"", "W", 4096},
    {"", "G", 64},        {"", "b", 64},           {"", "s", 128},  {"", "C", 128},
    {"", "R", 4},         {"", "h", 128},          {"", "m", 128},  {"", "E", 128},
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

/// The symbols that the formulas leave open, besides those that shall stay free.
std::set<std::string> OpenSymbols(const Subject& subject, const Counting& counting,
                                  const std::vector<Metric>& metrics,
                                  const std::vector<std::string>& free) {
  std::set<std::string> open;
  for (const Metric metric : metrics) {
    for (const Symbol& symbol : SymbolsOf(CostOf(subject, counting, metric))) {
      if (std::find(free.begin(), free.end(), symbol.name()) == free.end()) {
        open.insert(symbol.name());
      }
    }
  }
  return open;
}

/// Gives a subject values, and remembers which.
class Filler {
 public:
  Filler(Subject& subject, std::vector<Taken>& taken) : subject_(subject), taken_(taken) {}

  /// Of d, H and w two give the third; the head width stays where it can. False
  /// where there is nothing to fill.
  bool FillWidths() {
    const Settings& settings = subject_.settings;
    const bool head_width = !settings.Has("w") && !(settings.Has("d") && settings.Has("H"));
    if (head_width) Take("w");
    const bool model_width = settings.Has("w") && !settings.Has("d") && !settings.Has("H");
    if (model_width) Take("d");
    return head_width || model_width;
  }

  void Take(const std::string& name) {
    const std::string_view component = subject_.component ? subject_.component->name : "";
    const Default* entry = FindDefault(component, name);
    if (entry == nullptr) {
      throw CostError(subject_.label + ": " + name + " is not set; give it with --set " + name +
                      "=VALUE");
    }
    subject_.settings.Set(name, Expr(entry->value));
    Remember({name, Expr(entry->value), std::string(entry->component)});
  }

 private:
  void Remember(Taken taken) {
    const bool known = std::any_of(taken_.begin(), taken_.end(), [&taken](const Taken& other) {
      return other.name == taken.name && other.component == taken.component;
    });
    if (!known) taken_.push_back(std::move(taken));
  }

  Subject& subject_;
  std::vector<Taken>& taken_;
};

std::string Equation(std::string_view name, const Expr& value) {
  return std::string(name) + " = " + Print(value);
}

std::string Joined(const std::vector<std::string>& items, const char* separator) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : separator) + item;
  return text;
}

/// Whether the parameter stands for itself.
bool IsOpen(const Settings& settings, const Parameter& parameter) {
  return settings.Get(parameter.name) ==
         Expr(Symbol(std::string(parameter.name), parameter.domain));
}

/// "K = 8" for every parameter with a value; those that stay free are left out.
std::vector<std::string> Equations(const Settings& settings,
                                   std::span<const Parameter> parameters) {
  std::vector<std::string> equations;
  for (const Parameter& parameter : parameters) {
    if (IsOpen(settings, parameter)) continue;
    equations.push_back(Equation(parameter.name, settings.Get(parameter.name)));
  }
  return equations;
}

/// The symbols of an expression get values as a component's do: B = 1, H = d/w.
void Derive(Subject& expression, const std::vector<std::string>& free) {
  Bindings values;
  for (const Symbol& symbol : SymbolsOf(expression.flops)) {
    if (std::find(free.begin(), free.end(), symbol.name()) != free.end()) continue;
    values[symbol.name()] = expression.settings.Get(symbol.name());
  }
  expression.flops = Substitute(expression.flops, values);
}

/// The common parameters that a component's cost depends on; an embedding has no heads.
std::vector<Parameter> CommonOf(const Component& component) {
  std::vector<Parameter> common;
  for (const Parameter& parameter : CommonParameters()) {
    const bool of_embeddings =
        parameter.name == "d" || parameter.name == "V" || parameter.name == "p";
    if (component.family == Family::kAttention || of_embeddings) common.push_back(parameter);
  }
  return common;
}

bool IsWidth(const std::string& name) { return name == "d" || name == "H" || name == "w"; }

}  // namespace

Subject WithDefaults(const Subject& subject, const Counting& counting,
                     const std::vector<Metric>& metrics, const std::vector<std::string>& free,
                     std::vector<Taken>& taken) {
  Subject filled = subject;
  Filler filler(filled, taken);
  const bool has_heads =
      subject.component == nullptr || subject.component->family == Family::kAttention;
  while (true) {
    if (filled.component == nullptr) Derive(filled, free);
    const std::set<std::string> open = OpenSymbols(filled, counting, metrics, free);
    if (open.empty()) return filled;
    const bool width = has_heads && std::any_of(open.begin(), open.end(), IsWidth);
    if (width && filler.FillWidths()) continue;
    for (const std::string& name : open) filler.Take(name);
  }
}

std::vector<std::string> OpenParameters(const Subject& subject) {
  const Settings settings = subject.settings.For(subject.component->parameters);
  std::vector<std::string> open;
  for (const Parameter& parameter : subject.component->parameters) {
    if (IsOpen(settings, parameter)) open.emplace_back(parameter.name);
  }
  return open;
}

Subject WithOwnDefaults(const Subject& subject, std::vector<Taken>& taken) {
  Subject filled = subject;
  Filler filler(filled, taken);
  for (const std::string& name : OpenParameters(subject)) filler.Take(name);
  return filled;
}

std::string NoteOnTaken(const std::vector<Taken>& taken) {
  std::vector<std::string> equations;
  for (const Taken& entry : taken) {
    const std::string of = entry.component.empty() ? "" : " (" + entry.component + ")";
    equations.push_back(Equation(entry.name, entry.value) + of);
  }
  if (equations.empty()) return "";
  return "Not set, taken from the default table: " + Joined(equations, ", ") + ".";
}

std::string NoteOnValues(const std::vector<Subject>& subjects) {
  std::vector<std::string> clauses;
  for (const Subject& subject : subjects) {
    if (subject.component == nullptr) continue;
    const Settings settings = subject.settings.For(subject.component->parameters);
    const std::string common = Joined(Equations(settings, CommonOf(*subject.component)), ", ");
    const std::string own = Joined(Equations(settings, subject.component->parameters), ", ");
    if (std::find(clauses.begin(), clauses.end(), common) == clauses.end()) {
      clauses.push_back(common);
    }
    if (!own.empty()) clauses.push_back(subject.label + ": " + own);
  }
  return clauses.empty() ? "" : "Values: " + Joined(clauses, "; ") + ".";
}

}  // namespace costcheck
