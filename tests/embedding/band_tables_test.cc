#include "costmodel/embedding/band_tables.h"

#include <random>

#include "costmodel/algebra/parse.h"
#include "costmodel/algebra/print.h"
#include "costmodel/embedding/adaptive.h"
#include "costmodel/embedding/banded.h"
#include "costmodel/embedding/bands.h"
#include "costmodel/embedding/factorized.h"
#include "costmodel/embedding/full_table.h"
#include "costmodel/operators/convention.h"
#include "costmodel/operators/memory.h"
#include "tests/catch.h"
#include "tests/embedding/helpers.h"

namespace costcheck {
namespace {

Expr Parameters(const Component& component, const Settings& settings) {
  return CountParameters(BuildGraph(component, settings)).value();
}

Expr MultiplyAddsOf(const Component& component, const Settings& settings, PairRule rule,
                    Part part) {
  const Graph graph = BuildGraph(component, settings);
  MultiplyAdds sum;
  for (const Operator& op : graph.operators) {
    if (op.part == part) sum += ForwardCost(op, graph, rule).multiply_adds;
  }
  return sum.value();
}

Expr Useful(const Component& component, const Settings& settings) {
  return MultiplyAddsOf(component, settings, PairRule::kUseful, Part::kEmbedding);
}

Expr Logits(const Component& component, const Settings& settings) {
  return MultiplyAddsOf(component, settings, PairRule::kUseful, Part::kLogits);
}

/// Parameters of one post-norm encoder layer, matrix by matrix.
int EncoderLayer(int d, int f) {
  const int attention = 4 * (d * d + d), feed_forward = d * f + f + f * d + d;
  return attention + feed_forward + 2 * (2 * d);
}

}  // namespace

TEST_CASE("a full table has a row for each type and copies it", "[full_table]") {
  const Settings settings = With({{"V", 101}, {"d", 7}, {"T", 5}, {"B", 3}});
  CHECK(Parameters(kFullTable, settings) == Expr(707));
  CHECK(Useful(kFullTable, settings).IsZero());
  CHECK(Logits(kFullTable, settings).IsZero());
  CHECK(Parameters(kFullTable, With({})) == ParseExpr("V*d"));
}

TEST_CASE("a factorized table pays E*d a token", "[factorized]") {
  const Settings settings = With({{"V", 101}, {"d", 7}, {"E", 3}, {"T", 5}, {"B", 2}});
  CHECK(Parameters(kFactorized, settings) == Expr(101 * 3 + 3 * 7));
  CHECK(Useful(kFactorized, settings) == Expr(10 * 3 * 7));
  CHECK(Parameters(kFactorized, With({})) == ParseExpr("V*E + E*d"));
}

TEST_CASE("decode looks up one token a sequence", "[factorized]") {
  Settings settings = With({{"V", 101}, {"d", 7}, {"E", 3}, {"T", 5}, {"B", 2}});
  settings.phase = Phase::kDecode;
  CHECK(Useful(kFactorized, settings) == Expr(2 * 3 * 7));
}

TEST_CASE("one-hot look-ups are on the ledger by rows and width", "[full_table]") {
  const Graph graph = BuildGraph(kFullTable, With({{"V", 101}, {"d", 7}, {"T", 5}, {"B", 1}}));
  CHECK(ForwardCost(graph.operators[0], graph, PairRule::kUseful).lookups.value() ==
        Expr(5 * 101 * 7));
}

TEST_CASE("the six published experiments have their printed parameters", "[banded]") {
  SECTION("Initial: a biased full table for each category") {
    const Settings f9 =
        With({{"V", 100}, {"d", 64}, {"bias", 1}, {"full_tables", 1}}, "20:96,0:64,80:32");
    CHECK(Parameters(kBanded, f9) == Expr(27520));
    const int rest = EncoderLayer(64, 128) + (64 * 100 + 100);
    CHECK(rest == 39972);
    CHECK(Parameters(kBanded, f9) + Expr(rest) == Expr(67492));
    CHECK(Parameters(kFullTable, f9) + Expr(rest) == Expr(46372));
  }
  SECTION("Optimized: projections without bias") {
    const Settings f10 = With({{"V", 200}, {"d", 128}}, "45:160,87:128,68:51");
    CHECK(Parameters(kBanded, f10) == Expr(48812));
    CHECK(Parameters(kFullTable, f10) == Expr(25600));
  }
  SECTION("Ultra: one padded projection and a hashed tail") {
    const Settings f11 =
        With({{"V", 200}, {"d", 128}, {"shared_projection", 1}}, "20:192,20:96,160:16@8");
    CHECK(Parameters(kBanded, f11) == Expr(30464));
  }
  SECTION("Scaling: full tables, one of them never read") {
    const Settings f12 = With({{"V", 200}, {"d", 128}, {"full_tables", 1}}, "30:224,0:128,170:32");
    CHECK(Parameters(kBanded, f12) == Expr(109568));
    const int rest = 256 + (128 * 200 + 200);
    CHECK(Parameters(kBanded, f12) + Expr(rest) == Expr(135624));
    CHECK(Parameters(kFullTable, f12) + Expr(rest) == Expr(51656));
  }
  SECTION("Focused: biased full tables at half the width") {
    const Settings f13 =
        With({{"V", 200}, {"d", 64}, {"bias", 1}, {"full_tables", 1}}, "types=20/60/20:2*d,d,d/4");
    const int head = 64 * 200 + 200;
    CHECK(Parameters(kBanded, f13) + Expr(head) == Expr(63944));
    CHECK(Parameters(kFullTable, f13) + Expr(head) == Expr(25800));
    const Settings twice =
        With({{"V", 200}, {"d", 128}, {"bias", 1}, {"full_tables", 1}}, "types=20/60/20:2*d,d,d/4");
    CHECK(Parameters(kBanded, twice) + Expr(128 * 200 + 200) == Expr(146120));
  }
  SECTION("700 epochs: 10/70/20 percent of a thousand types") {
    const Settings f14 = With({{"V", 1000}, {"d", 128}}, "types=10/70/20:179,128,76");
    CHECK(Parameters(kBanded, f14) == Expr(155340));
    const int rest = 4 * EncoderLayer(128, 512) + 32 * 128 + 256 + (128 * 1000 + 1000);
    CHECK(Parameters(kBanded, f14) + Expr(rest) == Expr(1081780));
    CHECK(Parameters(kFullTable, f14) + Expr(rest) == Expr(1054440));
  }
}

TEST_CASE("the default split is the published 20/60/20", "[banded]") {
  CHECK(Parameters(kBanded, With({{"V", 200}, {"d", 128}})) == Expr(58200));
  CHECK(Parameters(kBanded, With({{"V", 1000}, {"d", 128}})) == Expr(160440));
}

TEST_CASE("symbolic bands give the published formula", "[banded]") {
  Settings settings = With({{"d", 128}});
  for (const auto& [types, width] : {std::pair("K", 160), {"W", 128}, {"G", 51}}) {
    settings.bands.push_back({.types = Symbol(types), .width = width, .hash_rows = 0});
  }
  CHECK(Parameters(kBanded, settings) == ParseExpr("160*K + 128*W + 51*G + 160*128 + 51*128"));
}

TEST_CASE("a random banding counts what its matrices hold and its tokens pay", "[banded]") {
  const unsigned seed = 71993;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto draw = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (int trial = 0; trial < 60; ++trial) {
    const int d = draw(1, 23), mode = draw(0, 2), bias = draw(0, 1), tables = draw(0, 1);
    Settings settings = With({{"d", d},
                              {"bias", bias},
                              {"full_tables", tables},
                              {"projection", mode > 0},
                              {"shared_projection", mode == 2}});
    std::vector<int> types, widths, shared_rows, tokens;
    int all_types = 0, all_tokens = 0, widest = 0;
    const int count = draw(2, 5);
    for (int i = 0; i < count; ++i) {
      types.push_back(draw(i == 0, 31));
      widths.push_back(mode == 0 ? draw(1, d) : draw(1, 37));
      shared_rows.push_back(draw(0, 2) == 0 ? draw(1, 7) : 0);
      tokens.push_back(draw(0, 13));
      all_types += types.back();
      all_tokens += tokens.back();
      widest = std::max(widest, widths.back());
      settings.bands.push_back(
          {.types = types.back(), .width = widths.back(), .hash_rows = shared_rows.back()});
      settings.band_tokens.push_back(tokens.back());
    }
    settings.Set("T", all_tokens);
    // Matrices as shapes, products token by token.
    std::vector<std::pair<int, int>> shapes;
    long useful = 0, executed = 0;
    for (std::size_t i = 0; i < types.size(); ++i) {
      const int rows = shared_rows[i] > 0 ? shared_rows[i] : tables ? all_types : types[i];
      shapes.emplace_back(rows, widths[i]);
      const bool own = mode == 1 && widths[i] != d;
      if (own) shapes.emplace_back(widths[i], d);
      if (own && bias) shapes.emplace_back(1, d);
      for (int token = 0; token < tokens[i]; ++token) {
        if (own || mode == 2) useful += widths[i] * d;
        if (own || mode == 2) executed += (mode == 2 ? widest : widths[i]) * d;
      }
    }
    if (mode == 2) shapes.emplace_back(widest, d);
    if (mode == 2 && bias) shapes.emplace_back(1, d);
    long parameters = 0;
    for (const auto& [rows, columns] : shapes) parameters += rows * columns;
    CHECK(Parameters(kBanded, settings) == Expr(std::int64_t{parameters}));
    CHECK(Useful(kBanded, settings) == Expr(std::int64_t{useful}));
    CHECK(MultiplyAddsOf(kBanded, settings, PairRule::kExecuted, Part::kEmbedding) ==
          Expr(std::int64_t{executed}));
  }
}

TEST_CASE("no pair rule halves a look-up's projection", "[banded]") {
  const Settings settings = With({{"d", 5}, {"T", 14}, {"shared_projection", 1}}, "3:11,4:7");
  const auto count = [&](PairRule rule) {
    return MultiplyAddsOf(kBanded, settings, rule, Part::kEmbedding);
  };
  CHECK(count(PairRule::kUseful) == Expr(6 * 11 * 5 + 8 * 7 * 5));
  CHECK(count(PairRule::kHalf) == count(PairRule::kUseful));
  CHECK(count(PairRule::kUnmasked) == count(PairRule::kUseful));
  CHECK(count(PairRule::kExecuted) == Expr(14 * 11 * 5));
}

TEST_CASE("bands as wide as the model are a full table in pieces", "[banded]") {
  for (const char* text : {"101:7", "1:7,100:7", "types=20/60/20:d,d,d", "0:7,50:7,51:7"}) {
    const Settings settings = With({{"V", 101}, {"d", 7}, {"T", 5}, {"logits", 1}}, text);
    INFO(text);
    CHECK(Parameters(kBanded, settings) == Parameters(kFullTable, settings));
    CHECK(Useful(kBanded, settings).IsZero());
    CHECK(Logits(kBanded, settings) == Logits(kFullTable, settings));
  }
}

TEST_CASE("adaptive input projects every band, also one of width d", "[adaptive]") {
  const Settings settings = With({{"V", 101}, {"d", 8}, {"T", 101}}, "20:8,30:4,51:2");
  const int tables = 20 * 8 + 30 * 4 + 51 * 2, projections = (8 + 4 + 2) * 8;
  CHECK(Parameters(kAdaptive, settings) == Expr(tables + projections));
  CHECK(Parameters(kBanded, settings) == Expr(tables + (4 + 2) * 8));
  CHECK(Useful(kAdaptive, settings) == Expr((20 * 8 + 30 * 4 + 51 * 2) * 8));
}

TEST_CASE("adaptive bands default to the paper's for WikiText-103", "[adaptive]") {
  const Expr first = 20000 * 1024 + 1024 * 1024, second = 40000 * 256 + 256 * 1024;
  CHECK(Parameters(kAdaptive, With({{"V", 267735}, {"d", 1024}})) ==
        first + second + Expr((267735 - 60000) * 64 + 64 * 1024));
  // A vocabulary within the first band leaves the others empty.
  CHECK(Parameters(kAdaptive, With({{"V", 19}, {"d", 32}})) == Expr(19 * 32 + (32 + 8 + 2) * 32));
  const Settings own =
      With({{"V", 100}, {"d", 20}, {"first_cutoff", 10}, {"second_cutoff", 30}, {"factor", 2}});
  CHECK(Parameters(kAdaptive, own) == Expr(10 * 20 + 20 * 10 + 70 * 5 + 35 * 20));
  // Cutoffs in the wrong order leave the second band empty.
  const Settings crossed =
      With({{"V", 100}, {"d", 20}, {"first_cutoff", 30}, {"second_cutoff", 10}, {"factor", 2}});
  CHECK(Parameters(kAdaptive, crossed) == Expr(10 * 20 + 90 * 5 + 35 * 20));
}

TEST_CASE("adaptive input halves the parameters of a fixed table", "[adaptive]") {
  const Settings settings = With({{"V", 267735}, {"d", 1024}});
  const Rational ratio = *Parameters(kAdaptive, settings).AsRational() /
                         *Parameters(kFullTable, settings).AsRational();
  CHECK(ratio < Rational(1, 4));
}

TEST_CASE("tied logits pay every table and every projection", "[logits]") {
  const std::vector<std::pair<std::string, Expr>> values = {
      {"V", 101}, {"d", 8}, {"E", 3}, {"T", 5}, {"logits", 1}};
  const int tokens = 5;
  CHECK(Logits(kFullTable, With(values)) == Expr(tokens * 8 * 101));
  CHECK(Logits(kFactorized, With(values)) == Expr(tokens * (8 * 3 + 3 * 101)));
  const std::string bands = "20:16,30:8,51:2";
  const int tables = 20 * 16 + 30 * 8 + 51 * 2;
  CHECK(Logits(kBanded, With(values, bands)) == Expr(tokens * (tables + (16 + 2) * 8)));
  CHECK(Logits(kAdaptive, With(values, bands)) == Expr(tokens * (tables + (16 + 8 + 2) * 8)));
  Settings shared = With(values, bands);
  shared.Set("shared_projection", 1);
  CHECK(Logits(kBanded, shared) == Expr(tokens * (tables + 16 * 8)));
}

TEST_CASE("tied logits read shared rows once and only the types of a band", "[logits]") {
  const std::vector<std::pair<std::string, Expr>> values = {
      {"V", 101}, {"d", 8}, {"T", 5}, {"logits", 1}, {"full_tables", 1}};
  CHECK(Logits(kBanded, With(values, "50:8,51:2@7")) == Expr(5 * (50 * 8 + 7 * 2 + 2 * 8)));
}

TEST_CASE("tied logits add no parameters, an own output adds d*V", "[logits]") {
  for (const Component* component : {&kFullTable, &kFactorized, &kBanded, &kAdaptive}) {
    INFO(component->name);
    Settings settings = With({{"V", 101}, {"d", 8}, {"E", 3}, {"T", 5}}, "20:16,30:8,51:2");
    const Expr input = Parameters(*component, settings);
    settings.Set("logits", 1);
    CHECK(Parameters(*component, settings) == input);
    settings.Set("tied", 0);
    CHECK(Parameters(*component, settings) == input + Expr(8 * 101));
    CHECK(Logits(*component, settings) == Expr(5 * 8 * 101));
    settings.Set("logits", 0);
    CHECK(Parameters(*component, settings) == input);
  }
}

TEST_CASE("untied counts the output without asking for logits", "[logits]") {
  const Settings settings = With({{"V", 101}, {"d", 8}, {"T", 5}, {"tied", 0}});
  CHECK(Parameters(kFullTable, settings) == Expr(2 * 101 * 8));
  CHECK(Logits(kFullTable, settings) == Expr(5 * 101 * 8));
}

TEST_CASE("training pays two more products for each projection", "[band_tables]") {
  const Settings settings = With({{"V", 101}, {"d", 8}, {"E", 3}, {"T", 5}, {"logits", 1}});
  Convention convention = FindConvention("first-principles");
  convention.scope = Scope::kModel;
  const auto flops = [&](const Component& component, Phase phase) {
    return CountFlops(BuildGraph(component, settings), convention, phase, true).value();
  };
  for (const Component* component : {&kFullTable, &kFactorized}) {
    CHECK(flops(*component, Phase::kTraining) == 3 * flops(*component, Phase::kForward));
  }
}

TEST_CASE("folding multiplies out what is at least as wide as the model", "[fold]") {
  Settings settings =
      With({{"V", 101}, {"d", 8}, {"T", 101}, {"bias", 1}, {"folded", 1}}, "20:16,30:8,51:2");
  const int folded = 20 * 8 + 30 * 8 + 51 * 2 + 2 * 8 + 8;
  CHECK(Parameters(kBanded, settings) == Expr(folded));
  CHECK(Parameters(kAdaptive, settings) == Expr(folded));
  CHECK(Useful(kAdaptive, settings) == Expr(51 * 2 * 8));
}

TEST_CASE("folding shrinks a shared projection to the bands that need it", "[fold]") {
  const Settings settings = With({{"V", 200}, {"d", 128}, {"shared_projection", 1}, {"folded", 1}},
                                 "20:192,20:96,160:16@8");
  CHECK(Parameters(kBanded, settings) == Expr(20 * 128 + 20 * 96 + 8 * 16 + 96 * 128));
}

TEST_CASE("folding drops rows that no type reads", "[fold]") {
  const Settings settings =
      With({{"V", 200}, {"d", 128}, {"full_tables", 1}, {"folded", 1}}, "30:224,0:128,170:32");
  CHECK(Parameters(kBanded, settings) == Expr(30 * 128 + 170 * 32 + 32 * 128));
}

TEST_CASE("folding a wide factorized table leaves a full one", "[fold]") {
  const Settings wide = With({{"V", 101}, {"d", 8}, {"E", 11}, {"folded", 1}});
  CHECK(Parameters(kFactorized, wide) == Expr(101 * 8));
  const Settings narrow = With({{"V", 101}, {"d", 8}, {"E", 7}, {"folded", 1}});
  CHECK(Parameters(kFactorized, narrow) == Expr(101 * 7 + 7 * 8));
}

TEST_CASE("folding asks for numbers where widths are open", "[fold]") {
  const Settings open = With({{"V", 101}, {"folded", 1}});
  CHECK(Contains(ErrorTextOf([&] { BuildGraph(kFactorized, open); }), "width E"));
}

TEST_CASE("bands that fit neither vocabulary nor tokens are refused", "[band_tables]") {
  const auto message = [](const Settings& settings) {
    return ErrorTextOf([&] { BuildGraph(kBanded, settings); });
  };
  CHECK(Contains(message(With({{"V", 100}, {"d", 8}}, "20:4,60:8")), "80 token types"));
  CHECK(Contains(message(With({{"d", 8}}, "0:4,0:8")), "no token types"));
  CHECK(Contains(message(With({{"d", 8}, {"projection", 0}}, "3:4,3:9")), "'band2' is 9 wide"));
  CHECK(Contains(message(With({{"d", 8}, {"projection", 2}}, "3:4,3:9")), "'projection'"));
  Settings tokens = With({{"d", 8}, {"T", 10}}, "3:4,3:8");
  tokens.band_tokens = {3};
  CHECK(Contains(message(tokens), "1 bands, but there are 2"));
  tokens.band_tokens = {3, 5};
  CHECK(Contains(message(tokens), "8 in all, but B*T is 10"));
}

TEST_CASE("tokens by share of types are an assumption that is said", "[band_tables]") {
  Settings settings = With({{"d", 8}, {"T", 12}}, "1:4,3:16");
  CHECK(BuildGraph(kBanded, settings).assumptions.size() == 1);
  CHECK(Useful(kBanded, settings) == Expr(3 * 4 * 8 + 9 * 16 * 8));
  settings.band_tokens = {12, 0};
  CHECK(BuildGraph(kBanded, settings).assumptions.empty());
  CHECK(Useful(kBanded, settings) == Expr(12 * 4 * 8));
}

}  // namespace costcheck
