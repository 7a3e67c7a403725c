#include "claims/evaluator.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "costmodel/model/named_models.h"
#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/claims/claims_text.h"

namespace costcheck {
namespace {

ClaimCounting Seeds(const std::string& set) {
  ClaimCounting counting;
  counting.convention = "seeds";
  counting.set = set;
  return counting;
}

constexpr char kOneHead[] = "T=64,d=128,w=64,h=128,K=8,sparse_heads=1,exact_heads=0";

template <class Work>
auto With(const std::vector<ClaimCounting>& layers, Work work) {
  std::vector<const ClaimCounting*> counting;
  for (const ClaimCounting& layer : layers) counting.push_back(&layer);
  return work(counting);
}

/// An evaluator of a file, with shorter calls.
struct Fixture {
  explicit Fixture(const std::string& text = "")
      : file(FileOf(text + ClaimText("Z", "open = \"no\""))), evaluator(file) {}

  Rational Value(const std::string& expression, const std::vector<ClaimCounting>& layers = {}) {
    return With(layers,
                [&](CountingLayers counting) { return evaluator.Value(expression, counting); });
  }
  RationalInterval Range(const std::string& expression) { return evaluator.Range(expression, {}); }
  Expr Formula(const std::string& expression, const char* symbol, const ClaimCounting& layer) {
    return With({layer},
                [&](CountingLayers c) { return evaluator.Formula(expression, symbol, c); });
  }
  std::string Error(const std::string& expression, const std::vector<ClaimCounting>& layers = {}) {
    return ErrorTextOf([&] { Value(expression, layers); });
  }

