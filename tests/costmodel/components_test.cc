#include <algorithm>
#include <set>

#include "costmodel/algebra/parse.h"
#include "costmodel/component.h"
#include "costmodel/metric.h"
#include "costmodel/symbols.h"
#include "tests/catch.h"

// Laws that every component keeps, whichever room it stands in.

namespace costcheck {
namespace {

std::vector<std::string> InputsOf(std::string_view definition) {
  std::vector<std::string> names;
  for (const Symbol& symbol : SymbolsOf(ParseExpr(definition))) names.push_back(symbol.name());
  return names;
}

const Parameter* FindParameter(std::span<const Parameter> parameters, std::string_view name) {
  for (const Parameter& parameter : parameters) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

TEST_CASE("every name that scripts may rely on is a component", "[components]") {
  for (const char* name :
       {"full",          "flash",    "topk_mlp", "topk_exact", "topk_indexer", "sliding_window",
        "window_global", "bigbird",  "strided",  "fixed",      "block_topk",   "nsa",
        "lsh",           "routing",  "linear",   "linformer",  "full_table",   "factorized",
        "banded",        "adaptive", "hash",     "qr"}) {
    INFO(name);
    CHECK(FindComponent(name) != nullptr);
  }
}

TEST_CASE("every component has title, source and a builder", "[components]") {
  for (const Component* component : Components()) {
    INFO(component->name);
    CHECK_FALSE(component->title.empty());
    CHECK_FALSE(component->source.empty());
    CHECK(component->build != nullptr);
    CHECK(FindComponent(component->name) == component);
  }
  CHECK(FindComponent("fulll") == nullptr);
}

TEST_CASE("every parameter is a symbol of its domain or says what it means", "[components]") {
  for (const Component* component : Components()) {
    std::set<std::string_view> seen;
    for (const Parameter& parameter : component->parameters) {
      INFO(component->name << " " << parameter.name);
      CHECK(seen.insert(parameter.name).second);
      CHECK_FALSE(parameter.meaning.empty());
      const SymbolInfo* symbol = FindSymbol(parameter.name);
      if (symbol != nullptr) CHECK(symbol->domain == parameter.domain);
    }
  }
}

TEST_CASE("defaults parse, and name parameters or symbols", "[components]") {
  for (const Component* component : Components()) {
    for (const Parameter& parameter : component->parameters) {
      for (std::string_view definition : parameter.defaults) {
        for (const std::string& name : InputsOf(definition)) {
          INFO(component->name << " " << parameter.name << " = " << definition);
          CHECK((FindSymbol(name) || FindParameter(component->parameters, name)));
        }
      }
    }
  }
}

/// Whether defaults lead from `name` back to it, other than among d, H and w.
bool LeadsBack(const Component& component, std::string_view name) {
  std::vector<std::string> pending = {std::string(name)};
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const Parameter* parameter = FindParameter(component.parameters, pending[i]);
    if (!parameter) parameter = FindParameter(CommonParameters(), pending[i]);
    if (!parameter) continue;
    for (std::string_view definition : parameter->defaults) {
      for (const std::string& next : InputsOf(definition)) {
        if (next == name) return true;
        if (std::find(pending.begin(), pending.end(), next) == pending.end()) {
          pending.push_back(next);
        }
      }
    }
  }
  return false;
}

TEST_CASE("no default leads back to itself, but for d, H and w", "[components]") {
  const std::set<std::string_view> by_two_others = {"d", "H", "w"};
  for (const Component* component : Components()) {
    for (const Parameter& parameter : component->parameters) {
      if (by_two_others.count(parameter.name)) continue;
      INFO(component->name << " " << parameter.name);
      CHECK_FALSE(LeadsBack(*component, parameter.name));
    }
  }
}

/// Sizes at which every component can be built.
Settings Sizes(const Component& component) {
  const std::pair<const char*, int> sizes[] = {{"T", 64}, {"B", 3},  {"L", 5}, {"d", 28},
                                               {"H", 2},  {"V", 30}, {"f", 11}};
  Settings settings;
  for (const auto& [name, value] : sizes) settings.Set(name, value);
  for (const Parameter& parameter : component.parameters) {
    if (!settings.For(component.parameters).Get(parameter.name).IsConstant()) {
      settings.Set(std::string(parameter.name), 4);
    }
  }
  return settings;
}

TEST_CASE("every metric of every component is a number, none negative, at bound sizes",
          "[components]") {
  for (const Component* component : Components()) {
    for (Phase phase : {Phase::kForward, Phase::kTraining, Phase::kPrefill, Phase::kDecode}) {
      Settings settings = Sizes(*component);
      settings.phase = phase;
      for (const MetricInfo& info : Metrics()) {
        for (std::string_view convention : {"first-principles", "palm", "pytorch"}) {
          INFO(component->name << " " << info.name << " " << Name(phase) << " " << convention);
          const Expr value =
              Evaluate(*component, settings, FindConvention(convention), info.metric);
          REQUIRE(value.IsConstant());
          CHECK(*value.AsRational() >= 0);
        }
      }
    }
  }
}

TEST_CASE("training costs no less than forward, and executed no less than useful", "[components]") {
  for (const Component* component : Components()) {
    INFO(component->name);
    Settings settings = Sizes(*component);
    Convention convention = FindConvention("first-principles");
    convention.scope = Scope::kModule;
    const auto flops = [&] {
      return *Evaluate(*component, settings, convention, Metric::kFlops).AsRational();
    };
    const Rational forward = flops();
    convention.count = PairCount::kExecuted;
    CHECK(flops() >= forward);
    convention.count = PairCount::kUseful;
    settings.phase = Phase::kTraining;
    CHECK(flops() >= forward);
    CHECK(flops() <= Rational(7, 2) * forward);
  }
}

}  // namespace
}  // namespace costcheck
