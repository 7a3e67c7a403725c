#include "costmodel/model/model_costs.h"
#include "tests/catch.h"
#include "tests/model/architecture_samples.h"

// What published formulas say of whole models, as identities between exact expressions in T.

namespace costcheck {
namespace {

const Symbol kT("T");

// Sizes as the sources name them: l layers of width h, a heads, vocabulary V, batch b.
constexpr int l = 6, h = 30, a = 10, V = 112, b = 3;

Architecture Gpt() { return GptLike(l, h, a, V, 17); }

CostChoices By(const std::string& convention, Phase phase = Phase::kTraining) {
  CostChoices choices;
  choices.formulas.convention = FindConvention(convention);
  choices.formulas.phase = phase;
  choices.formulas.batch = b;
  return choices;
}

ModelCosts CostsOf(const Architecture& model, const CostChoices& choices) {
  return ModelCoster(choices).CostsOf(model);
}

// Narayanan 2021 (arXiv:2104.04473), Eq. 2: P = 12 l h^2 (1 + 13/(12 h) + (V + s)/(12 l h)), s rows
// of positions; the last norm is not in it.
TEST_CASE("Narayanan's parameters", "[identities]") {
  Architecture model = Gpt();
  model.decoder.final_norm.reset();
  const Rational P =
      Rational(12 * l * h * h) * (1 + Rational(13, 12 * h) + Rational(V + 17, 12 * l * h));
  CHECK(CostsOf(model, By("megatron")).parameters == Expr(P));
}

// Eq. 3: F = 96 B s l h^2 (1 + s/(6 h) + V/(16 l h)) for an iteration, every layer forward twice.
TEST_CASE("Narayanan's FLOPs of an iteration", "[identities]") {
  const Expr s = kT;
  const Expr F = 96 * b * l * h * h * s * (1 + s / (6 * h) + Expr(Rational(V, 16 * l * h)));
  CHECK(CostsOf(Gpt(), By("megatron")).flops == F);
}

// The same without recomputation, 72 B s l h^2 (1 + s/(6 h) + V/(12 l h)), and what full
// recomputation adds to it: Eq. 3 again.
TEST_CASE("Narayanan's FLOPs from those without recomputation", "[identities]") {
  CostChoices choices = By("megatron");
  choices.formulas.convention.recomputed_forwards.clear();
  choices.recompute = Recompute::kFull;
  const ModelCosts costs = CostsOf(Gpt(), choices);
  const Expr s = kT;
  CHECK(costs.flops == 72 * b * l * h * h * s * (1 + s / (6 * h) + Expr(Rational(V, 12 * l * h))));
  CHECK(costs.flops + costs.flops_recomputed == CostsOf(Gpt(), By("megatron")).flops);
}

// Eq. 4: training takes 8 T P / (n X): 8 FLOPs a token and parameter of the layers' matrices, to
// which attention and logits come.
TEST_CASE("Narayanan's eight FLOPs a parameter and token", "[identities]") {
  const ModelCosts costs = CostsOf(Gpt(), By("megatron"));
  CHECK(costs.flops_linear == 8 * Expr(12 * l * h * h) * b * Expr(kT));
}

/// What layers keep, statistics of norms left out as Korthikanti leaves them out.
Expr KeptInLayers(const CostChoices& choices) {
  Expr sum;
  for (const KeptLine& line : ModelCoster(choices).KeptLinesOf(Gpt())) {
    const bool statistics = line.name.ends_with("(statistics)");
    if (line.group == "all" && !statistics) sum += line.bytes;
  }
  return sum;
}

CostChoices WithDropout() {
  CostChoices choices = By("megatron");
  choices.formulas.dropout = true;
  return choices;
}

Expr PerToken(const Rational& times) { return Expr(times * (b * h)) * Expr(kT); }
Expr PerPair(const Rational& times) { return Expr(times * (5 * a * b)) * Expr(kT) * Expr(kT); }

// Korthikanti 2022 (arXiv:2205.05198), Eq. 1: s b h (34 + 5 a s/h) bytes a layer.
TEST_CASE("Korthikanti's activations of a layer", "[identities]") {
  CHECK(KeptInLayers(WithDropout()) == l * (PerToken(34) + PerPair(1)));
}

// Eq. 2, t tensor-parallel devices: s b h (10 + 24/t + 5 a s/(h t)).
TEST_CASE("Korthikanti's activations with tensor parallelism", "[identities]") {
  CostChoices choices = WithDropout();
  choices.parallel.tensor = 5;
  CHECK(KeptInLayers(choices) == l * (PerToken(10 + Rational(24, 5)) + PerPair(Rational(1, 5))));
}

// Eq. 3 and 4, sequence parallelism besides: (s b h/t)(34 + 5 a s/h).
TEST_CASE("Korthikanti's activations with sequence parallelism", "[identities]") {
  CostChoices choices = WithDropout();
  choices.parallel.tensor = 5;
  choices.parallel.sequence = true;
  CHECK(KeptInLayers(choices) == l * (PerToken(Rational(34, 5)) + PerPair(Rational(1, 5))));
}

// Eq. 5: the first pipeline stage holds as many microbatches as there are stages, so all L layers'.
TEST_CASE("Korthikanti's activations of the first pipeline stage", "[identities]") {
  CostChoices choices = WithDropout();
  choices.parallel.tensor = 5;
  choices.parallel.sequence = true;
  const Expr without = KeptInLayers(choices);
  choices.parallel.pipeline = 3;
  CHECK(KeptInLayers(choices) == without);
}

// Eq. 6: selective recomputation leaves 34 s b h L/t; full (Table 2), 2 s b h L/t.
TEST_CASE("Korthikanti's activations with recomputation", "[identities]") {
  CostChoices choices = WithDropout();
  choices.parallel.tensor = 5;
  choices.parallel.sequence = true;
  choices.recompute = Recompute::kSelective;
  CHECK(KeptInLayers(choices) == l * PerToken(Rational(34, 5)));
  choices.recompute = Recompute::kFull;
  CHECK(KeptInLayers(choices) == l * PerToken(Rational(2, 5)));
}

// Sec. 4.3: outside the layers (s b h L/t) (p/L + [p = 1] (4/L)(1 + V/h)): the embedding's dropout
// masks of p microbatches; norm, head input and logits of 4 bytes. Token numbers are left out.
TEST_CASE("Korthikanti's activations outside the layers", "[identities]") {
  for (const int p : {1, 3}) {
    CostChoices choices = WithDropout();
    choices.parallel.tensor = 2;
    choices.parallel.sequence = true;
    choices.parallel.pipeline = p;
    Expr sum;
    for (const KeptLine& line : ModelCoster(choices).KeptLinesOf(Gpt())) {
      const bool numbers = line.name == "tokens" || line.name == "targets" ||
                           line.name == "W_p numbers" || line.name.ends_with("(statistics)");
      if (line.group == "tables" && !numbers) sum += line.bytes;
    }
    const Expr last = p == 1 ? PerToken(4 * (1 + Rational(V, h))) : Expr(0);
    CHECK(sum == (PerToken(p) + last) / 2);
  }
}

// Sec. 5 and Eq. 8 print s/(3h) for what the core computed again takes, three times 4 b s^2 h a
// layer; the exact count is this.
TEST_CASE("selective recomputation runs the core's forward once more", "[identities]") {
  CostChoices choices = By("palm");
  choices.recompute = Recompute::kSelective;
  CHECK(CostsOf(Gpt(), choices).flops_recomputed == 4 * b * l * h * Expr(kT) * Expr(kT));
}

// Rajbhandari 2020 (arXiv:1910.02054), Sec. 3.1 and 5, Figure 1: (2 + 2 + K) Psi with K = 12, of
// which N devices share K, then 2 + K, then all; 7.5B parameters on 64 devices have 120, 31.4, 16.6
// and 1.9 GB each.
TEST_CASE("ZeRO's table of model states", "[identities]") {
  const Rational Psi = *CostsOf(Gpt(), By("megatron")).parameters.AsRational();
  const int N = 64;
  const Rational expected[] = {16 * Psi, 4 * Psi + Rational(12, N) * Psi,
                               2 * Psi + Rational(14, N) * Psi, Rational(16, N) * Psi};
  const Rational printed[] = {120, Rational(314, 10), Rational(166, 10), Rational(19, 10)};
  for (int stage = 0; stage <= 3; ++stage) {
    CostChoices choices = By("megatron");
    choices.parallel.zero = stage;
    choices.parallel.data = N;
    const ModelCosts costs = CostsOf(Gpt(), choices);
    const Expr states = costs.weight_bytes + costs.gradient_bytes + costs.optimizer_bytes;
    CHECK(states == Expr(expected[stage]));
    const Rational gigabytes = *states.AsRational() / Psi * Rational(15, 2);
    CHECK(abs(gigabytes - printed[stage]) <= Rational(1, 20));
    // Sec. 7: 2 Psi elements a step, 3 Psi with the last stage, for many devices; of a ring of N
    // each device sends (N-1)/N of that.
    const Rational elements = (stage == 3 ? 3 : 2) * Psi * Rational(N - 1, N);
    CHECK(costs.communication_data == Expr(2 * elements));
  }
}

// Narayanan 2021, Sec. 3.2: 8 b s h (t-1)/t elements a layer, device and microbatch.
TEST_CASE("Narayanan's tensor-parallel communication", "[identities]") {
  CostChoices choices = By("palm");
  choices.parallel.tensor = 5;
  const Expr elements = 8 * b * h * Expr(kT) * Expr(Rational(4, 5));
  CHECK(CostsOf(Gpt(), choices).communication_tensor == 2 * l * elements);
  // A layer that is recomputed runs its two all-reduces of forward again.
  choices.recompute = Recompute::kFull;
  CHECK(CostsOf(Gpt(), choices).communication_tensor == 3 * l * elements);
  choices.recompute = Recompute::kSelective;
  CHECK(CostsOf(Gpt(), choices).communication_tensor == 2 * l * elements);
  choices.parallel.pipeline = 3;
  CHECK(CostsOf(Gpt(), choices).communication_tensor == 2 * l / 3 * elements);
  CHECK(CostsOf(Gpt(), choices).communication_pipeline == 2 * 2 * b * h * Expr(kT));
}

// Chowdhery 2022 (arXiv:2204.02311), App. B: a training token takes 6N + 12 L H Q T.
TEST_CASE("PaLM's FLOPs of a token", "[identities]") {
  const ModelCosts costs = CostsOf(Gpt(), By("palm"));
  const Expr token = 6 * costs.parameters + 12 * l * a * (h / a) * Expr(kT);
  CHECK(costs.flops == token * b * Expr(kT));
  CHECK(costs.flops_attention_core == 12 * l * h * b * Expr(kT) * Expr(kT));
}

// nanoGPT, model.py: estimate_mfu takes 6N + 12 L H Q T, N without the table of positions. GPT-2
// small at 1024 tokens: N = 123,653,376.
TEST_CASE("nanoGPT's FLOPs of a token", "[identities]") {
  CostChoices choices = By("nanogpt");
  choices.formulas.batch = 1;
  const ModelCosts costs = CostsOf(Gpt2(), choices);
  const Integer token = 6 * Integer(123653376) + 12 * 12 * 12 * 64 * 1024;
  CHECK(Evaluate(costs.flops, {{"T", 1024}}) == Rational(token * 1024));
}

// Kaplan 2020 (arXiv:2001.08361), Table 1: 2N + 2 n_layer n_ctx d_attn a token, N the matrices of
// the layers; Eq. 2.2 ff.: three times that in training.
TEST_CASE("Kaplan's FLOPs of a token", "[identities]") {
  const Expr N(12 * l * h * h);
  const Expr token = 2 * N + 2 * l * h * Expr(kT);
  CHECK(CostsOf(Gpt(), By("kaplan", Phase::kForward)).flops == token * b * Expr(kT));
  CHECK(CostsOf(Gpt(), By("kaplan")).flops == 3 * token * b * Expr(kT));
}

// Hoffmann 2022 (arXiv:2203.15556), App. F, for a sequence: embeddings 2 T V d, and a layer 6 T d
// (k H) + 2 T^2 (k H) + 3 H T^2 + 2 T^2 (k H) + 2 T (k H) d + 2 T (d f + d f); logits 2 T d V;
// backward twice that.
TEST_CASE("Chinchilla's FLOPs of a sequence", "[identities]") {
  const Expr T = kT;
  const int kH = h, f = 4 * h;
  const Expr layer = 6 * T * h * kH + 2 * T * T * kH + 3 * a * T * T + 2 * T * T * kH +
                     2 * T * kH * h + 2 * T * (h * f + h * f);
  const Expr forward = 2 * T * V * h + l * layer + 2 * T * h * V;
  CHECK(CostsOf(Gpt(), By("chinchilla", Phase::kForward)).flops == b * forward);
  CHECK(CostsOf(Gpt(), By("chinchilla")).flops == 3 * b * forward);
}

/// Our own convention, of the whole model.
CostChoices Exact(Phase phase) {
  CostChoices choices = By("first-principles", phase);
  choices.formulas.convention.scope = Scope::kModel;
  return choices;
}

// A decoded token, from the definitions: 4 S H w l of the core and twice the matrices that it
// passes; read are they and 2 S H_kv w l cached elements, which are more from S = N p_w/(2 B H_kv w
// l p_kv) on.
TEST_CASE("a decoded token and its cache", "[identities]") {
  const ModelCosts costs = CostsOf(Gpt(), Exact(Phase::kDecode));
  const Expr S = kT;
  CHECK(costs.flops_attention_core == 4 * b * l * h * S);
  CHECK(costs.flops_linear + costs.flops_logits == Expr(2 * b * (12 * l * h * h + h * V)));
  CHECK(costs.flops == costs.decode_flops);
  const Expr cached = 2 * b * l * h * S;
  CHECK(costs.kv_cache_bytes == 2 * cached);
  CHECK(costs.decode_bytes_read == 2 * (costs.parameters - Expr(17 * h) + cached));
  const Expr meeting = costs.parameters / (2 * b * h * l);
  CHECK(Substitute(costs.kv_cache_bytes, {{"T", meeting}}) == costs.weight_bytes);
}

constexpr int d_c = 13, d_q = 11, d_R = 2, d_n = 3, d_v = 7,
              n_h = 5;  // of SmallLatent; l = 5, d = 12

// DeepSeek-V2 (arXiv:2405.04434), App. C, Eq. 37 ff.: W^DQ, W^UQ, W^QR, W^DKV, W^KR, W^UK, W^UV,
// W^O; then the norms of both latents.
TEST_CASE("parameters of latent attention", "[identities]") {
  const int attention = 12 * d_q + d_q * n_h * (d_n + d_R) + 12 * (d_c + d_R) +
                        d_c * n_h * (d_n + d_v) + n_h * d_v * 12 + d_q + d_c;
  const int layer = attention + 3 * 12 * 17 + 2 * 12;
  CHECK(CostsOf(SmallLatent(), By("first-principles")).parameters ==
        Expr(5 * layer + 2 * 29 * 12 + 12));
}

// Sec. 2.1.2: over P pairs 2 P n_h (d_h + d_R) + 2 P n_h d_v where keys and values are made of the
// latents; with W^UK and W^UV absorbed, as in decode, 2 P n_h (d_c + d_R) + 2 P n_h d_c.
TEST_CASE("the core of latent attention, expanded and absorbed", "[identities]") {
  const Expr pairs = b * Expr(kT) * (kT + Expr(1)) / 2;
  CHECK(CostsOf(SmallLatent(), Exact(Phase::kForward)).flops_attention_core ==
        5 * 2 * pairs * n_h * (d_n + d_R + d_v));
  const ModelCosts decode = CostsOf(SmallLatent(), Exact(Phase::kDecode));
  CHECK(decode.flops_attention_core == 5 * 2 * b * Expr(kT) * n_h * (d_c + d_R + d_c));
  const int folded = n_h * d_n * d_c + n_h * d_c * d_v;
  const int matrices = 12 * d_q + d_q * n_h * (d_n + d_R) + 12 * (d_c + d_R) + n_h * d_v * 12;
  CHECK(decode.flops_linear == Expr(5 * 2 * b * (folded + matrices + 3 * 12 * 17)));
}

// DeepSeek-V3.2 (2025), Sec. 2.1: an indexer of H_I heads of d_I scores all pairs, 2 H_I d_I each;
// the core then takes at most k keys a token, absorbed. Choosing includes what makes the indexer's
// queries, keys and weights. One key of d_I a token is cached besides.
TEST_CASE("DeepSeek's sparse attention", "[identities]") {
  Architecture model = SmallLatent();
  const int H_I = 3, d_I = 17, k = 19;
  model.decoder.groups.front().layer.attention.indexer = IndexerShape{H_I, d_I, k};
  const ModelCosts costs = CostsOf(model, Exact(Phase::kForward));
  const Expr scored = Expr(kT) * (kT + Expr(1)) / 2;
  const Expr kept = Expr(k * (k + 1) / 2) + k * (Expr(kT) - k);  // from T = k on
  const Expr made = 2 * Expr(kT) * (d_q * H_I * d_I + 12 * d_I + 12 * H_I);
  const Expr expected = 5 * b * (made + 2 * scored * H_I * d_I + 2 * kept * n_h * (2 * d_c + d_R));
  for (const int T : {19, 64, 1000}) {
    const Values length = {{"T", T}};
    CHECK(Evaluate(costs.flops_attention_core, length) == Evaluate(expected, length));
  }
  CHECK(costs.kv_cache_bytes == 2 * 5 * b * Expr(kT) * (d_c + d_R + d_I));
}

// DeepSeek-V2 (arXiv:2405.04434), Table 1: (d_c + d_R) l elements a token, 9/2 d_h l with d_c = 4
// d_h and d_R = d_h/2; against 2 n_h d_h l of MHA and 2 n_g d_h l of GQA.
TEST_CASE("the cache of latent attention", "[identities]") {
  Architecture model = SmallLatent();
  AttentionShape& attention = model.decoder.groups.front().layer.attention;
  const int d_h = 8;
  attention.latent = LatentShape{4 * d_h, 11, d_h, d_h / 2, d_h};
  const CostChoices choices = By("first-principles");
  CHECK(CostsOf(model, choices).kv_cache_bytes ==
        2 * 5 * b * Expr(kT) * Expr(Rational(9 * d_h, 2)));
  attention = Heads(6, 2, d_h);
  CHECK(CostsOf(model, choices).kv_cache_bytes == 2 * 5 * b * Expr(kT) * 2 * 2 * d_h);
}

}  // namespace
}  // namespace costcheck
