#include "costmodel/model/gpt.h"

#include <string>
#include <vector>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"

namespace costcheck {
namespace {

Settings OfOneLayer(const GptConfig& config) {
  Settings settings = config.settings.For(config.attention->parameters);
  settings.Set("L", 1);
  settings.phase = Phase::kTraining;
  settings.causal = settings.causal && config.attention->has_causal_form;
  if (settings.Get("S") == settings.Get("T")) return settings;
  throw CostError("a decoder attends to its own text: S = " + Print(settings.Get("S")) +
                  " is not T = " + Print(settings.Get("T")));
}

/// A bias for every projection by a matrix, added before the product leaves the chip.
Graph WithProjectionBiases(Graph graph) {
  std::vector<Operator> operators;
  for (const Operator& op : graph.operators) {
    operators.push_back(op);
    const bool projects = op.part == Part::kProjection && op.kind == Kind::kMatMul;
    if (!projects) continue;
    const std::string name = graph.tensors[op.out[0]].name;
    const TensorId product = graph.tensors.size(), bias = product + 1;
    graph.tensors.push_back(graph.tensors[op.out[0]]);
    graph.tensors[product].on_chip = true;
    graph.tensors.push_back({.name = name + ".bias",
                             .shape = {graph.tensors[product].shape.back()},
                             .role = Role::kParameter});
    operators.back().out[0] = product;
    operators.push_back({.kind = Kind::kAdd, .part = op.part, .in = {product, bias}});
    operators.back().out = op.out;
    operators.back().differentiable = op.differentiable;
  }
  graph.operators = std::move(operators);
  return graph;
}

class Gpt {
 public:
  explicit Gpt(const GptConfig& config) : config_(config), settings_(OfOneLayer(config)) {
    attention_ = BuildGraph(*config.attention, settings_);
    if (config.biases) attention_ = WithProjectionBiases(std::move(attention_));
  }

  Graph Build() {
    TensorId x = Embed();
    for (int i = 0; i < config_.layers; ++i) x = AddLayer(x, i);
    AddLoss(Norm("final norm", x));
    return builder_.Take(settings_.Get("B"));
  }

 private:
  TensorId Embed();
  TensorId AddLayer(TensorId x, int index);
  void AddLoss(TensorId x);
  TensorId Logits(TensorId x);

  TensorId Norm(const std::string& name, TensorId in) {
    return AddNorm(builder_, name, in, config_.norm, config_.biases);
  }

  const GptConfig& config_;
  Settings settings_;
  Graph attention_;
  GraphBuilder builder_;
  TensorId table_ = 0;
};

TensorId Gpt::Embed() {
  const Expr B = settings_.Get("B"), T = settings_.Get("T"), d = settings_.Get("d");
  builder_.SetPart(Part::kEmbedding);
  table_ = builder_.Parameter("W_e", {settings_.Get("V"), d});
  const TensorId tokens = builder_.Input("tokens", {B, T}, DType::kIndex);
  const TensorId embedded =
      builder_.Apply(Kind::kLookup, {table_, tokens}, builder_.Activation("embedded", {B, T, d}));
  if (!config_.learned_positions) return embedded;
  const TensorId rows = builder_.Parameter("W_p", {config_.context, d});
  const TensorId positions = builder_.Index("positions", {T});  // 0 to T - 1
  const TensorId placed = builder_.Apply(Kind::kLookup, {rows, positions},
                                         builder_.Activation("position rows", {T, d}));
  return builder_.Apply(Kind::kAdd, {embedded, placed}, builder_.Activation("x0", {B, T, d}));
}

TensorId Gpt::AddLayer(TensorId x, int index) {
  const std::string layer = "layer " + std::to_string(index + 1) + " ";
  const TensorId attended = builder_.Append(attention_, Norm(layer + "norm1", x), layer);
  const TensorId y = AddResidual(builder_, layer + "y", x, attended);
  const TensorId normed = Norm(layer + "norm2", y);
  const FeedForward shape = {layer, settings_.Get("f"), config_.biases};
  const TensorId fed = config_.feed_forward == FeedForwardKind::kGelu
                           ? AddGeluFeedForward(builder_, normed, shape)
                           : AddSwiGluFeedForward(builder_, normed, shape);
  return AddResidual(builder_, layer + "x", y, fed);
}

TensorId Gpt::Logits(TensorId x) {
  const Expr B = settings_.Get("B"), T = settings_.Get("T"), d = settings_.Get("d");
  const Expr V = settings_.Get("V");
  builder_.SetPart(Part::kLogits);
  if (!config_.tied_head) return builder_.Linear("head", x, d, V);
  return builder_.Apply(Kind::kMatMul, {x, builder_.View("W_e^T", table_, {d, V})},
                        builder_.Activation("logits", {B, T, V}));
}

void Gpt::AddLoss(TensorId x) {
  const TensorId logits = Logits(x);
  builder_.SetPart(Part::kLoss);
  builder_.CrossEntropy(
      logits, builder_.Input("targets", {settings_.Get("B"), settings_.Get("T")}, DType::kIndex));
}

}  // namespace

Graph GptGraph(const GptConfig& config) { return Gpt(config).Build(); }

}  // namespace costcheck
