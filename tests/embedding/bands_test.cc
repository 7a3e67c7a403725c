#include "costmodel/embedding/bands.h"

#include <cmath>

#include "costmodel/algebra/parse.h"
#include "costmodel/algebra/print.h"
#include "tests/catch.h"
#include "tests/embedding/helpers.h"

namespace costcheck {
namespace {

/// "20:192 160:16@8"
std::string Show(const std::vector<Band>& bands) {
  std::string text;
  for (const Band& band : bands) {
    text += (text.empty() ? "" : " ") + Print(band.types) + ":" + Print(band.width);
    if (!band.hash_rows.IsZero()) text += "@" + Print(band.hash_rows);
  }
  return text;
}

std::string Failure(const std::string& text, const Settings& settings,
                    const TokenLaw* law = nullptr) {
  return ErrorTextOf([&] { ParseBands(text, settings, law); });
}

const TokenLaw& Law() {
  static const TokenLaw law = TokenLaw::FromCounts({50, 30, 10, 5, 3, 2});
  return law;
}

}  // namespace

TEST_CASE("listed bands have types, widths and shared rows", "[bands]") {
  CHECK(Show(ParseBands("20:192,20:96,160:16@8", {})) == "20:192 20:96 160:16@8");
  CHECK(Show(ParseBands("7:3", {})) == "7:3");
  CHECK(Show(ParseBands("0:3,7:1", {})) == "0:3 7:1");
}

TEST_CASE("widths and types are expressions in what is set", "[bands]") {
  const Settings set = With({{"d", 128}, {"V", 1000}});
  CHECK(Show(ParseBands("100:floor(7*d/5),V-300:d,200:floor(3*d/5)", set)) ==
        "100:179 700:128 200:76");
  CHECK(Show(ParseBands("max(2,3):min(d,64),1:1", set)) == "3:64 1:1");
}

TEST_CASE("what is not set stays a symbol", "[bands]") {
  const std::vector<Band> bands = ParseBands("V/5:2*d,4*V/5:d", {});
  CHECK(bands[0].width == ParseExpr("2*d"));
  CHECK(bands[1].types == ParseExpr("4*V/5"));
}

TEST_CASE("shares of types end at rounded-down running sums", "[bands]") {
  CHECK(Show(ParseBands("types=20/60/20:179,128,76", With({{"V", 200}}))) ==
        "40:179 120:128 40:76");
  // V = 7: floor(1.4) = 1, floor(5.6) = 5.
  CHECK(Show(ParseBands("types=20/60/20:9,8,7@2", With({{"V", 7}}))) == "1:9 4:8 2:7@2");
  CHECK(Show(ParseBands("types=100:5", With({{"V", 13}}))) == "13:5");
  CHECK(Show(ParseBands("types=12.5/87.5:4,2", With({{"V", 15}}))) == "1:4 14:2");
}

TEST_CASE("rounded shares of every vocabulary add up to it", "[bands]") {
  for (int types = 1; types <= 150; ++types) {
    const std::vector<Band> bands =
        ParseBands("types=33.3/0/41.7/25:4,3,2,1", With({{"V", types}}));
    Expr sum;
    for (const Band& band : bands) {
      CHECK(*band.types.AsRational() >= 0);
      sum += band.types;
    }
    CHECK(sum == Expr(types));
    CHECK(bands[1].types.IsZero());
    CHECK(*bands[0].types.AsRational() == (333 * types) / 1000);
  }
}

TEST_CASE("shares of types work on a symbolic vocabulary", "[bands]") {
  const std::vector<Band> bands = ParseBands("types=20/60/20:3,2,1", {});
  CHECK(bands[0].types + bands[1].types + bands[2].types == ParseExpr("V"));
  for (int types : {1, 4, 5, 7, 100, 199}) {
    CHECK(Evaluate(bands[1].types, {{"V", types}}) == (4 * types) / 5 - types / 5);
  }
}

TEST_CASE("shares of mass follow the token law", "[bands]") {
  CHECK(Show(ParseBands("mass=80/15/5:160,128,51", {}, &Law())) == "2:160 2:128 2:51");
  CHECK(Show(ParseBands("mass=80/15/5:160,128,51", With({{"V", 6}}), &Law())) ==
        "2:160 2:128 2:51");
  CHECK(Show(ParseBands("mass=100:8", {}, &Law())) == "6:8");
}

TEST_CASE("a band by mass may be empty and unknown types are in the last", "[bands]") {
  CHECK(Show(ParseBands("mass=40/5/55:3,2,1", With({{"V", 11}}), &Law())) == "1:3 0:2 10:1");
}

TEST_CASE("the published scaling split comes from Zipf counts", "[bands]") {
  // V = 200, s = 1.1: the mass of the first 30 types is the first to pass 70 %.
  const TokenLaw law = TokenLaw::Zipf(1.1, 200);
  double norm = 0, sum = 0;
  int below = 0;
  for (int k = 1; k <= 200; ++k) norm += std::pow(k, -1.1);
  for (int k = 1; k <= 200; ++k) {
    if (sum / norm < 0.7) ++below;
    sum += std::pow(k, -1.1);
  }
  const std::vector<Band> bands = ParseBands("mass=70/30:2,1", {}, &law);
  CHECK(bands[0].types == Expr(below));
  CHECK(bands[1].types == Expr(200 - below));
}

TEST_CASE("without bands the published 20/60/20 split holds", "[bands]") {
  CHECK(Show(BandsOrDefault(With({{"V", 1000}, {"d", 128}}))) == "200:179 600:128 200:76");
  Settings set = With({{"V", 1000}, {"d", 128}});
  set.bands = ParseBands("1000:5", set);
  CHECK(Show(BandsOrDefault(set)) == "1000:5");
}

TEST_CASE("bad bands are refused by entry", "[bands]") {
  const Settings set = With({{"V", 100}, {"d", 64}});
  CHECK(Contains(Failure("20:192,x:96", set), "'x:96'"));
  CHECK(Contains(Failure("20:192,30", set), "'30': types:width"));
  CHECK(Contains(Failure("20:0", set), "'20:0': a width is a whole number of at least 1, not 0"));
  CHECK(Contains(Failure("20:d/3", set), "64/3"));
  CHECK(Contains(Failure("-2:8", set), "a number of types"));
  CHECK(Contains(Failure("5/2:8", set), "5/2"));
  CHECK(Contains(Failure("20:8@0", set), "shared rows"));
  CHECK(Contains(Failure("20:8@", set), "'20:8@'"));
  CHECK(Contains(Failure("20:widht", set), "unknown name 'widht'"));
  CHECK(Contains(Failure("20:8,types=3:4", set), "'='"));
  CHECK(Contains(Failure("", set), "types:width"));
  CHECK(Contains(Failure("type=50/50:8,4", set), "did you mean 'types'"));
}

TEST_CASE("bad shares are refused", "[bands]") {
  const Settings set = With({{"V", 100}, {"d", 64}});
  CHECK(Contains(Failure("types=20/60/10:3,2,1", set), "add up to 90 percent"));
  CHECK(Contains(Failure("types=50/50:8", set), "2 shares, but 1 widths"));
  CHECK(Contains(Failure("types=50/50:8,4,2", set), "2 shares, but 3 widths"));
  CHECK(Contains(Failure("types=50/x:8,4", set), "shares are numbers"));
  CHECK(Contains(Failure("types=120/-20:8,4", set), "shares are numbers"));
  CHECK(Contains(Failure("types=50/50", set), "shares:widths"));
  CHECK(Contains(Failure("mass=50/50:8,4", set), "counts or a Zipf exponent"));
  CHECK(Contains(Failure("mass=50/50:8,4", With({{"V", 5}}), &Law()), "6 types"));
}

}  // namespace costcheck
