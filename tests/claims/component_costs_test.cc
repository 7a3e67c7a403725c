#include "claims/component_costs.h"

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"

// Formulas that are kept against costs that are found afresh for every set of numbers.

namespace costcheck {
namespace {

using Words = std::vector<std::string>;

constexpr unsigned kSeed = 20231;

class Draw {
 public:
  int Below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
  const std::string& Of(const Words& words) {
    return words[static_cast<std::size_t>(Below(static_cast<int>(words.size())))];
  }

 private:
  std::mt19937 random_{kSeed};
};

/// Small numbers, so that many are equal, one, or multiples of each other.
const Words kNumbers = {"1", "2", "3", "4", "5", "7", "8", "12", "13", "16"};
const Words kLengths = {"1", "2", "5", "8", "13", "16", "31", "64", "101"};

std::string BandsFor(int which, int vocabulary) {
  const std::string rest = std::to_string(vocabulary - 3);
  switch (which) {
    case 0:
      return ",bands=[3:8," + rest + ":5]";
    case 1:
      return ",bands=[types=20/60/20:7,4,3]";
    default:
      return "";
  }
}

/// What an attention or an embedding may be asked with; often something that it refuses.
std::string RandomSet(const Component& component, Draw& draw) {
  std::string set = "T=" + draw.Of(kLengths);
  const auto put = [&set](const std::string& name, const std::string& value) {
    set += "," + name + "=" + value;
  };
  const int vocabulary = 11 + draw.Below(4);
  put("V", std::to_string(vocabulary));
  const int heads = 1 + draw.Below(5), width = 1 + draw.Below(9);
  if (draw.Below(4) != 0) put("w", std::to_string(width));
  put("d", std::to_string(heads * width));
  if (draw.Below(3) == 0) put("H", std::to_string(heads));
  if (draw.Below(4) == 0) put("H_kv", draw.Of({"1", "2", "H"}));
  if (draw.Below(3) == 0) put("B", draw.Of(kNumbers));
  if (draw.Below(4) == 0) put("L", draw.Of(kNumbers));
  if (draw.Below(5) == 0) put("S", draw.Of(kLengths));
  if (draw.Below(4) == 0) put("p", draw.Of({"1", "2", "4", "1/2"}));
  if (component.family == Family::kEmbedding) set += BandsFor(draw.Below(3), vocabulary);
  for (const Parameter& parameter : component.parameters) {
    const std::string name(parameter.name);
    if (!parameter.defaults.empty() && draw.Below(3) != 0) continue;
    const bool kept = name == "K" && draw.Below(3) == 0;
    const bool heads_of = name == "sparse_heads" && draw.Below(2) == 0;
    const bool others = name == "exact_heads" && draw.Below(2) == 0;
    const bool zero = parameter.domain == Domain::kNonNegativeInteger && draw.Below(2) == 0;
    put(name, kept ? "min(5,T)" : heads_of ? "H" : others ? "H-1" : zero ? "0" : draw.Of(kNumbers));
  }
  return set;
}

ClaimCounting RandomCounting(Draw& draw) {
  ClaimCounting counting;
  counting.convention = draw.Of({"first-principles", "seeds", "seeds-projections", "kaplan",
                                 "megatron", "pytorch", "flash-attention"});
  if (draw.Below(2) == 0) counting.scope = draw.Of({"core", "module", "layer", "model"});
  if (draw.Below(2) == 0) counting.phase = draw.Of({"training", "prefill", "decode"});
  if (draw.Below(3) == 0) counting.causal = draw.Of({"yes", "no", "half", "full", "exact"});
  if (draw.Below(3) == 0) counting.count = draw.Of({"useful", "executed"});
  return counting;
}

template <class Cost>
std::string Told(Cost cost) {
  try {
    return ToString(cost());
  } catch (const CostError& error) {
    return std::string("error");
  }
}

}  // namespace

TEST_CASE("a cost by a kept formula is the cost found afresh, of every component") {
  INFO("seed " << kSeed);
  Draw draw;
  CountingTable table;
  ComponentCosts costs;
  int priced = 0;
  for (const Component* component : Components()) {
    int of_this = 0;
    for (int i = 0; i < 120; ++i) {
      ClaimCounting counting = RandomCounting(draw);
      counting.set = RandomSet(*component, draw);
      const Metric metric =
          Metrics()[static_cast<std::size_t>(draw.Below(static_cast<int>(Metrics().size())))]
              .metric;
      const ClaimCounting* const layers[] = {&counting};
      const KnownValues& values = table.Set(layers);
      const KnownCounting& counted = table.Counted(layers);
      const std::string direct =
          Told([&] { return DirectCost(*component, values.values, counted.counting, metric); });
      const std::string kept =
          Told([&] { return costs.Cost(*component, values, counted, metric); });
      INFO(component->name << " " << InfoOf(metric).name << " " << counted.counting.convention.name
                           << " " << Name(counted.counting.phase) << " causal "
                           << counted.counting.causal << " " << counting.set);
      CHECK(kept == direct);
      if (direct != "error") ++of_this;
    }
    INFO(component->name << ": " << of_this);
    CHECK(of_this >= 12);
    priced += of_this;
  }
  CHECK(costs.formulas() > 150);
  CHECK(priced > 700);
}

TEST_CASE("numbers that a component tells apart do not share a formula") {
  CountingTable table;
  ComponentCosts costs;
  const auto check = [&](const char* name, Metric metric, const std::string& set) {
    ClaimCounting counting;
    counting.phase = "training";
    counting.scope = "module";
    counting.set = set;
    const ClaimCounting* const layers[] = {&counting};
    const KnownValues& values = table.Set(layers);
    const KnownCounting& counted = table.Counted(layers);
    INFO(name << " " << set);
    CHECK(costs.Cost(*FindComponent(name), values, counted, metric) ==
          DirectCost(*FindComponent(name), values.values, counted.counting, metric));
  };
  // By default H - sparse_heads heads are exact; with none of them no head reads keys.
  for (const int heads : {5, 4, 7}) {
    check("topk_mlp", Metric::kFlops,
          "T=11,w=2,K=3,h=5,sparse_heads=4,d=" + std::to_string(2 * heads));
  }
  // Keys of the same text are no second input.
  for (const int keys : {13, 11, 17}) {
    check("full", Metric::kKeptBytes, "T=11,w=2,d=6,S=" + std::to_string(keys));
  }
}

TEST_CASE("numbers that differ share a formula, and are not found afresh") {
  CountingTable table;
  ComponentCosts costs;
  const Component& full = *FindComponent("full");
  for (const int T : {7, 11, 101, 1009}) {
    for (const int d : {6, 34, 38}) {
      ClaimCounting counting;
      counting.convention = "seeds";
      counting.set = "T=" + std::to_string(T) + ",d=" + std::to_string(d) + ",w=2";
      const ClaimCounting* const layers[] = {&counting};
      CHECK(costs.Cost(full, table.Set(layers), table.Counted(layers), Metric::kFlops) ==
            2 * T * T * d);
    }
  }
  CHECK(costs.formulas() == 1);
  CHECK(costs.direct() == 0);
}

}  // namespace costcheck
