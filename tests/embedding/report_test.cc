#include "costmodel/embedding/report.h"

#include <cmath>

#include "costmodel/embedding/adaptive.h"
#include "costmodel/embedding/banded.h"
#include "costmodel/embedding/bands.h"
#include "costmodel/embedding/factorized.h"
#include "costmodel/embedding/full_table.h"
#include "costmodel/embedding/hash.h"
#include "tests/catch.h"
#include "tests/embedding/helpers.h"

namespace costcheck {
namespace {

EmbeddingReport ReportOf(const Component& component, const Settings& settings,
                         const TokenLaw* law = nullptr) {
  return ReportEmbedding(component, settings, law, FindConvention("first-principles"));
}

Rational Exact(const Mass& mass) {
  REQUIRE(mass.exact());
  return std::get<Rational>(mass.value);
}

Settings Ultra() {
  return With({{"V", 200}, {"d", 128}, {"shared_projection", 1}}, "20:192,20:96,160:16@8");
}

}  // namespace

TEST_CASE("a report has the published breakdown", "[report]") {
  const EmbeddingReport report = ReportOf(kBanded, Ultra());
  REQUIRE(report.rows.size() == 4);
  const std::vector<std::string> names = {"band1", "band2", "band3", "shared"};
  const std::vector<int> parameters = {3840, 1920, 128, 24576}, types = {20, 20, 160},
                         widths = {192, 96, 16};
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(report.rows[i].name == names[i]);
    CHECK(report.rows[i].parameters == parameters[i]);
    CHECK(report.rows[i].types.has_value() == (i < 3));
    if (i < 3) CHECK(*report.rows[i].types == types[i]);
    if (i < 3) CHECK(*report.rows[i].width == widths[i]);
  }
  CHECK(report.total.parameters == 30464);
  CHECK(*report.total.types == 200);
  CHECK(report.baseline_parameters == 25600);
  CHECK(report.ratio == Rational(30464, 25600));
  CHECK(report.folded_parameters == 20 * 128 + 20 * 96 + 8 * 16 + 96 * 128);
}

TEST_CASE("expected FLOPs weigh bands by their share of types without a law", "[report]") {
  const EmbeddingReport report = ReportOf(kBanded, Ultra());
  CHECK(report.rows[0].flops == 2 * 192 * 128);
  CHECK(Exact(report.rows[0].expected_flops) == Rational(2 * 192 * 128, 10));
  CHECK(Exact(report.total.expected_flops) ==
        Rational(2 * 128 * (20 * 192 + 20 * 96 + 160 * 16), 200));
  CHECK(Exact(report.folded_flops) == Rational(2 * 128 * (20 * 96 + 160 * 16), 200));
  CHECK(report.assumptions.size() == 1);
}

TEST_CASE("expected FLOPs under counts are the mean over the tokens counted", "[report]") {
  const std::vector<Integer> counts = {50, 30, 10, 5, 3, 2};
  const TokenLaw law = TokenLaw::FromCounts(counts);
  const Settings settings = With({{"d", 4}}, "2:7,1:4,3:2");
  const EmbeddingReport report = ReportOf(kBanded, settings, &law);
  // Token by token: band 2 is as wide as the model and projects nothing.
  const std::vector<int> cost = {2 * 7 * 4, 2 * 7 * 4, 0, 2 * 2 * 4, 2 * 2 * 4, 2 * 2 * 4};
  Integer sum = 0, tokens = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    sum += counts[i] * cost[i];
    tokens += counts[i];
  }
  CHECK(Exact(report.total.expected_flops) == Rational(sum, tokens));
  CHECK(Exact(report.rows[0].mass) == Rational(4, 5));
  CHECK(report.assumptions.empty());
}

TEST_CASE("masses of a report add up to 1", "[report]") {
  const Settings settings = With({{"V", 200}, {"d", 128}});
  const TokenLaw zipf = TokenLaw::Zipf(1.1, 200);
  const TokenLaw counts = TokenLaw::FromCounts({7, 5, 3, 2, 2, 1});
  for (const TokenLaw* law : {static_cast<const TokenLaw*>(nullptr), &zipf, &counts}) {
    Mass sum;
    for (const EmbeddingRow& row : ReportOf(kBanded, settings, law).rows) sum = sum + row.mass;
    CHECK(std::abs(ToDouble(sum) - 1) < 1e-15);
    CHECK(sum.exact() == (law != &zipf));
  }
}

TEST_CASE("expected FLOPs under Zipf's law are real and summed by hand the same", "[report]") {
  const TokenLaw law = TokenLaw::Zipf(1.2, 100);
  const Settings settings = With({{"V", 100}, {"d", 64}}, "types=20/60/20:96,64,32");
  double norm = 0, expected = 0;
  for (int k = 1; k <= 100; ++k) norm += std::pow(k, -1.2);
  for (int k = 1; k <= 100; ++k) {
    const double width = k <= 20 ? 96 : k <= 80 ? 0 : 32;
    expected += std::pow(k, -1.2) / norm * 2 * width * 64;
  }
  const EmbeddingReport report = ReportOf(kBanded, settings, &law);
  CHECK_FALSE(report.total.expected_flops.exact());
  CHECK(std::abs(ToDouble(report.total.expected_flops) - expected) < 1e-9);
}

TEST_CASE("the law sets the vocabulary where none is set", "[report]") {
  const TokenLaw law = TokenLaw::Zipf(1, 150);
  CHECK(ReportOf(kFullTable, With({{"d", 8}}), &law).total.parameters == 1200);
  CHECK(Contains(ErrorTextOf([&] {
                   ReportOf(kFullTable, With({{"d", 8}, {"V", 149}}), &law);
                 }),
                 "150"));
}

