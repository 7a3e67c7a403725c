#include <cmath>

#include "costmodel/component.h"
#include "costmodel/metric.h"
#include "tests/catch.h"

// Formulas as their sources print them, against the components under the
// convention that carries the source's name. d model width, T tokens.

namespace costcheck {
namespace {

const Expr T = Symbol("T"), B = Symbol("B"), L = Symbol("L"), d = Symbol("d"), H = Symbol("H"),
           V = Symbol("V"), f = Symbol("f"), w = Symbol("w"), K = Symbol("K"), h = Symbol("h");

using Given = std::vector<std::pair<const char*, Expr>>;

Settings With(const Given& given, Phase phase = Phase::kForward) {
  Settings settings;
  for (const auto& [name, value] : given) settings.Set(name, value);
  settings.phase = phase;
  return settings;
}

Expr Flops(std::string_view component, std::string_view convention, const Settings& settings) {
  const Component* found = FindComponent(component);
  REQUIRE(found != nullptr);
  return Evaluate(*found, settings, FindConvention(convention), Metric::kFlops);
}

const Given kModel = {{"B", B}, {"L", L}, {"d", d}, {"H", H}, {"V", V}, {"f", f}};

TEST_CASE("Narayanan 2021, Eq. 3: 96 B s L h^2 (1 + s/(6h) + V/(16 L h))", "[published]") {
  const Settings settings = With({{"B", B}, {"L", L}, {"d", d}, {"H", H}}, Phase::kTraining);
  CHECK(Flops("full", "megatron", settings) ==
        96 * B * T * L * d * d * (1 + T / (6 * d) + V / (16 * L * d)));
}

TEST_CASE("Kaplan 2020, Table 1: 2N + 2 L n_ctx d_attn a token", "[published]") {
  const Expr N = 2 * d * L * (2 * d + f);
  CHECK(Flops("full", "kaplan", With(kModel)) == B * T * (2 * N + 2 * L * T * d));
}

TEST_CASE("Hoffmann 2022, Appendix F: all of its lines", "[published]") {
  const Expr layer =
      6 * T * d * d + 2 * T * T * d + 3 * H * T * T + 2 * T * T * d + 2 * T * d * d + 4 * T * d * f;
  CHECK(Flops("full", "chinchilla", With(kModel)) == B * (4 * T * V * d + L * layer));
}

TEST_CASE("Chowdhery 2022, Appendix B: 6N + 12 L H Q T a token", "[published]") {
  Given given = kModel;
  given.push_back({"w", w});
  Settings settings = With(given, Phase::kTraining);
  settings.own_head_width = true;
  const Expr N = L * (4 * d * H * w + 2 * d * f) + V * d;
  CHECK(Flops("full", "palm", settings) == B * T * (6 * N + 12 * L * H * w * T));
}

TEST_CASE("Dao 2023, Sec. 4.1: 4 T^2 w H B, half if causal, 3.5 times with backward",
          "[published]") {
  const Given given = {{"B", B}, {"H", H}, {"w", w}};
  Settings open = With(given);
  open.causal = false;
  const Expr full = 4 * T * T * w * H * B;
  CHECK(Flops("flash", "flash-attention", open) == full);
  CHECK(Flops("flash", "flash-attention", With(given)) == full / 2);
  CHECK(Flops("flash", "flash-attention", With(given, Phase::kTraining)) ==
        full / 2 * Rational(7, 2));
}

TEST_CASE("a recomputing kernel's derived backward is 2.5 times its forward", "[published]") {
  const Given given = {{"B", B}, {"H", H}, {"w", w}};
  const Expr forward = Flops("flash", "first-principles", With(given));
  CHECK(Flops("flash", "first-principles", With(given, Phase::kTraining)) ==
        forward * Rational(7, 2));
  CHECK(Flops("full", "first-principles", With(given)) == forward);
  CHECK(Flops("full", "first-principles", With(given, Phase::kTraining)) == 3 * forward);
}

TEST_CASE("attention's share of a classic layer is T / (T + 6d)", "[published]") {
  Convention layer = FindConvention("palm");
  layer.scope = Scope::kLayer;
  const Settings settings = With({{"d", d}, {"H", H}});
  const Component& full = *FindComponent("full");
  const Expr whole = Evaluate(full, settings, layer, Metric::kFlops);
  layer.scope = Scope::kCore;
  CHECK(Evaluate(full, settings, layer, Metric::kFlops) * (T + 6 * d) == whole * T);
}

TEST_CASE("the seeds' table: 2 T^2 d against one head's T (w h + h T + K w h + h w)",
          "[published]") {
  CHECK(Flops("full", "seeds", With({{"d", d}, {"H", H}})) == 2 * T * T * d);
  const Expr one = Flops("topk_mlp", "seeds",
                         With({{"d", d},
                               {"w", w},
                               {"H", d / w},
                               {"sparse_heads", 1},
                               {"exact_heads", 0},
                               {"K", K},
                               {"h", h}}));
  CHECK(one == T * (w * h + h * T + K * w * h + h * w));
  CHECK(Substitute(one, {{"w", 64}, {"h", 128}, {"K", 8}}) == T * (81920 + 128 * T));
}

TEST_CASE("the seeds' score bytes: 4 B H T^2", "[published]") {
  const Settings settings = With({{"B", B}, {"H", H}, {"p", 4}});
  CHECK(Evaluate(*FindComponent("full"), settings, FindConvention("seeds"), Metric::kScoreBytes) ==
        4 * B * H * T * T);
}

TEST_CASE("the seeds' table with projections, to its three digits", "[published]") {
  struct Row {
    int width, tokens;
    double printed;
  };
  for (const Row& row :
       {Row{128, 64, 0.525}, Row{256, 128, 0.904}, Row{512, 256, 1.124}, Row{768, 512, 1.256},
        Row{1024, 1024, 1.433}, Row{1280, 2048, 1.722}, Row{2048, 4096, 1.948}}) {
    const int heads = row.width / 64;
    const Settings settings = With({{"T", row.tokens},
                                    {"d", row.width},
                                    {"H", heads},
                                    {"K", 8},
                                    {"h", 128},
                                    {"sparse_heads", 1},
                                    {"exact_heads", 0},
                                    {"topk_heads", heads - 1}});
    const Rational full = *Flops("full", "seeds-projections", settings).AsRational();
    const Rational sparse = *Flops("topk_mlp", "seeds-projections", settings).AsRational();
    const double ratio = ToDouble(Rational(full / sparse));
    CHECK(std::round(1000 * ratio) == std::round(1000 * row.printed));
  }
}

}  // namespace
}  // namespace costcheck
