#include <set>
#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/model/architecture_graph.h"
#include "costmodel/model/formula_values.h"
#include "costmodel/model/latent_switch.h"
#include "costmodel/model/model_costs.h"
#include "costmodel/model/model_notes.h"
#include "costmodel/model/named_models.h"
#include "costmodel/operators/memory.h"
#include "tests/catch.h"
#include "tests/model/architecture_samples.h"

namespace costcheck {
namespace {

CostChoices Choices(Phase phase = Phase::kForward) {
  CostChoices choices;
  choices.formulas.convention.scope = Scope::kModel;
  choices.formulas.phase = phase;
  return choices;
}

Rational At(const Expr& formula, int T) { return Evaluate(formula, {{"T", T}}); }

ModelCosts CostsOf(const Architecture& model, const CostChoices& choices) {
  return ModelCoster(choices).CostsOf(model);
}

/// Graphs with their sizes as numbers, at one length: what the formulas must come to.
void CheckAgainstGraphs(ModelCoster& coster, const CostChoices& choices, const Architecture& model,
                        int T) {
  const ModelCosts costs = coster.CostsOf(model);
  const Values two = {{"p", 2}};
  RunChoices run;
  run.phase = choices.formulas.phase;
  const bool causal = !model.decoder.groups.empty();
  const Graph graph = ArchitectureGraph(model, {T, T, 1}, run);
  CHECK(Expr(At(costs.flops, T)) ==
        CountFlops(graph, choices.formulas.convention, run.phase, causal).value());
  run.phase = Phase::kTraining;
  const Graph training = ArchitectureGraph(model, {T, T, 1}, run);
  CHECK(costs.parameters == CountParameters(training).value());
  CHECK(At(costs.kept_bytes, T) ==
        Evaluate(KeptForBackward(training, PairRule::kExecuted).value(), two));
  CHECK(At(costs.gradient_bytes, T) == Evaluate(GradientBytes(training).value(), two));
  if (!causal) return;
  run.phase = Phase::kDecode;
  const Graph decode = ArchitectureGraph(model, {T, T, 1}, run);
  CHECK(At(costs.kv_cache_bytes, T) == Evaluate(CacheBytes(decode).value(), two));
  CHECK(Expr(At(costs.decode_flops, T)) ==
        CountFlops(decode, choices.formulas.convention, Phase::kDecode, true).value());
}

// One coster for all of them: a structure that stood for two kinds of layers would be seen.
TEST_CASE("formulas of every named model are what its graph comes to", "[costs]") {
  for (const Phase phase : {Phase::kForward, Phase::kTraining}) {
    const CostChoices choices = Choices(phase);
    ModelCoster coster(choices);
    for (const std::string& name : NamedModelNames()) {
      INFO(name);
      CheckAgainstGraphs(coster, choices, NamedArchitecture(name), 5003);
    }
  }
}

using Change = void (*)(LayerShape& layer);

FeedForwardShape& Fed(LayerShape& layer) { return std::get<FeedForwardShape>(layer.feed_forward); }

ExpertsShape Experts(bool router_bias, bool correction_bias, bool shared, bool gate = false) {
  ExpertsShape experts;
  experts.router_bias = router_bias;
  experts.correction_bias = correction_bias;
  if (shared) experts.shared = GatedSilu(1);
  experts.shared_gate = gate;
  return experts;
}

ExpertsShape Scored(RouterScore score, bool renormalised) {
  ExpertsShape experts;
  experts.score = score;
  experts.renormalised = renormalised;
  return experts;
}

TEST_CASE("layers that differ but in sizes have one structure, all others their own", "[costs]") {
  const Change changes[] = {
      [](LayerShape&) {},
      [](LayerShape& l) { l.attention.causal = false; },
      [](LayerShape& l) { l.attention.window = 4; },
      [](LayerShape& l) { l.attention.query_bias = true; },
      [](LayerShape& l) { l.attention.key_bias = true; },
      [](LayerShape& l) { l.attention.value_bias = true; },
      [](LayerShape& l) { l.attention.output_bias = true; },
      [](LayerShape& l) { l.attention.query_key_norm = QueryKeyNorm::kByHead; },
      [](LayerShape& l) { l.attention.query_key_norm = QueryKeyNorm::kWhole; },
      [](LayerShape& l) { l.attention.sinks = true; },
      [](LayerShape& l) {
        l.attention.indexer = IndexerShape{1, 2, 3};
      },
      [](LayerShape& l) {
        l.attention.latent = LatentShape{1, 2, 3, 4, 5};
      },
      [](LayerShape& l) {
        l.attention.latent = LatentShape{1, 0, 3, 4, 5};
      },
      [](LayerShape& l) { l.cross_attention = l.attention; },
      [](LayerShape& l) { Fed(l).activation = ActivationKind::kGelu; },
      [](LayerShape& l) { Fed(l).gated = false; },
      [](LayerShape& l) { Fed(l).in_bias = true; },
      [](LayerShape& l) { Fed(l).out_bias = true; },
      [](LayerShape& l) { l.feed_forward = ExpertsShape{}; },
      [](LayerShape& l) { l.feed_forward = Scored(RouterScore::kSigmoid, true); },
      [](LayerShape& l) { l.feed_forward = Scored(RouterScore::kSoftmax, false); },
      [](LayerShape& l) { l.feed_forward = Experts(true, false, false); },
      [](LayerShape& l) { l.feed_forward = Experts(false, true, false); },
      [](LayerShape& l) { l.feed_forward = Experts(false, false, true); },
      [](LayerShape& l) { l.feed_forward = Experts(false, false, true, true); },
      [](LayerShape& l) { l.norm.kind = NormKind::kLayerNorm; },
      [](LayerShape& l) { l.norm.bias = true; },
      [](LayerShape& l) { l.norms = 4; },
      [](LayerShape& l) { l.norm_after_sum = true; },
      [](LayerShape& l) { l.parallel = true; }};
  std::set<std::string> structures;
  for (const Change change : changes) {
    LayerShape layer = SmallLlama().decoder.groups.front().layer;
    change(layer);
    CHECK(structures.insert(StructureOf(layer)).second);
    layer.attention.heads = 30;
    CHECK(!structures.insert(StructureOf(layer)).second);
  }
}

TEST_CASE("a source that halves causal pairs leaves a second text whole", "[costs]") {
  CostChoices choices;
  choices.formulas.convention = FindConvention("flash-attention");
  const Expr T = Symbol("T");
  // 3 heads of 7: an encoder of 3 layers; 2 layers over half of their own text and all of the
  // other.
  const Expr pairs = 3 * T * T + 2 * (T * T / 2 + T * T);
  CHECK(CostsOf(SmallT5(), choices).flops == 2 * 2 * 3 * 7 * pairs);
}

TEST_CASE("formulas of small models are what their graphs come to", "[costs]") {
  const CostChoices choices = Choices(Phase::kTraining);
  ModelCoster coster(choices);
  for (const int T : {1, 7, 13}) {
    for (const Architecture& model : {SmallLlama(), SmallMixture(), SmallLatent(), SmallBert(),
                                      SmallT5(), GptLike(2, 10, 2, 37, 19)}) {
      INFO(model.model_type << " at " << T);
      CheckAgainstGraphs(coster, choices, model, T);
    }
  }
}

TEST_CASE("what is kept line by line adds up", "[costs]") {
  CostChoices choices = Choices(Phase::kTraining);
  choices.formulas.dropout = true;
  choices.parallel = {0, 1, 2, true, 3, 1};
  for (const Recompute policy : {Recompute::kNone, Recompute::kSelective, Recompute::kFull}) {
    choices.recompute = policy;
    ModelCoster coster(choices);
    Expr sum;
    Architecture model = GptLike(6, 12, 2, 37, 19);
    for (const KeptLine& line : coster.KeptLinesOf(model)) sum += line.bytes;
    CHECK(sum == coster.CostsOf(model).kept_bytes);
  }
}

TEST_CASE("FLOPs are the sum of their kinds", "[costs]") {
  for (const Convention& convention : Conventions()) {
    CostChoices choices = Choices(Phase::kTraining);
    choices.formulas.convention = convention;
    const ModelCosts costs = CostsOf(SmallMixture(), choices);
    CHECK(costs.flops == costs.flops_attention_core + costs.flops_linear + costs.flops_logits +
                             costs.flops_embedding);
  }
}

TEST_CASE("recomputation trades kept bytes for FLOPs", "[costs]") {
  CostChoices choices = Choices(Phase::kTraining);
  const Architecture model = SmallLlama();
  const Expr T = Symbol("T");
  const int linear = 2 * 12 * 42 + 2 * 12 * 14 + 3 * 12 * 17, pairs = 6 * 2 * 7;
  const Expr all = CostsOf(model, choices).kept_bytes;
  choices.recompute = Recompute::kSelective;
  CHECK(all - CostsOf(model, choices).kept_bytes == 2 * 5 * 6 * T * T);
  CHECK(CostsOf(model, choices).flops_recomputed == 2 * 5 * pairs * T * (T + 1) / 2);
  choices.recompute = Recompute::kFull;
  const Expr tables = 2 * T * (2 * 12 + 1) + 4 * T * (29 + 2);
  CHECK(CostsOf(model, choices).kept_bytes == 5 * 2 * 12 * T + tables);
  CHECK(CostsOf(model, choices).flops_recomputed == 2 * 5 * (linear * T + pairs * T * (T + 1) / 2));
}

TEST_CASE("a recomputing core leaves nothing for selective recomputation", "[costs]") {
  CostChoices choices = Choices(Phase::kTraining);
  choices.formulas.recomputing_core = true;
  const ModelCosts none = CostsOf(SmallLlama(), choices);
  choices.recompute = Recompute::kSelective;
  const ModelCosts selective = CostsOf(SmallLlama(), choices);
  CHECK(none.kept_bytes == selective.kept_bytes);
  CHECK(none.kept_of_pairs_bytes.IsZero());
  CHECK(selective.flops_recomputed.IsZero());
}

TEST_CASE("a batch multiplies what belongs to texts", "[costs]") {
  CostChoices choices = Choices(Phase::kTraining);
  const ModelCosts one = CostsOf(SmallMixture(), choices);
  choices.formulas.batch = 7;
  const ModelCosts seven = CostsOf(SmallMixture(), choices);
  CHECK(seven.flops == 7 * one.flops);
  CHECK(seven.kept_bytes == 7 * one.kept_bytes);
  CHECK(seven.kv_cache_bytes == 7 * one.kv_cache_bytes);
  CHECK(seven.decode_flops == 7 * one.decode_flops);
  CHECK(seven.parameters == one.parameters);
}

TEST_CASE("experts that a decoded batch may be sent to are read once", "[costs]") {
  const auto read = [](int batch) {
    CostChoices choices = Choices();
    choices.formulas.batch = batch;
    const ModelCosts costs = CostsOf(SmallMixture(), choices);
    return costs.decode_bytes_read - costs.kv_cache_bytes;
  };
  const int expert = 3 * 12 * 11;
  CHECK(read(2) - read(1) == Expr(2 * 4 * (6 - 3) * expert));
  CHECK(read(3) - read(2) == Expr(2 * 4 * (7 - 6) * expert));
  CHECK(read(4) == read(3));
  const Expr all = CostsOf(SmallMixture(), Choices()).parameters;
  CHECK(read(3) == 2 * (all - 29 * 12));  // of the look-up's table a row
}

TEST_CASE("a device reads for a decoded token what it holds and that is used", "[costs]") {
  const auto weights = [](const Architecture& model, const Parallel& parallel) {
    CostChoices choices = Choices();
    choices.parallel = parallel;
    const ModelCosts costs = CostsOf(model, choices);
    return (costs.decode_bytes_read - costs.kv_cache_bytes) / 2;
  };
  const auto by = [](int tensor, int pipeline, int expert) {
    Parallel parallel;
    parallel.tensor = tensor;
    parallel.pipeline = pipeline;
    parallel.expert = expert;
    return parallel;
  };
  const int layer = 2 * 12 * 42 + 2 * 12 * 14 + 3 * 12 * 17 + 2 * 12, expert = 3 * 12 * 11;
  CHECK(weights(SmallLlama(), by(1, 5, 1)) == Expr(layer));
  const Expr others = CostsOf(SmallMixture(), Choices()).parameters - 29 * 12 - 4 * 7 * expert;
  CHECK(weights(SmallMixture(), by(1, 1, 7)) == others + Expr(Rational(4 * 3 * expert, 7)));
  // A tied table is read by the head, in whole; of positions one row is.
  const Architecture gpt = GptLike(6, 30, 10, 112, 17);
  const Expr all = CostsOf(gpt, Choices()).parameters - 17 * 30;
  CHECK(weights(gpt, by(1, 1, 1)) == all);
  // Matrices, their biases and a tied table are halved; norms and biases of sums stay whole.
  const Expr whole = Expr(6 * (4 + 2) * 30 + 2 * 30);
  CHECK(weights(gpt, by(2, 1, 1)) == (all - whole) / 2 + whole);
  CHECK(weights(gpt, by(1, 6, 1)) == (all - 112 * 30 - 2 * 30) / 6);
}

TEST_CASE("active parameters are those that a token passes", "[costs]") {
  const ModelCosts costs = CostsOf(SmallMixture(), Choices());
  CHECK(costs.parameters - costs.parameters_active == Expr(4 * (7 - 3) * 3 * 12 * 11));
  CHECK(costs.parameters_embedding == Expr(29 * 12));
  CHECK(costs.parameters_head == Expr(29 * 12));
  const ModelCosts dense = CostsOf(SmallLlama(), Choices());
  CHECK(dense.parameters_active == dense.parameters);
}

TEST_CASE("weights of few bits, with gradients and activations of two bytes", "[costs]") {
  CostChoices choices = Choices();
  const ModelCosts half = CostsOf(SmallLlama(), choices);
  choices.weight_bytes = Rational(1, 2);
  const ModelCosts four_bits = CostsOf(SmallLlama(), choices);
  CHECK(4 * four_bits.weight_bytes == half.weight_bytes);
  CHECK(four_bits.gradient_bytes == half.gradient_bytes);
  CHECK(four_bits.kv_cache_bytes == half.kv_cache_bytes);
}

TEST_CASE("optimizers: moments, and a copy of weights below four bytes", "[costs]") {
  CostChoices choices = Choices();
  const auto bytes = [&](int weight, TrainingOptimizer optimizer) {
    choices.weight_bytes = weight;
    choices.optimizer = optimizer;
    const ModelCosts costs = CostsOf(SmallLlama(), choices);
    return costs.optimizer_bytes / costs.parameters;
  };
  CHECK(bytes(2, TrainingOptimizer::kAdam) == Expr(12));
  CHECK(bytes(4, TrainingOptimizer::kAdam) == Expr(8));
  CHECK(bytes(2, TrainingOptimizer::kAdam8bit) == Expr(6));
  CHECK(bytes(4, TrainingOptimizer::kAdam8bit) == Expr(2));
  CHECK(bytes(2, TrainingOptimizer::kSgd) == Expr(4));
  CHECK(bytes(4, TrainingOptimizer::kSgd) == Expr(0));
}

TEST_CASE("experts are divided among devices, routers are not", "[costs]") {
  CostChoices choices = Choices();
  const Expr alone = CostsOf(SmallMixture(), choices).weight_bytes;
  choices.parallel.expert = 7;
  const ModelCosts shared = CostsOf(SmallMixture(), choices);
  CHECK(alone - shared.weight_bytes == Expr(2 * 4 * 6 * 3 * 12 * 11));
  const Expr T = Symbol("T");
  CHECK(shared.communication_expert == 4 * 4 * 2 * 3 * 12 * T * Rational(6, 7));
}

TEST_CASE("a layer sends once forward and once back for each of its sublayers", "[costs]") {
  CostChoices choices = Choices();
  choices.parallel.tensor = 3;
  const auto sent = [&](const Architecture& model) {
    return CostsOf(model, choices).communication_tensor;
  };
  // An all-reduce of 3 devices sends 2 (3 - 1)/3 of B T d numbers of 2 bytes.
  const Expr all_reduce = 2 * 2 * Expr(Symbol("T")) * Expr(Rational(2, 3));
  Architecture model = SmallLlama();
  LayerShape& layer = model.decoder.groups.front().layer;
  layer.attention.key_heads = 3;
  std::get<FeedForwardShape>(layer.feed_forward).width = 18;
  CHECK(sent(model) == 5 * 2 * 2 * 12 * all_reduce);
  layer.parallel = true;
  CHECK(sent(model) == 5 * 2 * 12 * all_reduce);
  Architecture t5 = SmallT5();
  for (Stack* stack : {&t5.encoder, &t5.decoder}) {
    std::get<FeedForwardShape>(stack->groups.front().layer.feed_forward).width = 12;
  }
  CHECK(sent(t5) == (3 * 2 + 2 * 3) * 2 * 10 * all_reduce);
}

TEST_CASE("one coster counts by several conventions as several do", "[costs]") {
  for (const Architecture& model : {SmallT5(), SmallMixture(), SmallLatent()}) {
    for (const Phase phase : {Phase::kForward, Phase::kTraining, Phase::kDecode}) {
      CostChoices choices = Choices(phase);
      choices.recompute = Recompute::kFull;
      ModelCoster coster(choices);
      coster.CostsOf(model);
      for (const Convention& convention : Conventions()) {
        INFO(convention.name);
        coster.CountBy(convention);
        choices.formulas.convention = convention;
        const ModelCosts again = coster.CostsOf(model), alone = CostsOf(model, choices);
        for (const ModelQuantity& quantity : ModelQuantities()) {
          CHECK(again.*quantity.formula == alone.*quantity.formula);
        }
      }
    }
  }
}

TEST_CASE("one key head is on every tensor-parallel device", "[costs]") {
  CostChoices choices = Choices();
  Architecture model = SmallLlama();
  std::get<FeedForwardShape>(model.decoder.groups.front().layer.feed_forward).width = 18;
  const ModelCosts alone = CostsOf(model, choices);
  choices.parallel.tensor = 6;
  const ModelCosts shared = CostsOf(model, choices);
  CHECK(shared.kv_cache_bytes == alone.kv_cache_bytes / 2);
  // Rows of 30 tokens of the padded vocabulary; norms stay whole.
  const int layer = 2 * 12 * 7 + 2 * 12 * 7 + 3 * 12 * 3 + 2 * 12;
  CHECK(shared.weight_bytes == Expr(2 * (5 * layer + 2 * 5 * 12 + 12)));
}

TEST_CASE("degrees that do not divide the model are refused", "[costs]") {
  CostChoices choices = Choices();
  choices.parallel.tensor = 5;
  CHECK_THROWS_AS(CostsOf(SmallLlama(), choices), CostError);
  CHECK_THROWS_AS(CostsOf(SmallBert(), Choices(Phase::kPrefill)), CostError);
}

TEST_CASE("an encoder's own length is bound where it is given", "[costs]") {
  CostChoices choices = Choices(Phase::kTraining);
  const ModelCosts same = CostsOf(SmallT5(), choices);
  choices.encoded = 17;
  const ModelCosts fixed = CostsOf(SmallT5(), choices);
  CHECK(At(same.flops, 17) == At(fixed.flops, 17));
  CHECK(At(same.kept_bytes, 17) == At(fixed.kept_bytes, 17));
  CHECK(At(same.flops, 5) != At(fixed.flops, 5));
}

TEST_CASE("modules that predict further tokens are in no sum", "[costs]") {
  Architecture model = SmallLatent();
  const ModelCosts without = CostsOf(model, Choices());
  model.multi_token = MultiTokenShape{1, model.decoder.groups.front().layer};
  const ModelCosts with = CostsOf(model, Choices());
  CHECK(with.parameters == without.parameters);
  CHECK(with.flops == without.flops);
  const Expr layer = (without.parameters - Expr(2 * 29 * 12 + 12)) / 5;
  CHECK(with.parameters_multi_token == layer + Expr(2 * 12 * 12 + 3 * 12));
  const Expr T = Symbol("T");
  const Expr layers = without.flops - 2 * 29 * 12 * T;
  CHECK(with.flops_multi_token == layers / 5 + 2 * T * (29 * 12 + 2 * 12 * 12));
}

// c(n+v)(S - T) = P (2c - n - v): expanding pays from as many new tokens on. Here c = 13, n = 3,
// v = 7, S = 101: 130 (101 - T) against 16 (101 T - T (T - 1)/2).
TEST_CASE("latent attention expands from a number of new tokens on", "[costs]") {
  const LayerShape layer = SmallLatent().decoder.groups.front().layer;
  const ModelSizes sizes = ModelSizes::OfLayer(layer, 12);
  const auto expanded_pays = [](int T) {
    return 130 * (101 - T) < 16 * (101 * T - T * (T - 1) / 2);
  };
  int first = 1;
  while (!expanded_pays(first)) ++first;
  const Crossovers found = LatentSwitch(layer.attention, sizes, 101);
  REQUIRE(found.changes.size() == 1);
  CHECK(found.changes.front().first_integer == first);
  CHECK(found.changes.front().b_cheaper_after);
}

TEST_CASE("binding and evaluating as the algebra does", "[costs]") {
  const Expr T = Symbol("T"), d = Symbol("d"), W = Symbol("W");
  const Bindings sizes = {{"d", Expr(7)}, {"W", Expr(5)}, {"S", T}};
  const std::vector<Integer> lengths = {0, 1, 4, 5, 6, 1000003};
  for (const Expr& formula : {Expr(3), T * d * d / 2 + 5 * T, Min(T, W) * d, T / d,
                              Expr(Symbol("S")) * d, T * T * T - T, Expr(0)}) {
    const Expr bound = Bind(formula, sizes);
    CHECK(bound == Substitute(formula, sizes));
    const std::vector<Rational> values = ValuesAt(bound, lengths);
    REQUIRE(values.size() == lengths.size());
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      CHECK(values[i] == Evaluate(bound, {{"T", Rational(lengths[i])}}));
    }
  }
  CHECK_THROWS_AS(ValuesAt(d, lengths), CostError);
}

TEST_CASE("notes say what a model gives rise to", "[costs]") {
  const auto mentions = [](const Architecture& model, const CostChoices& choices,
                           const std::string& part) {
    for (const std::string& note : NotesOn(model, choices)) {
      if (note.find(part) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(mentions(SmallMixture(), Choices(), "balanced"));
  CHECK(!mentions(SmallLlama(), Choices(), "balanced"));
  CHECK(mentions(SmallLatent(), Choices(), "absorbed"));
  CostChoices full = Choices();
  full.recompute = Recompute::kFull;
  CHECK(mentions(SmallLlama(), full, "While a layer is recomputed"));
}

}  // namespace
}  // namespace costcheck
