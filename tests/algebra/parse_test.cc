#include "costmodel/algebra/parse.h"

#include "tests/algebra/error_text.h"
#include "tests/algebra/random_tree.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Expr T = Symbol("T"), W = Symbol("W"), C = Symbol("C"), H = Symbol("H"), K = Symbol("K");

const Vocabulary kKnown = KnownSymbols({Symbol("T"), Symbol("W"), Symbol("H_kv"), SymbolNamed("C"),
                                        SymbolNamed("n"), SymbolNamed("p")});

std::string ErrorOf(const std::string& text) {
  return ErrorTextOf([&] { ParseExpr(text, kKnown); });
}

}  // namespace

TEST_CASE("operators bind as in ordinary writing", "[parse]") {
  CHECK(ParseExpr("T + W * C") == T + W * C);
  CHECK(ParseExpr("T - W - C") == T - (W + C));
  CHECK(ParseExpr("T / 2 / 3 * W") == T * W / 6);
  CHECK(ParseExpr("-T^2") == -(T * T));
  CHECK(ParseExpr("(-T)^2") == T * T);
  CHECK(ParseExpr("2*-T") == -2 * T);
  CHECK(ParseExpr("--+T") == T);
  CHECK(ParseExpr(" T*( T+1 )/2\n") == T * (T + 1) / 2);
  CHECK(ParseExpr("T^-1") == 1 / T);
  CHECK(ParseExpr("T^0") == 1);
  CHECK(ParseExpr("(T+1)^3") == Pow(T + 1, 3));
}

TEST_CASE("numbers carry fractions, exponents and suffixes", "[parse]") {
  CHECK(ParseExpr("128K") == 131072);
  CHECK(ParseExpr("128000") == 128000);
  CHECK(ParseExpr("1e6 + 2.5") == Expr(Rational(2000005, 2)));
  CHECK(ParseExpr("1e-2*T") == T / 100);
  CHECK(ParseExpr("8K*K") == 8192 * K);
  CHECK(ParseExpr("K") == K);
  CHECK(ParseExpr("2T") == Expr(std::int64_t{1} << 41));
  CHECK(ParseExpr("1e400") / ParseExpr("1e399") == 10);
}

TEST_CASE("the grammar's calls build atoms", "[parse]") {
  CHECK(ParseExpr("min(T, W)") == Min(T, W));
  CHECK(ParseExpr("min(T, W, 8)") == Min(Min(T, W), 8));
  CHECK(ParseExpr("max(T, W)") == Max(T, W));
  CHECK(ParseExpr("floor(T/8)") == FloorDiv(T, 8));
  CHECK(ParseExpr("floor((T+3)/(W+1))") == FloorDiv(T + 3, W + 1));
  CHECK(ParseExpr("ceil(T/8)") == CeilDiv(T, 8));
  CHECK(ParseExpr("ceil(T/8 + 1/2)") == CeilDiv(T + 4, 8));
  CHECK(ParseExpr("floor(5/2)") == 2);
  CHECK(ParseExpr("floor(-5/2)") == -3);
  CHECK(ParseExpr("floordiv(T, W)") == FloorDiv(T, W));
  CHECK(ParseExpr("ceildiv(T, W)") == CeilDiv(T, W));
  CHECK(ParseExpr("ceillog2(T)") == CeilLog2(T));
  CHECK(ParseExpr("min(32, T/8)") == Min(256, T) / 8);
  CHECK(ParseExpr("min + floor") == Expr(Symbol("min")) + Symbol("floor"));  // names, not calls
}

TEST_CASE("a text has the value of the formula it was written from", "[parse]") {
  constexpr unsigned kSeed = 61;
  TreeMaker maker(kSeed);
  for (int round = 0; round < 600; ++round) {
    const Tree tree = round % 2 == 0 ? maker.Integral(3) : maker.Fractional(3);
    const Expr parsed = ParseExpr(ToText(tree), kKnown);
    for (int i = 0; i < 3; ++i) {
      const Values point = maker.Point();
      INFO("seed " << kSeed << ", round " << round << ": " << ToText(tree));
      CHECK(Evaluate(parsed, point) == ValueAt(tree, point));
    }
  }
}

TEST_CASE("a ratio keeps a division that does not come out", "[parse]") {
  const Ratio ratio = ParseRatio("640/(H_kv - 1)", kKnown);
  CHECK(ratio.numerator == 640);
  CHECK(ratio.denominator == Expr(Symbol("H_kv")) - 1);
  const Ratio sum = ParseRatio("1/(T+1) + 1/(T+2)", kKnown);
  CHECK(sum.numerator == 2 * T + 3);
  CHECK(sum.denominator == (T + 1) * (T + 2));
  CHECK(ParseExpr("(T^2-1)/(T+1)", kKnown) == T - 1);
  CHECK(ParseExpr("1/(T+1) - 1/(1+T)", kKnown) == 0);
  CHECK(ParseExpr("T/(T+1)*(T+1)", kKnown) == T);
  CHECK(ParseExpr("(T/(T+1))^-1*T", kKnown) == T + 1);
  CHECK(ErrorOf("1/(T+1)") == "division by a sum of several terms leaves a remainder");
}

