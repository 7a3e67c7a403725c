#include "claims/scopes.h"

#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/claims/claims_text.h"

namespace costcheck {
namespace {

using Words = std::vector<std::string>;

struct Fixture {
  Fixture() : file(FileOf(ClaimText("Z", "open = \"no\""))), evaluator(file) {}

  Words Names(const Words& expressions, const ClaimCounting& counting) {
    const ClaimCounting* const base[] = {&counting};
    Words names;
    for (const BuiltInScope& scope : BuiltInScopes(expressions, base, evaluator)) {
      names.push_back(scope.name);
    }
    return names;
  }

  /// `number` as printed, of one expression.
  ScopeValue Value(const std::string& printed, const std::string& expression,
                   const ClaimCounting& counting, const std::string& name) {
    ClaimNumber number;
    number.printed = ParsePrinted(printed, "x");
    number.is = {expression};
    const RecountSource source = SourceOf(number);
    const ClaimCounting* const base[] = {&counting};
    for (const BuiltInScope& scope : BuiltInScopes(source.expressions, base, evaluator)) {
      if (scope.name == name) return ValueInScope(source, scope, base, evaluator);
    }
    FAIL("no scope " << name);
    return {};
  }

  ClaimFile file;
  ClaimEvaluator evaluator;
};

ClaimCounting Seeds(const std::string& set) {
  ClaimCounting counting;
  counting.convention = "seeds";
  counting.set = set;
  return counting;
}

/// A row of the seeds' table: T tokens, width d, one sparse head that stands for all.
ClaimCounting Row(int T, int d) {
  return Seeds("T=" + std::to_string(T) + ",d=" + std::to_string(d) +
               ",w=64,h=128,K=8,sparse_heads=1,exact_heads=0");
}

const Words kCommon = {"module",  "layer",  "model",      "training",
                       "prefill", "decode", "not causal", "executed"};

}  // namespace

TEST_CASE("an attention has all scopes but the one it is counted in") {
  Fixture fixture;
  CHECK(fixture.Names({"full()"}, Seeds("")) == kCommon);
  ClaimCounting other = Seeds("");
  other.scope = "layer";
  other.phase = "training";
  other.causal = "no";
  other.count = "executed";
  CHECK(fixture.Names({"full()"}, other) ==
        Words{"core", "module", "model", "prefill", "decode", "causal", "useful"});
}

TEST_CASE("heads are scopes only where they are set to something else") {
  Fixture fixture;
  const auto first = [&](const std::string& expression, const std::string& set) {
    Words names = fixture.Names({expression}, Seeds(set));
    names.resize(names.size() - kCommon.size());
    return names;
  };
  const std::string shape = "d=128,w=64,h=128,K=8";
  CHECK(first("topk_mlp()", shape) == Words{});
  CHECK(first("topk_mlp()", shape + ",sparse_heads=1,exact_heads=0") ==
        Words{"all heads", "other heads exact"});
  CHECK(first("topk_mlp()", shape + ",sparse_heads=1,exact_heads=H-1") == Words{"all heads"});
  CHECK(first("topk_mlp()", shape + ",sparse_heads=2") == Words{"other heads exact"});
  CHECK(
      first("topk_mlp()", shape + ",sparse_heads=1,exact_heads=0,selection=0") ==
      Words{"all heads", "other heads exact", "selection counted", "all heads, selection counted"});
  CHECK(first("topk_mlp()", shape + ",selection=0") == Words{"selection counted"});
  CHECK(first("topk_mlp(selection=0)", shape + ",selection=0") == Words{});
  CHECK(first("full()", shape + ",sparse_heads=1,exact_heads=0") == Words{});
}

TEST_CASE("an embedding has phases alone, and what calls nothing has no scope") {
  Fixture fixture;
  CHECK(fixture.Names({"full_table()"}, Seeds("")) == Words{"training", "prefill", "decode"});
  CHECK(fixture.Names({"T*d", "2*T/(1+K)"}, Seeds("T=7")) == Words{});
  CHECK(fixture.Names({"T*d", "full()"}, Seeds("")) == kCommon);
}

TEST_CASE("all heads, and the others exact, give what the table's audit gives") {
  Fixture fixture;
  // F5: T / (T + 640); F6: H T / (H T + 640), with H = d/64.
  for (const auto& [T, d] : {std::pair{64, 128}, {128, 256}, {512, 768}, {1024, 1024}}) {
    INFO("T = " << T << ", d = " << d);
    const int H = d / 64;
    CHECK(
        std::get<Rational>(fixture.Value("1", "full()/topk_mlp()", Row(T, d), "all heads").value) ==
        Rational(T, T + 640));
    CHECK(std::get<Rational>(
              fixture.Value("1", "full()/topk_mlp()", Row(T, d), "other heads exact").value) ==
          Rational(H * T, H * T + 640));
  }
}

TEST_CASE("a scope holds where its value rounds to what is printed") {
  Fixture fixture;
  // 64 / 704 = 0.0909...
  CHECK(fixture.Value("0.0909", "full()/topk_mlp()", Row(64, 128), "all heads").holds);
  CHECK_FALSE(fixture.Value("0.0910", "full()/topk_mlp()", Row(64, 128), "all heads").holds);
}

TEST_CASE("a scope that cannot be had says why") {
  Fixture fixture;
  const ScopeValue model = fixture.Value("1", "full()", Row(64, 128), "model");
  CHECK(std::holds_alternative<std::monostate>(model.value));
  CHECK_FALSE(model.holds);
  CHECK(model.why_not == "V is not set");
}

TEST_CASE("scopes are those of the component asked for directly") {
  Fixture fixture;
  ClaimCounting row = Row(64, 128);
  row.set += ",V=1009";
  const ClaimCounting* const base[] = {&row};
  for (const auto& [name, argument] : {std::pair{"module", "scope=module"},
                                       {"layer", "scope=layer"},
                                       {"model", "scope=model"},
                                       {"training", "phase=training"},
                                       {"decode", "phase=decode"},
                                       {"not causal", "causal=no"},
                                       {"executed", "count=executed"}}) {
    INFO(name);
    const Rational asked = fixture.evaluator.Value(std::string("topk_mlp(") + argument + ")", base);
    CHECK(std::get<Rational>(fixture.Value("1", "topk_mlp()", row, name).value) == asked);
  }
}

}  // namespace costcheck
