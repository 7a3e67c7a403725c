#include "costmodel/embedding/components.h"

#include "costmodel/algebra/parse.h"
#include "costmodel/embedding/bands.h"
#include "costmodel/embedding/hash.h"
#include "costmodel/embedding/qr.h"
#include "costmodel/operators/convention.h"
#include "costmodel/operators/memory.h"
#include "tests/catch.h"
#include "tests/embedding/helpers.h"

namespace costcheck {
namespace {

Settings Small() {
  Settings settings;
  for (const auto& [name, value] : std::vector<std::pair<std::string, int>>{
           {"V", 101}, {"d", 8}, {"T", 5}, {"B", 3}, {"E", 8}, {"buckets", 11}, {"divisor", 13}}) {
    settings.Set(name, value);
  }
  return settings;
}

Expr Parameters(const Component& component, const Settings& settings) {
  return CountParameters(BuildGraph(component, settings)).value();
}

Cost CostIn(const Component& component, const Settings& settings, Part part) {
  const Graph graph = BuildGraph(component, settings);
  Cost cost;
  for (const Operator& op : graph.operators) {
    if (op.part == part) cost += ForwardCost(op, graph, PairRule::kUseful);
  }
  return cost;
}

}  // namespace

TEST_CASE("embeddings stand in table order", "[embedding]") {
  std::vector<std::string> names;
  for (const Component* component : EmbeddingComponents()) names.emplace_back(component->name);
  CHECK(names ==
        std::vector<std::string>{"full_table", "factorized", "banded", "adaptive", "hash", "qr"});
}

TEST_CASE("every embedding names its source and belongs to its parts", "[embedding]") {
  for (const Component* component : EmbeddingComponents()) {
    INFO(component->name);
    CHECK(component->family == Family::kEmbedding);
    CHECK_FALSE(component->source.empty());
    Settings settings = Small();
    settings.Set("logits", 1);
    const Graph graph = BuildGraph(*component, settings);
    for (const Operator& op : graph.operators) {
      CHECK((op.part == Part::kEmbedding || op.part == Part::kLogits));
    }
    CHECK(graph.heads.empty());
  }
}

TEST_CASE("every embedding has a formula in free symbols", "[embedding]") {
  for (const Component* component : EmbeddingComponents()) {
    INFO(component->name);
    const Expr formula = Parameters(*component, {});
    CHECK(DependsOn(formula, Symbol("d")));
    const Settings small = Small();
    Values values;
    for (const auto& [name, value] : small.values()) values[name] = *value.AsRational();
    CHECK(Expr(Evaluate(formula, values)) == Parameters(*component, [] {
            Settings settings = Small();
            settings.Set("B", 1);
            return settings;
          }()));
  }
}

TEST_CASE("the bands of an embedding hold its vocabulary", "[embedding]") {
  for (const Component* component : EmbeddingComponents()) {
    INFO(component->name);
    Expr types;
    for (const Band& band : BandsOf(*component, Small())) types += band.types;
    CHECK(types == Expr(101));
  }
}

TEST_CASE("switches are 0 or 1", "[embedding]") {
  for (const Component* component : EmbeddingComponents()) {
    Settings settings = Small();
    settings.Set("logits", 2);
    CHECK(Contains(ErrorTextOf([&] { BuildGraph(*component, settings); }), "'logits' is 0 or 1"));
  }
}

TEST_CASE("an output of its own costs every embedding d*V", "[embedding]") {
  for (const Component* component : EmbeddingComponents()) {
    INFO(component->name);
    Settings settings = Small();
    const Expr input = Parameters(*component, settings);
    settings.Set("tied", 0);
    CHECK(Parameters(*component, settings) == input + Expr(8 * 101));
    CHECK(CostIn(*component, settings, Part::kLogits).multiply_adds.value() == Expr(15 * 8 * 101));
  }
}

TEST_CASE("a hash embedding adds up weighted shared rows", "[hash]") {
  Settings settings = Small();
  CHECK(Parameters(kHashEmbedding, settings) == Expr(11 * 8 + 101 * 2));
  CHECK(CostIn(kHashEmbedding, settings, Part::kEmbedding).multiply_adds.value() ==
        Expr(15 * 2 * 8));
  settings.Set("hash_functions", 3);
  settings.Set("E", 5);
  CHECK(Parameters(kHashEmbedding, settings) == Expr(11 * 5 + 101 * 3 + 5 * 8));
  CHECK(CostIn(kHashEmbedding, settings, Part::kEmbedding).multiply_adds.value() ==
        Expr(15 * (3 * 5 + 5 * 8)));
  CHECK(CostIn(kHashEmbedding, settings, Part::kEmbedding).lookups.value() ==
        Expr(15 * (3 * 11 * 5 + 101 * 3)));
}

TEST_CASE("hash logits go against composed rows, through a narrow width", "[hash]") {
  Settings settings = Small();
  settings.Set("logits", 1);
  const auto logits = [&] {
    return CostIn(kHashEmbedding, settings, Part::kLogits).multiply_adds.value();
  };
  CHECK(logits() == Expr(15 * 8 * 101));
  CHECK(BuildGraph(kHashEmbedding, settings).assumptions.size() == 1);
  settings.Set("E", 5);
  CHECK(logits() == Expr(15 * (8 * 5 + 5 * 101)));
}

TEST_CASE("the width of shared rows defaults to the model's", "[hash]") {
  Settings settings;
  CHECK(Parameters(kHashEmbedding, settings) == ParseExpr("buckets*d + 2*V"));
}

TEST_CASE("quotient and remainder tables cover the vocabulary", "[qr]") {
  for (int types : {1, 12, 13, 14, 101, 169}) {
    for (int divisor : {1, 7, 13, 200}) {
      Settings settings = Small();
      settings.Set("V", types);
      settings.Set("divisor", divisor);
      int quotients = 0;
      for (int token = 0; token < types; ++token) {
        quotients = std::max(quotients, token / divisor + 1);
      }
      INFO("V = " << types << ", m = " << divisor);
      CHECK(Parameters(kQuotientRemainder, settings) == Expr((quotients + divisor) * 8));
    }
  }
}

TEST_CASE("combining two rows is elementwise, by product or sum", "[qr]") {
  Settings settings = Small();
  for (int additive : {0, 1}) {
    settings.Set("additive", additive);
    const Cost cost = CostIn(kQuotientRemainder, settings, Part::kEmbedding);
    CHECK(cost.multiply_adds.value().IsZero());
    CHECK(cost.simple.value() == Expr(15 * 8));
    const Graph graph = BuildGraph(kQuotientRemainder, settings);
    CHECK(graph.operators.back().kind == (additive ? Kind::kAdd : Kind::kMultiply));
  }
  settings.Set("logits", 1);
  CHECK(CostIn(kQuotientRemainder, settings, Part::kLogits).multiply_adds.value() ==
        Expr(15 * 8 * 101));
}

}  // namespace costcheck
