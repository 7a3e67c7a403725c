#include "claims/claim_file.h"

#include <ctime>
#include <string>
#include <vector>

#include "claims/printed_unit.h"
#include "claims/statistic_names.h"
#include "evidence/files.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

constexpr char kWhole[] = R"toml(title = "A title"
introduction = "Words."

[definitions]
half = "T/2"

[[sources]]
id = "paper"
title = "Of a work"
reference = "Author, 2024"

[[sources]]
id = "code"
title = "Its code"
reference = "a commit"

[[facts]]
id = "width"
source = "code"
where = "main.py"
quote = "d = 64"
value = "6,400"
unit = "kB"
digits = 3

[[facts]]
id = "method"
value = "a transformer"

[[claims]]
id = "S1"
source = "paper"
also = ["code"]
where = "Table 1"
quote = "0.18x"
quantity = "speedup"
topic = "Counts"
table = "flops"
convention = "seeds"
scope = "layer"
phase = "training"
causal = "no"
count = "executed"
set = "T=8K,d=128"
baseline = "full attention"
hardware = "A100"
note = "A note."

[[claims.numbers]]
value = "0.18"
unit = "x"
relation = "about"
tolerance = "5%"
is = ["full()/topk_mlp()", "half"]

[[claims.numbers]]
value = "2,100,000"
digits = 4
relation = ">="
statistic = { name = "t_lower", of = ["S1_1", "S1_1/2"], against = ["width", "3"], level = 0.9 }

[[claims.numbers]]
value = "91"
crossover = { a = "full()", b = "topk_mlp()", in = "T" }

[[claims.readings]]
name = "all heads"
set = "sparse_heads=H"
scope = "model"

[[claims.checks]]
experiment = "B5"
form = "described"
metric = "expected_loss"
arm = "banded"
baseline = "full"
predicate = "draws of ratio include S2"
tune = "loss"
level = 0.9

[[claims]]
id = "S2"
source = "code"
where = "README"
quote = "0.151"
quantity = "loss"
numbers = [{ value = "0.151", unit = "nat" }]
checks = [
  { requires = "S2 < 1" },
  { same = "method", words = "no transformer", because = "it says so" },
  { growth = "full()", in = "T", power = "3/2" },
  { entropy = "S2", exponent = 2, types = 1000, share = "1/32" },
  { amdahl = "S1_1", part = "full()", whole = "full(scope=layer)" },
  { limit = "S1_2", numerator = "full()", denominator = "topk_mlp()", in = "d" },
]

[[claims]]
id = "S3"
source = "code"
where = "README"
quote = "proven"
quantity = "proof"
open = "no proof is given"
)toml";

TEST_CASE("a file's sources, definitions, facts and words are read", "[claim_file]") {
  const ClaimFile file = ParseClaimFile(kWhole, "c.toml");
  CHECK(file.title == "A title");
  CHECK(file.introduction == "Words.");
  REQUIRE(file.definitions.size() == 1);
  CHECK(file.definitions[0].name == "half");
  CHECK(file.definitions[0].expression == "T/2");
  CHECK(PlaceText(file.definitions[0].place) == "c.toml:5");
  REQUIRE(file.sources.size() == 2);
  CHECK(file.sources[1].id == "code");
  CHECK(file.sources[1].title == "Its code");
  CHECK(file.sources[1].reference == "a commit");
  CHECK(PlaceText(file.sources[1].place) == "c.toml:12");
  REQUIRE(file.facts.size() == 2);
  CHECK(file.facts[0].id == "width");
  CHECK(file.facts[0].source == "code");
  CHECK(file.facts[0].where == "main.py");
  CHECK(file.facts[0].quote == "d = 64");
  CHECK(file.facts[0].value == "6,400");
  CHECK(file.facts[0].unit == "kB");
  REQUIRE(file.facts[0].printed);
  CHECK(file.facts[0].printed->value == 6400000);
  CHECK(file.facts[0].printed->step == 10000);
  CHECK(PlaceText(file.facts[0].place) == "c.toml:17");
  CHECK(file.facts[1].value == "a transformer");
  CHECK_FALSE(file.facts[1].printed);
}

