#include "verify/experiments/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/number.h"
#include "verify/experiments/canonical.h"
#include "verify/experiments/check_arms.h"
#include "verify/experiments/parameters.h"

namespace costcheck {
namespace {

void CheckArmNames(const ExperimentSpec& spec, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (FindArm(spec, name) != nullptr) continue;
    throw CostError(
        fmt::format("{} has no arm '{}'{}", spec.name, name, DidYouMean(name, ArmNames(spec))));
  }
}

std::int64_t AtLeastOne(const char* name, std::int64_t value) {
  if (value >= 1) return value;
  throw CostError(fmt::format("{} are {}, below 1", name, value));
}

bool IsWanted(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

/// Of a timed shape what full attention takes, 2*T^2*d + 4*T*d^2 multiply-adds.
std::vector<Integer> CostsOfArms(const ExperimentSpec& spec) {
  std::vector<Integer> costs;
  if (spec.timing) {
    for (const TimedShape& shape : spec.timing->shapes) {
      costs.push_back(2 * Integer(shape.length) * shape.width * (shape.length + 2 * shape.width));
    }
  }
  for (const ArmSpec& arm : spec.arms) costs.push_back(RunCost(spec, arm));
  return costs;
}

std::vector<PlannedRun> PlanOfTiming(const ExperimentSpec& spec) {
  std::vector<PlannedRun> plan;
  for (std::int64_t seed = 1; seed <= spec.seeds; ++seed) {
    for (std::size_t shape = 0; shape < spec.timing->shapes.size(); ++shape) {
      plan.push_back({shape, static_cast<std::uint64_t>(seed), 0});
    }
  }
  return plan;
}

RunRecord RecordOfTiming(const ExperimentSpec& spec, const PlannedRun& run) {
  const TimingSpec& timing = *spec.timing;
  COSTCHECK_CHECK(run.arm < timing.shapes.size());
  const TimedShape& shape = timing.shapes[run.arm];
  RunRecord record;
  record.experiment = spec.name;
  record.form = spec.form;
  record.arm = fmt::format("width-{}", shape.width);
  record.seed = run.seed;
  record.configuration = fmt::format(
      R"({{"timing":{{"causal":{},"heads":{},"hidden":{},"kept":{},"length":{},"runs":{},)"
      R"("sequences":{},"sparse_heads":{},"warmups":{},"width":{}}}}})",
      timing.causal, shape.heads, shape.hidden, shape.kept, shape.length, timing.runs,
      timing.sequences, timing.sparse_heads, timing.warmups, shape.width);
  return record;
}

}  // namespace

ExperimentSpec WithOverrides(ExperimentSpec spec, const Overrides& overrides) {
  CheckArmNames(spec, overrides.arms);
  if (overrides.seeds) spec.seeds = AtLeastOne("seeds", *overrides.seeds);
  if (overrides.epochs) spec.training.epochs = AtLeastOne("epochs", *overrides.epochs);
  if (spec.training.warmup_steps > spec.training.epochs * spec.training.steps_per_epoch) {
    throw CostError(fmt::format("{} epochs are fewer steps than the warm-up's {}",
                                spec.training.epochs, spec.training.warmup_steps));
  }
  return spec;
}

std::vector<PlannedRun> PlanOf(const ExperimentSpec& spec, const std::vector<std::string>& arms) {
  CheckArmNames(spec, arms);
  if (spec.timing) return PlanOfTiming(spec);
  std::vector<PlannedRun> plan;
  for (std::int64_t seed = 1; seed <= spec.seeds; ++seed) {
    for (std::size_t arm = 0; arm < spec.arms.size(); ++arm) {
      if (!IsWanted(arms, spec.arms[arm].name)) continue;
      for (const double rate : spec.arms[arm].rates) {
        plan.push_back({arm, static_cast<std::uint64_t>(seed), rate});
      }
    }
  }
  return plan;
}

Task ParseTask(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto number = [&](std::string_view digits) -> std::int64_t {
    const bool plain = !digits.empty() && digits.size() <= 9 &&
                       digits.find_first_not_of("0123456789") == std::string_view::npos;
    return plain ? std::stoll(std::string(digits)) : 0;
  };
  Task task{0, 0};
  if (slash != std::string_view::npos) {
    task = {number(text.substr(0, slash)), number(text.substr(slash + 1))};
  }
  if (1 <= task.index && task.index <= task.count) return task;
  throw CostError(fmt::format("'{}' is no task: K/N is, with K from 1 to N", text));
}

std::vector<PlannedRun> ShareOf(const ExperimentSpec& spec, const std::vector<PlannedRun>& plan,
                                const Task& task) {
  COSTCHECK_CHECK(1 <= task.index && task.index <= task.count);
  const std::vector<Integer> costs = CostsOfArms(spec);
  std::vector<std::size_t> order(plan.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return costs[plan[a].arm] > costs[plan[b].arm];
  });
  std::vector<Integer> loads(static_cast<std::size_t>(task.count));
  std::vector<std::size_t> mine;
  for (const std::size_t run : order) {
    const auto least = std::min_element(loads.begin(), loads.end());
    *least += costs[plan[run].arm];
    if (least - loads.begin() == task.index - 1) mine.push_back(run);
  }
  std::sort(mine.begin(), mine.end());
  std::vector<PlannedRun> share;
  for (const std::size_t run : mine) share.push_back(plan[run]);
  return share;
}

RunRecord RecordOf(const ExperimentSpec& spec, const PlannedRun& run) {
  if (spec.timing) return RecordOfTiming(spec, run);
  COSTCHECK_CHECK(run.arm < spec.arms.size());
  const ArmSpec& arm = spec.arms[run.arm];
  RunRecord record;
  record.experiment = spec.name;
  record.form = spec.form;
  record.arm = arm.name;
  record.seed = run.seed;
  record.settings = {{"rate", run.rate}};
  record.configuration = CanonicalConfiguration(spec, arm);
  return record;
}

}  // namespace costcheck