  ClaimFile file;
  ClaimEvaluator evaluator;
};

}  // namespace

TEST_CASE("the seeds' own formulas, worked by hand") {
  Fixture fixture;
  const std::vector<ClaimCounting> layers = {Seeds(kOneHead)};
  CHECK(fixture.Value("full()", layers) == 2 * 64 * 64 * 128);
  CHECK(fixture.Value("topk_mlp()", layers) == 64 * (81920 + 128 * 64));
  CHECK(fixture.Value("full()/topk_mlp()", layers) == Rational(1048576, 5767168));
  CHECK(fixture.Value("2*T/(1+K)", {Seeds("T=8192,K=32")}) == Rational(16384, 33));
}

TEST_CASE("later layers stand above earlier ones, and arguments of a call above all") {
  Fixture fixture;
  ClaimCounting longer, module;
  longer.set = "T=128";
  module.scope = "module";
  const std::vector<ClaimCounting> base = {Seeds("T=64,d=128,w=64")};
  CHECK(fixture.Value("full()", {base[0], longer}) == 2 * 128 * 128 * 128);
  CHECK(fixture.Value("full(T=32)", {base[0], longer}) == 2 * 32 * 32 * 128);
  // Projections: 4 T d^2.
  CHECK(fixture.Value("full()", {base[0], module}) == 2 * 64 * 64 * 128 + 4 * 64 * 128 * 128);
  CHECK(fixture.Value("full(scope=core)", {base[0], module}) == 2 * 64 * 64 * 128);
  CHECK(fixture.Value("full(metric=parameters)", {base[0], module}) == 4 * 128 * 128);
}

TEST_CASE("a set value may be an expression in others, as heads are in widths") {
  Fixture fixture;
  ClaimCounting all = Seeds("T=64,d=128,w=64,h=128,K=min(8,T/8),sparse_heads=H,exact_heads=0");
  CHECK(fixture.Value("topk_mlp()", {all}) == 2 * 64 * (81920 + 128 * 64));
  CHECK(fixture.Value("H*K", {all}) == 16);
}

TEST_CASE("a causal mask may be counted by any rule of pairs") {
  Fixture fixture;
  ClaimCounting counting;
  counting.set = "T=101,d=6,w=2";
  const Rational pair = 2 * 2 * 6;  // two products of width d, two FLOPs each
  CHECK(fixture.Value("full()", {counting}) == pair * (101 * 102 / 2));
  counting.causal = "half";
  CHECK(fixture.Value("full()", {counting}) == pair * Rational(101 * 101, 2));
  counting.causal = "full";
  CHECK(fixture.Value("full()", {counting}) == pair * 101 * 101);
  counting.causal = "no";
  CHECK(fixture.Value("full()", {counting}) == pair * 101 * 101);
}

TEST_CASE("names are definitions, then claims, then facts, then symbols") {
  Fixture fixture(
      "[definitions]\ntwice = \"2*S1\"\nsparse = \"T*twice\"\n" + FactText("width", "64") +
      FactText("kind", "a transformer") +
      ClaimText("S1", "numbers = [{ value = \"0.18\", unit = \"x\" }]\nopen = \"no\"") +
      ClaimText("P3", "numbers = [{ value = \"48,812\" }, { value = \"1.9\" }]\nopen = \"no\""));
  CHECK(fixture.Value("twice") == Rational(36, 100));
  CHECK(fixture.Value("sparse/width", {Seeds("T=128")}) == Rational(72, 100));
  CHECK(fixture.Value("P3_1/P3_2") == Rational(488120, 19));
  CHECK(fixture.evaluator.NumbersIn("sparse + P3_1 - S1*T + full(T=8K)") ==
        std::vector<std::string>{"S1", "P3_1"});
  CHECK(fixture.Error("P3") == "'P3': in 'P3' at column 1: 'P3' has 2 numbers: P3_1 to P3_2");
  CHECK(fixture.Error("kind + 1").find("the fact 'kind' is words: a transformer") !=
        std::string::npos);
  CHECK(fixture.Error("widht").find("did you mean 'width'?") != std::string::npos);
}

TEST_CASE("what an expression calls is seen through definitions") {
  Fixture fixture("[definitions]\nall = \"min(2, full()/topk_mlp(K=8))\"\nnone = \"T*d\"\n");
  ClaimEvaluator& evaluator = fixture.evaluator;
  CHECK(evaluator.CallsCosts("all - 1"));
  CHECK_FALSE(evaluator.CallsCosts("none + 8K"));
  CHECK(evaluator.CallsAttention("all"));
  CHECK_FALSE(evaluator.CallsAttention("banded(metric=parameters)"));
  CHECK(evaluator.CallsCosts("full_table(V=7)"));
  CHECK(evaluator.CallsAttention("model(llama-2-7b, T=4K)"));
  CHECK(evaluator.Takes("all", "h"));
  CHECK_FALSE(evaluator.Takes("all", "K"));
  CHECK_FALSE(evaluator.Takes("full()", "K"));
  CHECK(evaluator.Takes("none", "d"));
}

TEST_CASE("what is missing, unknown or divided by 0 is an error that says so") {
  Fixture fixture;
  CHECK(fixture.Error("full()", {Seeds("d=128,w=64")}).find("T is not set") != std::string::npos);
  CHECK(fixture.Error("T + 1") == "'T + 1': T is not set at column 1");
  CHECK(fixture.Error("1/(2-2)").find("division by zero") != std::string::npos);
  CHECK(fixture.Error("full()/0", {Seeds("T=8,d=128,w=64")}).find("division by zero") !=
        std::string::npos);
  CHECK(fixture.Error("ful(T=8)").find("did you mean 'full'?") != std::string::npos);
  CHECK(fixture.Error("1", {Seeds("q=7")}).find("'q' is neither a symbol nor a parameter") !=
        std::string::npos);
  CHECK(fixture.Error("1", {Seeds("T=0")}).find("not a positive integer") != std::string::npos);
  CHECK(fixture.Error("full()", {Seeds("T=8,d=7,w=2")}).find("H = d/w is 7/2, not an integer") !=
        std::string::npos);
  ClaimCounting wrong;
  wrong.scope = "modul";
  CHECK(fixture.Error("1", {wrong}).find("did you mean 'module'?") != std::string::npos);
}

TEST_CASE("errors are the same whether a formula is known or not") {
  Fixture fixture;
  const auto error = [&](const std::string& set) { return fixture.Error("full()", {Seeds(set)}); };
  const std::string first = error("T=8,d=7,w=2");
  CHECK(fixture.Value("full()", {Seeds("T=8,d=14,w=2")}) == 2 * 64 * 14);
  CHECK(error("T=8,d=7,w=2") == first);
  CHECK(error("T=8,d=21,w=2").find("H = d/w is 21/2, not an integer") != std::string::npos);
}

TEST_CASE("a part that is 0 divides nothing, though it would cancel") {
  Fixture fixture("[definitions]\npart = \"selection\"\n");
  CHECK(fixture.Value("part/part", {Seeds("selection=1")}) == 1);
  CHECK(fixture.Error("part/part", {Seeds("selection=0")}).find("division by zero") !=
        std::string::npos);
  CHECK(fixture.Error("1/selection", {Seeds("selection=0")}).find("leaf") == std::string::npos);
}

TEST_CASE("a function that there is not is answered with the nearest that there is") {
  Fixture fixture("");
  CHECK(fixture.Error("ful()/topk_mlp()", {}) ==
        "'ful()/topk_mlp()': unknown function 'ful' at column 1; did you mean 'full'?");
  CHECK(fixture.Error("modle()", {}).find("did you mean 'model'?") != std::string::npos);
}

TEST_CASE("definitions in a circle are an error with their place") {
  const std::string text = ErrorTextOf([] {
    Fixture("[definitions]\nd1 = \"a1\"\na1 = \"b1 + 1\"\nb1 = \"full(T=a1)*c1\"\nc1 = \"2*a1\"\n");
  });
  INFO(text);
  CHECK(text.find("test.toml:") == 0);
  CHECK(text.find("definitions are made of each other in a circle: a1 of b1, b1 of c1, c1 of a1") !=
        std::string::npos);
}

TEST_CASE("definitions that name each other often are read once") {
  std::string text = "[definitions]\nx0 = \"3\"\n";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "x" + std::to_string(i - 1);
    text += "x" + std::to_string(i) + " = \"" + before + "+" + before + "\"\n";
  }
  Fixture fixture(text);
  CHECK(fixture.Value("x59") == 3 * Pow(Rational(2), 59));
  CHECK(fixture.evaluator.NumbersIn("x59").empty());
}

