#include "verify/train/arm_model.h"

#include <ATen/Context.h>
#include <fmt/format.h>

#include "costmodel/algebra/error.h"
#include "verify/corpora/random.h"
#include "verify/experiments/parameters.h"
#include "verify/train/data.h"
#include "verify/train/initialization.h"

namespace costcheck {
namespace {

std::string ParametersOfArm(const ExperimentSpec& spec, const std::string& name) {
  for (const ArmSpec& arm : spec.arms) {
    if (arm.name == name) return ToString(ModelParameters(spec, arm));
  }
  return "";
}

}  // namespace

ModelPlan PlanOfArm(const ExperimentSpec& spec, const ArmSpec& arm, const Corpus& corpus,
                    std::span<const std::int32_t> training) {
  const ResolvedArm resolved = Resolve(spec, arm);
  return {.model = resolved.model,
          .arm = resolved.arm,
          .types = corpus.types,
          .batch = spec.batch.sequences,
          .length = spec.batch.length,
          .bands = BandsOfArm(resolved.arm, corpus, training)};
}

std::unique_ptr<TrainedModel> NewModel(const ModelPlan& plan, std::uint64_t seed) {
  at::manual_seed(Stream(seed, "buffers").Next());
  auto model = std::make_unique<TrainedModel>(plan);
  Initialize(plan.model, seed, *model);
  return model;
}

std::unique_ptr<TensorOptimizer> NewOptimizer(const TrainingSpec& training, double rate,
                                              const std::vector<NamedTensor>& parameters) {
  const bool adam = training.optimizer == OptimizerKind::kAdam;
  if (training.weight_decay != 0 && training.optimizer != OptimizerKind::kAdamW) {
    throw CostError("training.weight_decay goes with the optimizer adamw, which alone has it");
  }
  if (training.optimizer == OptimizerKind::kSgd) return std::make_unique<Sgd>(parameters, rate);
  return std::make_unique<AdamW>(parameters,
                                 AdamWRates{.rate = rate,
                                            .beta1 = training.beta1,
                                            .beta2 = training.beta2,
                                            .weight_decay = adam ? 0 : training.weight_decay});
}

std::vector<std::string> RemarksOf(const ExperimentSpec& spec, const ArmSpec& arm,
                                   const ModelPlan& plan, std::int64_t parameters) {
  std::vector<std::string> remarks;
  if (arm.matched_to) {
    const auto rank = plan.arm.embedding_settings.find("E");
    const std::string sizes =
        rank != plan.arm.embedding_settings.end()
            ? fmt::format("E = {}", rank->second)
            : fmt::format("d = {}, f = {}", plan.model.width, plan.model.inner);
    remarks.push_back(fmt::format("Arm '{}' is matched to '{}': {}, with {} parameters against {}.",
                                  arm.name, *arm.matched_to, sizes, parameters,
                                  ParametersOfArm(spec, *arm.matched_to)));
  }
  if (plan.model.dropout > 0 && plan.arm.attention != "full" &&
      plan.model.family == ModelFamily::kTransformer) {
    remarks.push_back(
        fmt::format("The weights of attention {} have no dropout.", plan.arm.attention));
  }
  return remarks;
}

}  // namespace costcheck