TEST_CASE("a claim's words, counting and readings are read", "[claim_file]") {
  const ClaimFile file = ParseClaimFile(kWhole, "c.toml");
  REQUIRE(file.claims.size() == 3);
  const Claim& claim = file.claims[0];
  CHECK(claim.id == "S1");
  CHECK(claim.source == "paper");
  CHECK(claim.also == std::vector<std::string>{"code"});
  CHECK(claim.where == "Table 1");
  CHECK(claim.quote == "0.18x");
  CHECK(claim.quantity == "speedup");
  CHECK(claim.topic == "Counts");
  CHECK(claim.table == "flops");
  CHECK(claim.counting.convention == "seeds");
  CHECK(claim.counting.scope == "layer");
  CHECK(claim.counting.phase == "training");
  CHECK(claim.counting.causal == "no");
  CHECK(claim.counting.count == "executed");
  CHECK(claim.counting.set == "T=8K,d=128");
  CHECK(claim.baseline == "full attention");
  CHECK(claim.hardware == "A100");
  CHECK(claim.note == "A note.");
  CHECK(claim.open.empty());
  CHECK(PlaceText(claim.place) == "c.toml:30");
  REQUIRE(claim.readings.size() == 1);
  CHECK(claim.readings[0].name == "all heads");
  CHECK(claim.readings[0].counting.set == "sparse_heads=H");
  CHECK(claim.readings[0].counting.scope == "model");
  CHECK_FALSE(claim.readings[0].counting.phase);
  CHECK(claim.readings[0].is.empty());
  CHECK(PlaceText(claim.readings[0].place) == "c.toml:66");
  CHECK_FALSE(file.claims[1].counting.convention);
  CHECK(file.claims[2].open == "no proof is given");
}

TEST_CASE("a claim's numbers are read, with what decides them", "[claim_file]") {
  const ClaimFile file = ParseClaimFile(kWhole, "c.toml");
  const Claim& claim = file.claims[0];
  REQUIRE(claim.numbers.size() == 3);
  CHECK(NumberName(claim, 0) == "S1_1");
  CHECK(NumberName(claim, 2) == "S1_3");
  CHECK(NumberName(file.claims[1], 0) == "S2");
  CHECK(claim.numbers[0].printed.text == "0.18");
  CHECK(claim.numbers[0].printed.unit == "x");
  CHECK(claim.numbers[0].relation == ClaimRelation::kAbout);
  CHECK(claim.numbers[0].tolerance == Rational(1, 20));
  CHECK(claim.numbers[0].is == std::vector<std::string>{"full()/topk_mlp()", "half"});
  CHECK(PlaceText(claim.numbers[0].place) == "c.toml:49");
  CHECK(claim.numbers[1].printed.step == 1000);
  CHECK(claim.numbers[1].relation == ClaimRelation::kAtLeast);
  REQUIRE(claim.numbers[1].statistic);
  CHECK(claim.numbers[1].statistic->name == "t_lower");
  CHECK(claim.numbers[1].statistic->of == std::vector<std::string>{"S1_1", "S1_1/2"});
  CHECK(claim.numbers[1].statistic->against == std::vector<std::string>{"width", "3"});
  CHECK(claim.numbers[1].statistic->level == 0.9);
  CHECK(claim.numbers[1].statistic->pairs == 0);
  REQUIRE(claim.numbers[2].crossover);
  CHECK(claim.numbers[2].crossover->a == "full()");
  CHECK(claim.numbers[2].crossover->b == "topk_mlp()");
  CHECK(claim.numbers[2].crossover->in == "T");
  CHECK(claim.numbers[2].relation == ClaimRelation::kIs);
  CHECK_FALSE(claim.numbers[2].tolerance);
}