TEST_CASE("claims in an expression may lie anywhere within their digits") {
  Fixture fixture(ClaimText("C1", "numbers = [{ value = \"2.9091\" }]\nopen = \"no\"") +
                  ClaimText("C2", "numbers = [{ value = \"2.9251\" }]\nopen = \"no\""));
  // As recorded beside the claims: 0.5466 to 0.5534 percent.
  const RationalInterval range = fixture.Range("(C2 - C1)/C1");
  CHECK(std::abs(ToDouble(range.lower) - 0.005466) < 5e-7);
  CHECK(std::abs(ToDouble(range.upper) - 0.005534) < 5e-7);
  CHECK(range.Contains(fixture.Value("(C2 - C1)/C1")));
  CHECK(fixture.Range("C1 - C1").lower == 0);
  CHECK(fixture.Range("7/2").upper == Rational(7, 2));
}

TEST_CASE("a formula keeps its symbol free, whatever sets it") {
  Fixture fixture;
  const Expr T = Symbol("T"), K = Symbol("K");
  const ClaimCounting seeds =
      Seeds("T=64,d=128,w=64,h=128,K=min(8,T),sparse_heads=1,exact_heads=0");
  CHECK(fixture.Formula("full()", "T", seeds) == 2 * T * T * 128);
  CHECK(fixture.Formula("topk_mlp(K=8)", "T", seeds) == T * (81920 + 128 * T));
  CHECK(fixture.Formula("topk_mlp()", "K", seeds) ==
        64 * (64 * 128 + 64 * 128 + 128 * 64 + K * 64 * 128));
  CHECK(fixture.Formula("T*K", "K", Seeds("T=7")) == 7 * K);
  CHECK(ErrorTextOf([&] { fixture.Formula("full()", "T", Seeds("w=64")); }) ==
        "'full()': H is not set");
}

TEST_CASE("a model is any of its quantities, with arguments above what is set") {
  Fixture fixture;
  const Rational parameters(FindNamedModel("llama-2-7b").parameters);
  CHECK(fixture.Value("model(name=llama-2-7b,T=4K,metric=parameters)") == parameters);
  CHECK(fixture.Value("model(llama-2-7b,metric=weight_bytes)") == 2 * parameters);
  CHECK(fixture.Value("model(llama-2-7b,metric=weight_bytes,dtype=float32)") == 4 * parameters);
  // 2 of keys and values, 32 layers, 4096 wide, 2 bytes.
  CHECK(fixture.Value("model(llama-2-7b,T=4K,metric=kv_cache_bytes)") ==
        Rational(2 * 32 * 4096 * 2) * 4096);
  CHECK(fixture.Value("model(llama-2-7b,B=3,T=K/2,metric=kv_cache_bytes)", {Seeds("T=9,K=8192")}) ==
        Rational(2 * 32 * 4096 * 2) * 4096 * 3);
  CHECK(fixture.Value("model(llama-2-7b,T=4K,metric=kv_cache_bytes,cache_dtype=fp8)") ==
        Rational(2 * 32 * 4096) * 4096);
  CHECK(fixture.Formula("model(llama-2-7b,metric=kv_cache_bytes)", "T", Seeds("T=9")) ==
        Expr(2 * 32 * 4096 * 2) * Symbol("T"));
}

