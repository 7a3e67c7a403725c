#include "costmodel/model/cost_sum.h"

#include <algorithm>

#include "costmodel/algebra/error.h"
#include "costmodel/model/formula_values.h"

namespace costcheck {
namespace {

/// Which of its parameters a source takes for the multiply-adds of a token.
enum class TakenAsProducts { kNothing, kAll, kAllButPositions };

/// 6N + 12 L H Q T: PaLM's N is every parameter (Chowdhery 2022, App. B), nanoGPT's all but the
/// table of positions (model.py, get_num_params).
TakenAsProducts TakenBy(const Convention& convention) {
  if (convention.name == "palm") return TakenAsProducts::kAll;
  if (convention.name == "nanogpt") return TakenAsProducts::kAllButPositions;
  return TakenAsProducts::kNothing;
}

Expr Sum(const std::map<Part, Expr>& flops, std::initializer_list<Part> parts) {
  Expr sum;
  for (const Part part : parts) {
    const auto at = flops.find(part);
    if (at != flops.end()) sum += at->second;
  }
  return sum;
}

Expr SumOfAll(const std::map<Part, Expr>& flops) {
  Expr sum;
  for (const auto& [part, value] : flops) sum += value;
  return sum;
}

}  // namespace

void CostSum::Add(const ModelPart& part) {
  const GraphFormulas& f = *part.formulas;
  const bool tables = part.layer == nullptr;
  AddParameters(part);
  AddFlops(part);
  const Expr stages = tables ? Expr(1) : Expr(choices_.parallel.pipeline);
  const Expr count = Expr(part.count);
  costs_.kv_cache_bytes += Bind(f.cache_bytes, part.on_device) * count / stages;
  costs_.decode_flops += Bind(f.flops.decode, part.numbers) * count;
  if (!tables) AddCommunication(part, count / stages);
}

void CostSum::AddKept(const std::vector<KeptLine>& lines) {
  for (const KeptLine& line : lines) {
    costs_.kept_bytes += line.bytes;
    if (line.of_pairs) costs_.kept_of_pairs_bytes += line.bytes;
  }
}

void CostSum::AddMultiToken(const GraphFormulas& formulas, const Bindings& numbers) {
  const Expr count(model_.multi_token->count);
  costs_.parameters_multi_token = Bind(formulas.parameters, numbers) * count;
  costs_.flops_multi_token = Bind(SumOfAll(formulas.flops.by_part), numbers) * count;
}

Expr CostSum::Tokens() const {
  return run().phase == Phase::kDecode ? Expr(run().batch) : Expr(run().batch) * Symbol("T");
}
/// A gradient has as many bytes as a weight, but never less than 2.
Rational CostSum::GradientElement() const {
  return choices_.weight_bytes < 2 ? Rational(2) : choices_.weight_bytes;
}
Rational CostSum::OptimizerElement() const {
  const int copy = choices_.weight_bytes < 4 ? 4 : 0;
  switch (choices_.optimizer) {
    case TrainingOptimizer::kAdam:
      return copy + 8;
    case TrainingOptimizer::kAdam8bit:
      return copy + 2;
    case TrainingOptimizer::kSgd:
      return copy;
  }
  CheckFailed("optimizer is one of TrainingOptimizer", __FILE__, __LINE__);
}

void CostSum::AddParameters(const ModelPart& part) {
  const GraphFormulas& f = *part.formulas;
  const Parallel& parallel = choices_.parallel;
  const Expr count(part.count);
  costs_.parameters += Bind(f.parameters, part.numbers) * count;
  const bool tables = part.layer == nullptr;
  const bool first_stage = tables && parallel.pipeline > 1;
  const Expr stages = tables ? Expr(1) : Expr(parallel.pipeline);
  const Expr routed_on_device = Bind(f.routed, part.on_device) / Expr(parallel.expert);
  const auto on_device = [&](const Expr& all) {
    const Expr held = Bind(first_stage ? f.before_layers : all, part.on_device);
    return (held - routed_on_device * Expr(parallel.expert - 1)) * count / stages;
  };
  held_ += on_device(f.parameters);
  trained_ += on_device(f.trained);
  if (tables) {
    const Expr looked_up = Symbol("V") * Expr(Symbol("E")) +
                           (Symbol("positions") + Expr(Symbol("token_types"))) * Symbol("d");
    looked_up_ = Bind(looked_up, part.on_device);
    table_ = Bind(Symbol("V") * Expr(Symbol("E")), part.on_device);
  }
  if (f.routed.IsZero()) return;
  const auto& experts = std::get<ExpertsShape>(part.layer->feed_forward);
  const auto unused = [&](const Integer& used) {
    return (1 - Rational(used) / Rational(experts.routed)) * count;
  };
  costs_.parameters_active -= Bind(f.routed, part.numbers) * unused(experts.chosen);
  const Integer used = std::min(Integer(experts.chosen * run().batch), experts.routed);
  unread_ += routed_on_device * unused(used) / stages;
}

void CostSum::AddFlops(const ModelPart& part) {
  const GraphFormulas& f = *part.formulas;
  const Expr count(part.count);
  const auto add = [&](Expr& to, std::initializer_list<Part> parts) {
    to += Bind(Sum(f.flops.by_part, parts), part.numbers) * count;
  };
  add(costs_.flops_attention_core, {Part::kSelection, Part::kCore});
  add(costs_.flops_linear, {Part::kProjection, Part::kFeedForward, Part::kNorm});
  add(costs_.flops_logits, {Part::kLogits});
  add(costs_.flops_embedding, {Part::kEmbedding});
  const bool again = run().phase == Phase::kTraining && part.layer != nullptr &&
                     run().convention.recomputed_forwards.empty();
  if (again && choices_.recompute == Recompute::kFull) {
    costs_.flops_recomputed += Bind(SumOfAll(f.flops.forward), part.numbers) * count;
  } else if (again && choices_.recompute == Recompute::kSelective && !run().recomputing_core) {
    costs_.flops_recomputed += Bind(Sum(f.flops.forward, {Part::kCore}), part.numbers) * count;
  }
}

void CostSum::AddCommunication(const ModelPart& part, const Expr& count) {
  const LayerShape& layer = *part.layer;
  const Parallel& parallel = choices_.parallel;
  const Expr numbers = Expr(run().batch) * Symbol("T") * Expr(model_.width);
  const Expr rows = Bind(numbers, part.numbers) * Expr(run().activation_bytes) * count;
  const int sublayers = layer.parallel ? 1 : layer.cross_attention ? 3 : 2;
  const int passes = choices_.recompute == Recompute::kFull ? 3 : 2;
  costs_.communication_tensor += 2 * sublayers * passes * rows * ShareOfOthers(parallel.tensor);
  if (const auto* experts = std::get_if<ExpertsShape>(&layer.feed_forward)) {
    costs_.communication_expert +=
        4 * rows * Expr(experts->chosen) * ShareOfOthers(parallel.expert);
  }
}

void CostSum::FinishMemory() {
  const Parallel& parallel = choices_.parallel;
  const auto divided = [&](const Expr& bytes, int from_stage) {
    return parallel.zero >= from_stage ? bytes / Expr(parallel.data) : bytes;
  };
  const Expr gradients = trained_ * Expr(GradientElement());
  costs_.weight_bytes = divided(held_ * Expr(choices_.weight_bytes), 3);
  costs_.gradient_bytes = divided(gradients, 2);
  costs_.optimizer_bytes = divided(trained_ * Expr(OptimizerElement()), 1);
  costs_.communication_data =
      gradients * (parallel.zero == 3 ? 3 : 2) * ShareOfOthers(parallel.data);
  if (parallel.pipeline == 1) return;
  costs_.communication_pipeline = 2 * Expr(run().batch) * Symbol("T") * Expr(model_.width) *
                                  Expr(run().activation_bytes) /
                                  Expr(parallel.sequence ? parallel.tensor : Integer(1));
}

void CostSum::FinishFlops() {
  const TakenAsProducts taken = TakenBy(run().convention);
  if (taken != TakenAsProducts::kNothing) {
    Expr parameters = costs_.parameters_active;
    if (taken == TakenAsProducts::kAllButPositions && model_.positions == PositionKind::kLearned) {
      parameters -= Expr(model_.position_rows * model_.width);
    }
    const int factor = run().phase == Phase::kTraining ? 6 : 2;
    costs_.flops_linear = factor * parameters * Tokens() - costs_.flops_logits;
  }
  costs_.flops = costs_.flops_attention_core + costs_.flops_linear + costs_.flops_logits +
                 costs_.flops_embedding;
}

/// Of tables a row a token is read, which is left out; of a tied one the head reads all, on the
/// last of several stages.
void CostSum::FinishDecode() {
  if (model_.decoder.groups.empty()) return;
  Expr read = held_ - unread_ - looked_up_;
  if (model_.head && model_.tied_head && choices_.parallel.pipeline == 1) read += table_;
  costs_.decode_bytes_read = read * Expr(choices_.weight_bytes) + costs_.kv_cache_bytes;
}

ModelCosts CostSum::Finish() {
  const Expr embedding = Expr(model_.vocabulary * model_.embedding_width);
  costs_.parameters_embedding =
      embedding + Expr((model_.position_rows + model_.token_types) * model_.width);
  if (model_.head && !model_.tied_head) costs_.parameters_head = embedding;
  costs_.parameters_active += costs_.parameters;
  FinishFlops();
  FinishMemory();
  FinishDecode();
  return std::move(costs_);
}

}  // namespace costcheck