TEST_CASE("checks of every kind are read", "[claim_file]") {
  const std::vector<ClaimCheck> checks = ParseClaimFile(kWhole, "c.toml").claims[1].checks;
  REQUIRE(checks.size() == 6);
  CHECK(checks[0].kind == CheckKind::kRequires);
  CHECK(checks[0].expression == "S2 < 1");
  CHECK(checks[1].kind == CheckKind::kSame);
  CHECK(checks[1].fact == "method");
  CHECK(checks[1].words == "no transformer");
  CHECK(checks[1].because == "it says so");
  CHECK(PlaceText(checks[1].place) == "c.toml:90");
  CHECK(checks[2].kind == CheckKind::kGrowth);
  CHECK(checks[2].expression == "full()");
  CHECK(checks[2].symbol == "T");
  CHECK(checks[2].power == "3/2");
  CHECK(checks[3].kind == CheckKind::kEntropy);
  CHECK(checks[3].expression == "S2");
  CHECK(checks[3].exponent == 2);
  CHECK(checks[3].types == 1000);
  CHECK(checks[3].share == "1/32");
  CHECK(checks[4].kind == CheckKind::kAmdahl);
  CHECK(checks[4].expression == "S1_1");
  CHECK(checks[4].part == "full()");
  CHECK(checks[4].whole == "full(scope=layer)");
  CHECK(checks[5].kind == CheckKind::kLimit);
  CHECK(checks[5].expression == "S1_2");
  CHECK(checks[5].numerator == "full()");
  CHECK(checks[5].denominator == "topk_mlp()");
  CHECK(checks[5].symbol == "d");
}

TEST_CASE("a check by an experiment is read", "[claim_file]") {
  const std::vector<ClaimCheck> checks = ParseClaimFile(kWhole, "c.toml").claims[0].checks;
  REQUIRE(checks.size() == 1);
  CHECK(checks[0].kind == CheckKind::kExperiment);
  CHECK(checks[0].experiment.name == "B5");
  CHECK(checks[0].experiment.form == "described");
  CHECK(checks[0].experiment.metric == "expected_loss");
  CHECK(checks[0].experiment.arm == "banded");
  CHECK(checks[0].experiment.baseline == "full");
  CHECK(checks[0].experiment.predicate == "draws of ratio include S2");
  CHECK(checks[0].experiment.tune == "loss");
  CHECK(checks[0].experiment.level == 0.9);
}

TEST_CASE("the example of the documentation is a whole claim file", "[claim_file]") {
  const std::string document = ReadWholeFile("docs/claim-files.md");
  const std::string fence = "```toml\n";
  const std::size_t begin = document.find(fence);
  REQUIRE(begin != std::string::npos);
  const std::size_t end = document.find("```", begin + fence.size());
  const ClaimFile file = ParseClaimFile(
      document.substr(begin + fence.size(), end - begin - fence.size()), "docs/claim-files.md");
  CHECK(file.claims.size() == 5);
  CHECK(file.facts.size() == 1);
  CHECK(document.find(fence, end) == std::string::npos);
}

TEST_CASE("the documentation names every unit and every statistic", "[claim_file]") {
  const std::string document = ReadWholeFile("docs/claim-files.md");
  for (const std::string_view name : StatisticNames()) {
    INFO(name);
    CHECK(document.find("`" + std::string(name) + "`") != std::string::npos);
  }
  for (const std::string& unit : PrintedUnits()) {
    if (unit.empty() || document.find("`" + unit + "`") != std::string::npos) continue;
    const std::size_t prefix = unit.size() > 2 && unit[1] == 'i' ? 2 : 1;
    INFO(unit);
    CHECK(document.find("`" + unit.substr(prefix) + "`") != std::string::npos);
  }
}

TEST_CASE("ten thousand claims are read at once", "[claim_file]") {
  std::string text =
      "title = \"Many\"\n[[sources]]\nid = \"paper\"\ntitle = \"Of a work\"\nreference = "
      "\"2024\"\n";
  for (int i = 0; i < 10'000; ++i) {
    text += "[[claims]]\nid = \"S" + std::to_string(i) +
            "\"\nsource = \"paper\"\nwhere = \"Table 1\"\nquote = \"128d | 64 | 0.18x\"\n"
            "quantity = \"speedup of attention\"\nconvention = \"seeds\"\n"
            "set = \"T=64,d=128,w=64,h=128,K=8,sparse_heads=1,exact_heads=0\"\n"
            "numbers = [{ value = \"0.18\", unit = \"x\", is = \"full()/topk_mlp()\" }]\n"
            "readings = [{ name = \"all heads\", set = \"sparse_heads=H,exact_heads=0\" }]\n";
  }
  const std::clock_t start = std::clock();
  CHECK(ParseClaimFile(text, "many.toml").claims.size() == 10'000);
  CHECK(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC < 2);
}

}  // namespace
}  // namespace costcheck