TEST_CASE("a model is counted whole unless a scope is set, and by the convention and phase") {
  Fixture fixture;
  ClaimCounting core, training;
  core.scope = "core";
  training.phase = "training";
  const Rational whole = fixture.Value("model(gpt2,T=1K)");
  const Rational of_core = fixture.Value("model(gpt2,T=1K,metric=flops_attention_core)");
  CHECK(fixture.Value("model(gpt2,T=1K)", {core}) == of_core);
  CHECK(fixture.Value("model(gpt2,T=1K,scope=core)") == of_core);
  CHECK(whole > of_core);
  CHECK(fixture.Value("model(gpt2,T=1K)", {training}) ==
        fixture.Value("model(gpt2,T=1K,phase=training)"));
  CHECK(fixture.Value("model(gpt2,T=1K)", {training}) > 2 * whole);
}

TEST_CASE("another attention is put into every layer of a model") {
  Fixture fixture;
  const auto core = [&fixture](const std::string& model, const std::string& attention) {
    return fixture.Value("model(" + model +
                         ",metric=flops_attention_core,T=1009,attention=" + attention + ")");
  };
  std::int64_t pairs = 0;
  for (std::int64_t i = 1; i <= 1009; ++i) pairs += std::min<std::int64_t>(i, 97);
  // 4 FLOPs a pair and number of a row, 12 layers of width 768; 32 of width 4096.
  CHECK(core("gpt2", "sliding_window(W=97)") == 12 * 4 * 768 * pairs);
  CHECK(core("llama-2-7b", "sliding_window(W=97)") == Rational(32 * 4 * 4096) * pairs);
  CHECK(core("gpt2", "sliding_window(W=97)") != core("gpt2", "sliding_window(W=89)"));
  CHECK(core("gpt2", "sliding_window(W=T)") == core("gpt2", "full"));
}

TEST_CASE("a model's other attention is told what is wrong with it") {
  Fixture fixture;
  const auto error = [&fixture](const std::string& attention) {
    return fixture.Error("model(gpt2,T=8,attention=" + attention + ")");
  };
  CHECK(error("ful").find("did you mean 'full'?") != std::string::npos);
  CHECK(error("full_table").find("is not an attention") != std::string::npos);
  CHECK(error("full(d=8)").find("d is the model's own") != std::string::npos);
  CHECK(error("sliding_window").find("W of sliding_window is not set") != std::string::npos);
  CHECK(fixture.Error("model(mistral-7b,T=8,attention=sliding_window)").find("W of") !=
        std::string::npos);  // not the model's own W
  CHECK(error("sliding_window(W=4,W=5)").find("set twice") != std::string::npos);
}

TEST_CASE("a model's wrong argument is told with the nearest") {
  Fixture fixture;
  CHECK(fixture.Error("model(T=8)").find("which model? write name=NAME") != std::string::npos);
  CHECK(fixture.Error("model(lama-2-7b,T=8)").find("did you mean 'llama-2-7b'?") !=
        std::string::npos);
  CHECK(fixture.Error("model(gpt2,metric=parameter)").find("did you mean 'parameters'?") !=
        std::string::npos);
  CHECK(fixture.Error("model(gpt2,T=8,dtyp=fp8)").find("did you mean 'dtype'?") !=
        std::string::npos);
  CHECK(fixture.Error("model(gpt2,T=8,dtype=fp7)").find("did you mean 'fp8'?") !=
        std::string::npos);
  CHECK(fixture.Error("model(gpt2,T=1/2)").find("T") != std::string::npos);
  CHECK(fixture.Error("model(gpt2)").find("T is not set") != std::string::npos);
}

}  // namespace costcheck