TEST_CASE("errors tell the column and what is near", "[parse]") {
  CHECK(ErrorOf("T*Tt") == "unknown name 'Tt' at column 3; did you mean 'T'?");
  CHECK(ErrorOf("sigma") == "unknown name 'sigma' at column 1");
  CHECK(ErrorOf("H_vk+1") == "unknown name 'H_vk' at column 1; did you mean 'H_kv'?");
  CHECK(ErrorOf("mni(T, W)") == "unknown function 'mni' at column 1; did you mean 'min'?");
  CHECK(ErrorOf("1+flor(T/2)") == "unknown function 'flor' at column 3; did you mean 'floor'?");
  CHECK(ErrorOf("T +") == "the expression ends too early, at column 4");
  CHECK(ErrorOf("") == "the expression ends too early, at column 1");
  CHECK(ErrorOf("(T") == "the expression ends too early, at column 3");
  CHECK(ErrorOf("T)") == "unexpected ')' at column 2");
  CHECK(ErrorOf("T W") == "unexpected 'W' at column 3");
  CHECK(ErrorOf("8Kb") == "unexpected 'b' at column 3");
  CHECK(ErrorOf("T $ W") == "unexpected '$' at column 3");
  CHECK(ErrorOf("T*\xc3\x97") == "unexpected character at column 3");
  CHECK(ErrorOf("2^W") == "an exponent must be an integer, at column 3");
  CHECK(ErrorOf("T^2^3") == "unexpected '^' at column 4");
  CHECK(ErrorOf("T/0") == "division by zero at column 2");
  CHECK(ErrorOf("min(T)") == "'min' does not take 1 argument(s), at column 1");
  CHECK(ErrorOf("floor(T/2, 3)") == "'floor' does not take 2 argument(s), at column 1");
  CHECK(ErrorOf("min(T, 1/(T+1))") ==
        "division by a sum of several terms leaves a remainder at column 1");
  CHECK(ErrorOf("floor(T/(1-T))").empty());  // T - 1 may be 0 but is never negative
  CHECK(ErrorOf("1e99999") == "'1e99999' is no number at column 1");
  CHECK(ErrorOf(".") == "'.' is no number at column 1");
}

TEST_CASE("huge inputs are refused before time is spent on them", "[parse]") {
  const std::string deep(199, '('), closed(199, ')');
  CHECK(ParseExpr(deep + "T" + closed) == T);
  CHECK(ErrorOf(std::string(201, '(') + "T") == "parentheses too deep at column 201");
  CHECK(ErrorOf("T^1001") == "an exponent above 1000 at column 3");
  CHECK(ErrorOf("T^99999999999999999999") == "an exponent above 1000 at column 3");
  CHECK(ErrorOf("(T+W+C+n+p+H_kv)^900") == "a power of too many terms or digits at column 17");
  CHECK(ErrorOf("min(T,W)^900") == "a power of too many terms or digits at column 9");
  std::string floors = "T";
  for (int i = 2; i < 2000; ++i) floors += "+floor(T/" + std::to_string(i) + ")";
  CHECK(ErrorOf(floors).starts_with("a sum of too many terms at column "));
  CHECK(ErrorOf("f" + std::string(201, '(')) == "parentheses too deep at column 2");
  CHECK(ErrorOf("(999^1000)^1000") == "a power of too many terms or digits at column 11");
  CHECK(ErrorOf("((T^1000)^1000)") ==
        "an exponent of 1000000 is out of range (16 bits) at column 10");
  CHECK(ErrorOf(std::string((1 << 20) + 1, ' ')) == "an expression of more than 1 MB");
}

TEST_CASE("a vocabulary gives meaning to names and calls", "[parse]") {
  std::vector<std::string> heard;
  Vocabulary vocabulary;
  vocabulary.symbol = [](std::string_view name) -> Expr {
    if (name == "x") return 5;
    throw CostError("unknown name '" + std::string(name) + "'");
  };
  vocabulary.call = [&](std::string_view name,
                        const std::vector<Argument>& arguments) -> std::optional<Ratio> {
    if (name != "full") return std::nullopt;
    for (const Argument& argument : arguments) heard.push_back(argument.name + ":" + argument.text);
    if (arguments.size() > 3) throw CostError("too many settings");
    return MakeRatio(T * T, T + 1);
  };
  const Ratio ratio =
      ParseRatio("x*full(T=8K, K = min(32, T/8) ,bands=[20:192,160:16])/2", vocabulary);
  CHECK(ratio.numerator == 5 * T * T);
  CHECK(ratio.denominator == 2 * T + 2);
  const std::vector<std::string> expected = {"T:8K", "K:min(32, T/8)", "bands:[20:192,160:16]"};
  CHECK(heard == expected);
  CHECK(ParseRatio("full", vocabulary).numerator == T * T);
  CHECK(ParseRatio("full()", vocabulary).numerator == T * T);
  CHECK(ErrorTextOf([&] { ParseRatio("1+full(a,b,c,d)", vocabulary); }) ==
        "in 'full' at column 3: too many settings");
  CHECK(ErrorTextOf([&] { ParseRatio("full(T=(1)", vocabulary); }) ==
        "'(' is never closed, at column 5");
  CHECK(ErrorTextOf([&] { ParseRatio("1 + y", vocabulary); }) == "unknown name 'y' at column 5");
  CHECK(ErrorTextOf([&] { ParseRatio("T", Vocabulary()); }) == "unknown name 'T' at column 1");
  CHECK(ParseRatio("min(1, 2)", Vocabulary()).numerator == 1);
}

TEST_CASE("arguments split at the commas outside brackets", "[parse]") {
  const std::vector<Argument> arguments = SplitArguments(" a = 1, b=min(2,3), c=[x,y], 4*T, d==e");
  REQUIRE(arguments.size() == 5);
  CHECK(arguments[0].name == "a");
  CHECK(arguments[0].text == "1");
  CHECK(arguments[1].text == "min(2,3)");
  CHECK(arguments[2].text == "[x,y]");
  CHECK(arguments[3].name.empty());
  CHECK(arguments[3].text == "4*T");
  CHECK(arguments[4].text == "=e");
  CHECK(SplitArguments("").empty());
  CHECK(SplitArguments("  ").empty());
  CHECK(SplitArguments("a,,b").size() == 3);
}

}  // namespace costcheck
