#include "verify/train/arm_model.h"

#include <string>
#include <vector>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/train/specs.h"
#include "verify/experiments/parameters.h"

namespace costcheck {
namespace {

struct Matched {
  ExperimentSpec spec = SmallSpec(ModelFamily::kTransformer);
  ArmSpec arm = spec.arms[0];
  ModelPlan plan;

  Matched() {
    arm.name = "matched";
    arm.matched_to = "banded";
    plan.model = spec.model;
    plan.arm = arm;
  }
  std::string Remark(std::int64_t parameters) const {
    const std::vector<std::string> remarks = RemarksOf(spec, arm, plan, parameters);
    return remarks.size() == 1 ? remarks.front() : "";
  }
};

TEST_CASE("A matched arm says what it was given, and how near it comes", "[train]") {
  Matched full;
  const std::string against =
      " parameters against " + ToString(ModelParameters(full.spec, full.spec.arms[1])) + ".";
  full.plan.model.inner = 19;
  CHECK(full.Remark(1201) ==
        "Arm 'matched' is matched to 'banded': d = 6, f = 19, with 1201" + against);
  Matched factorized;
  factorized.plan.arm.embedding_settings = {{"E", 5}};
  CHECK(factorized.Remark(1301) ==
        "Arm 'matched' is matched to 'banded': E = 5, with 1301" + against);
}

TEST_CASE("Weights of attention without dropout are said to have none", "[train]") {
  Matched sparse;
  sparse.arm.matched_to.reset();
  sparse.plan.arm.attention = "topk_mlp";
  CHECK(sparse.Remark(7) == "");
  sparse.plan.model.dropout = 0.1;
  CHECK(sparse.Remark(7) == "The weights of attention topk_mlp have no dropout.");
  sparse.plan.arm.attention = "full";
  CHECK(sparse.Remark(7) == "");
}

TEST_CASE("Only adamw decays weights", "[train]") {
  TrainingSpec training;
  training.weight_decay = 0.01;
  for (const OptimizerKind kind : {OptimizerKind::kSgd, OptimizerKind::kAdam}) {
    training.optimizer = kind;
    CHECK(ErrorTextOf([&] { NewOptimizer(training, 0.1, {}); }) ==
          "training.weight_decay goes with the optimizer adamw, which alone has it");
  }
  training.optimizer = OptimizerKind::kAdamW;
  CHECK(NewOptimizer(training, 0.1, {}) != nullptr);
}

}  // namespace
}  // namespace costcheck
