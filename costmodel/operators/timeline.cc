#include "costmodel/operators/timeline.h"

#include <algorithm>

#include "costmodel/operators/aten.h"
#include "costmodel/operators/replay.h"

namespace costcheck {
namespace {

std::int64_t PeakFrom(const std::vector<MemoryEvent>& events, std::size_t first,
                      std::int64_t live) {
  for (std::size_t i = first; i < events.size(); ++i) live = std::max(live, events[i].live);
  return live;
}

/// AdamW's first step of one parameter: two moments, then the root of the second and that root
/// divided by a number. Decay, moments and offset are numbers, applied in place.
void StepAdamW(Aten& aten, const Handle& gradient, std::vector<Handle>& state) {
  const Dimensions& sizes = gradient->layout.sizes;
  aten.NumberInPlace();
  state.push_back(aten.New(sizes, "first moment"));
  state.push_back(aten.New(sizes, "second moment"));
  aten.NumberInPlace();
  aten.NumberInPlace();
  const Handle root = aten.New(sizes, "root of the second moment");
  const Handle divided = aten.ScaledOf(root, "root of the second moment");
  aten.NumberInPlace();
}

class Step {
 public:
  Step(const Graph& graph, const Values& values, const StepOptions& options)
      : options_(options),
        tape_(log_, options.training, options.adds_in_place),
        aten_(log_, tape_, options.threads),
        replay_(graph, values, aten_) {}

  Timeline Run() {
    log_.SetStep("inputs");
    replay_.MakeInputs();
    const std::size_t start = log_.events().size();
    const std::int64_t inputs = log_.live();
    Pass();
    timeline_.peak = PeakFrom(log_.events(), start, inputs);
    log_.SetStep("release");
    std::vector<Handle> gradients = TakeGradients();
    tape_.Clear();
    timeline_.gradients = log_.live();
    log_.SetStep("optimizer");
    const std::size_t before = log_.events().size();
    std::vector<Handle> state;
    for (const Handle& gradient : gradients) StepParameter(gradient, state);
    timeline_.optimizer_state = log_.live() - timeline_.gradients;
    timeline_.optimizer_peak = PeakFrom(log_.events(), before, timeline_.gradients);
    timeline_.events = log_.events();
    return std::move(timeline_);
  }

 private:
  void Pass() {
    log_.SetStep("forward");
    replay_.Run();
    const Tracked sum = replay_.TakeSum();
    timeline_.kept = log_.live() - kFloatBytes;
    log_.SetStep("backward");
    if (sum.RequiresGradient()) tape_.Backward(sum);
  }

  std::vector<Handle> TakeGradients() const {
    std::vector<Handle> gradients;
    for (const auto& [id, parameter] : replay_.parameters()) {
      if (!parameter.RequiresGradient()) continue;
      if (tape_.GradientOf(parameter)) gradients.push_back(tape_.GradientOf(parameter));
    }
    return gradients;
  }

  void StepParameter(const Handle& gradient, std::vector<Handle>& state) {
    if (options_.optimizer == Optimizer::kAdamW) StepAdamW(aten_, gradient, state);
    if (options_.optimizer == Optimizer::kSgdMomentum) {
      state.push_back(aten_.New(gradient->layout.sizes, "momentum"));
    }
  }

  StepOptions options_;
  MemoryLog log_;
  Tape tape_;
  Aten aten_;
  Replay replay_;
  Timeline timeline_;
};

}  // namespace

Timeline ReplayStep(const Graph& graph, const Values& values, const StepOptions& options) {
  return Step(graph, values, options).Run();
}

}  // namespace costcheck
