#include "claims/decide_number.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "tests/algebra/error_text.h"
#include "tests/approx.h"
#include "tests/claims/claims_text.h"

namespace costcheck {
namespace {

std::string Number(const std::string& value, const std::string& unit, const std::string& more) {
  return "numbers = [{ value = \"" + value + "\", unit = \"" + unit + "\", " + more + " }]\n";
}

NumberOutcome Decided(const std::string& text, std::size_t index = 0) {
  const ClaimFile file = FileOf(text);
  ClaimEvaluator evaluator(file);
  return NumberDecider(file, evaluator).Decide(file.claims.back(), index);
}

/// A row of the seeds' table.
std::string Row(int T, int d) {
  return "convention = \"seeds\"\nset = \"T=" + std::to_string(T) + ",d=" + std::to_string(d) +
         ",w=64,h=128,K=8,sparse_heads=1,exact_heads=0\"\n";
}

const ScopeValue& InScope(const NumberOutcome& outcome, std::string_view name) {
  const auto at = std::find_if(outcome.scopes.begin(), outcome.scopes.end(),
                               [&](const ScopeValue& scope) { return scope.name == name; });
  REQUIRE(at != outcome.scopes.end());
  return *at;
}

Rational Exact(const Recomputed& value) { return std::get<Rational>(value); }

}  // namespace

TEST_CASE("a printed number holds as far as its digits reach, and no further") {
  const auto holds = [](const std::string& value) {
    return *Decided(
                ClaimText("S1", Row(64, 128) + Number(value, "x", "is = \"full()/topk_mlp()\"")))
                .holds;
  };
  // 2/11 = 0.181818...
  CHECK(holds("0.18"));
  CHECK(holds("0.1818"));
  CHECK_FALSE(holds("0.1819"));
  CHECK_FALSE(holds("0.1817"));
  CHECK_FALSE(holds("0.19"));
}

TEST_CASE("500 times is 496.5") {
  const NumberOutcome outcome = Decided(ClaimText(
      "S07c", "set = \"T=8192,K=32\"\n" + Number("500", "x", "is = \"2*T/(1+K)\", digits = 3")));
  CHECK(Exact(outcome.recomputed) == Rational(16384, 33));
  CHECK_FALSE(*outcome.holds);
  CHECK(outcome.reason == "500x is printed; 2*T/(1+K) is 496.485x.");
  CHECK(*outcome.difference == Approx(500 * 33.0 / 16384 - 1));
  CHECK(outcome.scopes.empty());
}

TEST_CASE("readings come first, then scopes, and neither changes whether it holds") {
  const NumberOutcome outcome = Decided(
      ClaimText("S01c", Row(64, 128) + Number("0.18", "x", "is = \"full()/topk_mlp()\"") +
                            "readings = [ { name = \"every head\", set = \"sparse_heads=H\" },\n"
                            "{ name = \"by hand\", is = \"2/11\" } ]\n"));
  CHECK(*outcome.holds);
  REQUIRE(outcome.scopes.size() > 10);
  CHECK(outcome.scopes[0].name == "every head");
  CHECK(outcome.scopes[0].declared);
  CHECK_FALSE(outcome.scopes[0].holds);
  CHECK(Exact(outcome.scopes[0].value) == Rational(64, 704));
  CHECK(outcome.scopes[1].holds);
  CHECK(Exact(outcome.scopes[1].value) == Rational(2, 11));
  CHECK(outcome.scopes[2].name == "all heads");
  CHECK_FALSE(outcome.scopes[2].declared);
  CHECK(Exact(InScope(outcome, "other heads exact").value) == Rational(128, 768));
}

TEST_CASE("a number made of other claims holds if some of their digits give it") {
  const std::string cells = ClaimText("C1", Number("2.9091", "", "is = \"2.9091\"")) +
                            ClaimText("C2", Number("2.9251", "", "is = \"2.9251\""));
  const auto decided = [&](const std::string& value) {
    return Decided(cells + ClaimText("C3", Number(value, "%", "is = \"(C2-C1)/C1\"")));
  };
  const NumberOutcome fits = decided("0.55");
  CHECK(*fits.holds);
  CHECK(fits.claims_used == std::vector<std::string>{"C2", "C1"});
  CHECK(ToDouble(*fits.lower) == Approx(0.005466).epsilon(1e-4));
  CHECK(ToDouble(*fits.upper) == Approx(0.005534).epsilon(1e-4));
  CHECK(*decided("0.553").holds);  // 0.5534 at most
  CHECK_FALSE(*decided("0.554").holds);
  CHECK(*decided("0.6").holds);  // 0.55 is within a half of the last digit
  CHECK_FALSE(*decided("0.56").holds);
  CHECK(decided("0.56").reason.find("from 0.546") != std::string::npos);
}

TEST_CASE("the number must be each of its expressions, and the first that it is not is named") {
  const NumberOutcome outcome =
      Decided(ClaimText("A1", Number("7", "", "is = [\"14/2\", \"3+5\", \"9\"]")));
  CHECK_FALSE(*outcome.holds);
  CHECK(outcome.expression == "3+5");
  CHECK(Exact(outcome.recomputed) == 8);
  CHECK(*Decided(ClaimText("A1", Number("7", "", "is = [\"14/2\", \"3+4\"]"))).holds);
}

TEST_CASE("every relation is decided at its border") {
  const auto holds = [](const std::string& relation, const std::string& is) {
    const std::string tolerance = relation == "about" ? ", tolerance = \"5%\"" : "";
    return *Decided(ClaimText("R1", Number("100", "",
                                           "relation = \"" + relation + "\", is = \"" + is + "\"" +
                                               tolerance)))
                .holds;
  };
  CHECK(holds("about", "105"));
  CHECK_FALSE(holds("about", "105.01"));
  CHECK(holds("<", "99.99"));
  CHECK_FALSE(holds("<", "100"));
  CHECK(holds("<=", "100"));
  CHECK_FALSE(holds("<=", "100.01"));
  CHECK(holds(">", "100.01"));
  CHECK_FALSE(holds(">", "100"));
  CHECK(holds(">=", "100"));
  CHECK_FALSE(holds(">=", "99.99"));
}

TEST_CASE("a crossover is its first integer or its root") {
  const auto decided = [](const std::string& value, int d) {
    return Decided(ClaimText(
        "X1", "convention = \"seeds\"\nset = \"d=" + std::to_string(d) +
                  ",w=64,h=128,K=8,sparse_heads=1,exact_heads=0\"\n" +
                  Number(value, "token",
                         "crossover = { a = \"full()\", b = \"topk_mlp()\", in = \"T\" }")));
  };
  // 640 / (H - 1): 91.43 at d = 512, 213.33 at 256; at 128 it is 640 itself, cheaper from 641.
  const NumberOutcome whole = decided("92", 512);
  CHECK(*whole.holds);
  CHECK(Exact(whole.recomputed) == 92);
  CHECK(*decided("91", 512).holds);
  CHECK_FALSE(*decided("93", 512).holds);
  const NumberOutcome fine = decided("213.333", 256);
  CHECK(*fine.holds);
  CHECK(ToDouble(Exact(fine.recomputed)) == Approx(640.0 / 3).epsilon(1e-8));
  CHECK_FALSE(*decided("213.334", 256).holds);
  CHECK(*decided("213.33333333333", 256).holds);
  CHECK_FALSE(*decided("213.33333333334", 256).holds);
  CHECK(*decided("641", 128).holds);
  CHECK(*decided("640", 128).holds);
}

TEST_CASE("a crossover has scopes, and where there is none it says so") {
  const std::string kept =
      Number("92", "token", "crossover = { a = \"full()\", b = \"topk_mlp()\", in = \"T\" }");
  const NumberOutcome outcome = Decided(ClaimText(
      "X1",
      "convention = \"seeds\"\nset = \"d=512,w=64,h=128,K=8,sparse_heads=1,exact_heads=0\"\n" +
          kept));
  const ScopeValue& all = InScope(outcome, "all heads");
  CHECK(std::holds_alternative<std::monostate>(all.value));
  CHECK_FALSE(all.holds);
  CHECK(all.why_not.find("topk_mlp() is cheaper than full() at no T; A / B tends to 1") == 0);
  const NumberOutcome never = Decided(ClaimText(
      "X1",
      "convention = \"seeds\"\nset = \"d=512,w=64,h=128,K=8,sparse_heads=H,exact_heads=0\"\n" +
          kept));
  CHECK_FALSE(*never.holds);
  CHECK(std::holds_alternative<std::monostate>(never.recomputed));
  CHECK(never.reason.find("92 token is printed; topk_mlp() is cheaper than full() at no T") == 0);
}

TEST_CASE("a cost that is never dearer, and one cheaper at the beginning alone, cross nowhere") {
  const auto reason = [](const std::string& a, const std::string& b) {
    return Decided(ClaimText("X1", Number("9", "token",
                                          "crossover = { a = \"" + a + "\", b = \"" + b +
                                              "\", in = \"T\" }")))
        .reason;
  };
  CHECK(reason("T+1", "T") == "9 token is printed; T is never dearer than T+1.");
  CHECK(reason("10", "T") ==
        "9 token is printed; T is cheaper than 10 only below T = 11; A / B tends to 0.");
  CHECK(reason("T", "T") == "9 token is printed; both cost the same at every T.");
}

TEST_CASE("what cannot be recomputed is an error at the number, or at the reading") {
  CHECK(ErrorTextOf([] {
          Decided(ClaimText("E1", "set = \"d=128,w=64\"\n" + Number("1", "", "is = \"full()\"")));
        }) == "test.toml:14: 'full()': in 'full' at column 1: T is not set");
  const std::string reading = ErrorTextOf([] {
    Decided(ClaimText("E1", Number("1", "", "is = \"1\"") +
                                "readings = [ { name = \"half\", is = \"1/(3-3)\" } ]\n"));
  });
  INFO(reading);
  CHECK(reading.find("test.toml:14: '1/(3-3)': division by zero") == 0);
}

TEST_CASE("every number's difference changes with its value") {
  for (const char* is : {"full()", "full()/topk_mlp()", "model(gpt2,T=1K)", "7/3"}) {
    std::vector<double> differences;
    for (const char* value : {"3", "3.1", "5.7"}) {
      const NumberOutcome outcome = Decided(
          ClaimText("D1", Row(64, 128) + Number(value, "", "is = \"" + std::string(is) + "\"")));
      differences.push_back(*outcome.difference);
      CHECK(differences.back() ==
            Approx(ToDouble(outcome.claimed.value) / ToDouble(Exact(outcome.recomputed)) - 1)
                .margin(1e-15));
    }
    CHECK(differences[0] < differences[1]);
    CHECK(differences[1] < differences[2]);
  }
}

namespace {

/// So many claims with numbers of their own, counted as the seeds count; `wrong` of a hundred fail.
ClaimFile ManyClaims(int count, int wrong) {
  ClaimFile file = FileOf(ClaimText("Z", "open = \"no\""));
  for (int i = 0; i < count; ++i) {
    Claim claim;
    claim.id = "G" + std::to_string(i);
    claim.counting.convention = "seeds";
    const int T = 64 + 7 * i, H = 2 + i % 61;
    claim.counting.set = "T=" + std::to_string(T) + ",d=" + std::to_string(64 * H) +
                         ",w=64,h=128,K=" + std::to_string(8 + i % 5) +
                         ",sparse_heads=1,exact_heads=0";
    ClaimNumber number;
    // 2 T H w / (h w (K + 2) + h T), in thousandths.
    const double ratio = 2.0 * T * H * 64 / (128.0 * 64 * (10 + i % 5) + 128.0 * T);
    const double printed = ratio * (i % 100 < wrong ? 1.7 : 1);
    number.printed = ParsePrinted(std::to_string(std::lround(printed * 1000)), "x");
    number.printed.value /= 1000;
    number.printed.step = Rational(1, 1000);
    number.is = {"full()/topk_mlp()"};
    claim.numbers = {number};
    file.claims.push_back(claim);
  }
  return file;
}

double SecondsFor(const ClaimFile& file, int& held) {
  const std::clock_t start = std::clock();
  ClaimEvaluator evaluator(file);
  NumberDecider decider(file, evaluator);
  held = 0;
  for (const Claim& claim : file.claims) {
    if (!claim.numbers.empty() && *decider.Decide(claim, 0).holds) ++held;
  }
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("many claims are decided, those that are wrong and those that are not") {
  int held = 0;
  SecondsFor(ManyClaims(300, 10), held);
  CHECK(held >= 250);
  CHECK(held <= 270);
}

TEST_CASE("ten thousand claims with their scopes take seconds", "[.benchmark]") {
  for (const int wrong : {0, 5, 100}) {
    int held = 0;
    const double seconds = SecondsFor(ManyClaims(10000, wrong), held);
    WARN(wrong << "% wrong: " << held << " hold, " << seconds << " s of processor time");
  }
}

}  // namespace costcheck