TEST_CASE("logits and an output's own matrix are a row of their own", "[report]") {
  const EmbeddingReport untied =
      ReportOf(kFactorized, With({{"V", 101}, {"d", 8}, {"E", 3}, {"tied", 0}}));
  REQUIRE(untied.rows.size() == 2);
  CHECK(untied.rows[0].name == "all");
  CHECK(untied.rows[0].parameters == 101 * 3 + 3 * 8);
  CHECK(untied.rows[1].name == "output");
  CHECK(untied.rows[1].parameters == 808);
  CHECK(untied.baseline_parameters == 1616);
  CHECK(Exact(untied.total.expected_flops) == 2 * (3 * 8 + 8 * 101));
  const EmbeddingReport tied = ReportOf(kFullTable, With({{"V", 101}, {"d", 8}, {"logits", 1}}));
  CHECK(tied.rows[1].parameters == 0);
  CHECK(Exact(tied.total.expected_flops) == 2 * 8 * 101);
  CHECK(tied.ratio == 1);
}

TEST_CASE("the convention decides what a multiply-add and a look-up weigh", "[report]") {
  Convention convention = FindConvention("first-principles");
  convention.flops_per_multiply_add = 1;
  const Settings settings = With({{"V", 101}, {"d", 8}, {"E", 3}});
  const auto flops = [&] {
    return Exact(ReportEmbedding(kFactorized, settings, nullptr, convention).total.expected_flops);
  };
  CHECK(flops() == 3 * 8);
  convention.lookup_as_product = true;
  CHECK(flops() == 3 * 8 + 101 * 3);
}

TEST_CASE("what cannot be folded is reported as it is", "[report]") {
  const EmbeddingReport report =
      ReportOf(kHashEmbedding, With({{"V", 101}, {"d", 8}, {"buckets", 11}}));
  CHECK(report.total.parameters == 11 * 8 + 202);
  CHECK(report.folded_parameters == report.total.parameters);
  CHECK(Exact(report.folded_flops) == 2 * 2 * 8);
}

TEST_CASE("widths above the model's fold away without loss", "[report]") {
  const EmbeddingReport report =
      ReportOf(kBanded, With({{"V", 1000}, {"d", 128}}, "100:179,700:128,200:76"));
  CHECK(report.total.parameters == 155340);
  CHECK(report.folded_parameters == 100 * 128 + 700 * 128 + 200 * 76 + 76 * 128);
  CHECK(Exact(report.folded_flops) == Rational(2 * 76 * 128, 5));
}

TEST_CASE("a report tells what is not set", "[report]") {
  CHECK(Contains(ErrorTextOf([] { ReportOf(kFullTable, With({{"V", 5}})); }), "set 'd'"));
  CHECK(Contains(ErrorTextOf([] { ReportOf(kFullTable, With({{"d", 5}})); }), "set 'V'"));
}

TEST_CASE("the published bandings break even where a search says", "[break_even]") {
  const auto search = [](int high, int low, int hashed) {
    // Ten times the parameters, so that tenths of V need no rounding.
    for (std::int64_t types = 1;; ++types) {
      const std::int64_t banded = 10 * hashed + types * high + low;
      if (banded <= 10 * 128 * types) return types;
    }
  };
  Settings settings = With({{"d", 128}});
  settings.bands = ParseBands("types=20/60/20:179,128,76", settings);
  CHECK(BreakEvenVocabulary(kBanded, settings) == Integer(163200));
  CHECK(search(2 * 179 + 6 * 128 + 2 * 76, 10 * 255 * 128, 0) == 163200);
  settings.bands = ParseBands("types=10/70/20:179,128,76", settings);
  CHECK(BreakEvenVocabulary(kBanded, settings) == Integer(6159));
  CHECK(search(179 + 7 * 128 + 2 * 76, 10 * 255 * 128, 0) == 6159);
  settings.Set("shared_projection", 1);
  settings.bands = ParseBands("types=10/10/80:192,96,16@8", settings);
  CHECK(BreakEvenVocabulary(kBanded, settings) == Integer(250));
  CHECK(search(192 + 96, 10 * 192 * 128, 128) == 250);
}

TEST_CASE("the default bands break even as published, whatever V is set to", "[break_even]") {
  CHECK(BreakEvenVocabulary(kBanded, With({{"d", 128}, {"V", 200}})) == Integer(163200));
}

TEST_CASE("a factorized table breaks even at E*d/(d-E)", "[break_even]") {
  CHECK(BreakEvenVocabulary(kFactorized, With({{"d", 768}, {"E", 128}})) == Integer(154));
  CHECK(BreakEvenVocabulary(kFactorized, With({{"d", 6}, {"E", 3}})) == Integer(6));
}

TEST_CASE("what never breaks even, and what always does, is told", "[break_even]") {
  CHECK_FALSE(BreakEvenVocabulary(kFactorized, With({{"d", 8}, {"E", 8}})).has_value());
  CHECK(BreakEvenVocabulary(kFullTable, With({{"d", 8}})) == Integer(1));
}

TEST_CASE("parameters that are not linear in V have no formula for it", "[break_even]") {
  CHECK(Contains(ErrorTextOf([] {
                   BreakEvenVocabulary(kAdaptive, With({{"d", 64}}));
                 }),
                 "not linear in V"));
}

}  // namespace costcheck
