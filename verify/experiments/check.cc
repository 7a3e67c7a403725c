#include "verify/experiments/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <vector>

#include "costmodel/algebra/error.h"
#include "verify/corpora/windows.h"
#include "verify/experiments/check_arms.h"

namespace costcheck {
namespace {

template <class Predicate>
bool AnyBands(const ExperimentSpec& spec, Predicate predicate) {
  return std::any_of(spec.arms.begin(), spec.arms.end(), [&](const ArmSpec& arm) {
    return arm.categories && predicate(*arm.categories);
  });
}

constexpr ReferenceBehaviour kBehaviours[] = {
    {"no_causal_mask", "attention sees the tokens that are to be predicted",
     [](const ExperimentSpec& spec) {
       if (spec.timing) return !spec.timing->causal;
       return spec.model.family == ModelFamily::kTransformer && !spec.model.causal;
     }},
    {"own_validation_sample", "every arm is validated on windows of its own draw",
     [](const ExperimentSpec& spec) { return spec.evaluation.own_sample; }},
    {"low_overrides_high", "types that are both frequent and rare count as rare",
     [](const ExperimentSpec& spec) {
       return AnyBands(
           spec, [](const CategorySpec& it) { return it.rule.overlap == BandOverlap::kLowWins; });
     }},
    {"unseen_mid", "types that do not occur count as neither frequent nor rare",
     [](const ExperimentSpec& spec) {
       return AnyBands(spec,
                       [](const CategorySpec& it) { return it.rule.unseen == BandUnseen::kMid; });
     }},
    {"unseen_random", "types that do not occur have no row, and noise at each look-up",
     [](const ExperimentSpec& spec) {
       return AnyBands(spec,
                       [](const CategorySpec& it) { return it.rule.unseen == BandUnseen::kNone; });
     }},
    {"whole_corpus_counts", "types are counted in the held-out tokens as well",
     [](const ExperimentSpec& spec) {
       return AnyBands(spec, [](const CategorySpec& it) { return it.whole_corpus; });
     }},
    {"own_values", "the approximator is trained on copies of the query's own value",
     [](const ExperimentSpec& spec) { return spec.pipeline && spec.pipeline->own_values; }},
    {"future_keys", "the selector may pick keys behind the query",
     [](const ExperimentSpec& spec) { return spec.pipeline && spec.pipeline->future_keys; }},
};

class Checker {
 public:
  Checker(const ExperimentSpec& spec, const Places& places) : spec_(spec), places_(places) {}

  void Check() const {
    CheckName();
    CheckBehaviours();
    if (spec_.timing) return CheckTiming(*spec_.timing);
    AtLeast("seeds", spec_.seeds, 1);
    CheckCorpus();
    CheckBatch();
    CheckModel();
    CheckTraining();
    CheckEvaluation();
    if (spec_.pipeline) CheckPipeline(*spec_.pipeline);
    CheckArms(spec_, places_);
    CheckDecisions(spec_, places_);
  }

 private:
  void Require(bool holds, const std::string& path, const std::string& what) const {
    if (!holds) places_.Fail(path, what);
  }

  void AtLeast(const std::string& path, std::int64_t value, std::int64_t least) const {
    Require(value >= least, path, fmt::format("'{}' is {}, below {}", path, value, least));
  }

  /// At least 0, and below `end` where there is one.
  void InRange(const std::string& path, double value, double end = INFINITY) const {
    Require(value >= 0 && value < end, path, fmt::format("'{}' is {}, out of range", path, value));
  }

  void CheckName() const {
    const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; };
    Require(!spec_.name.empty() && std::all_of(spec_.name.begin(), spec_.name.end(), is_plain),
            "name", fmt::format("'{}' is no name: letters, digits and '-' make one", spec_.name));
    Require(spec_.form == "described" || spec_.form == "corrected", "form",
            fmt::format("'{}' is no form: there are described and corrected", spec_.form));
  }

  void CheckBehaviours() const {
    const std::vector<std::string>& named = spec_.reference_behaviours;
    std::vector<std::string> known;
    for (const ReferenceBehaviour& behaviour : kBehaviours) {
      const std::string name(behaviour.name);
      known.push_back(name);
      const bool is_named = std::find(named.begin(), named.end(), name) != named.end();
      const bool is_in = behaviour.is_in(spec_);
      Require(is_named || !is_in, "reference_behaviours",
              fmt::format("the settings have the reference behaviour '{}' ({}), which "
                          "'reference_behaviours' does not name",
                          name, behaviour.meaning));
      Require(is_in || !is_named, "reference_behaviours",
              fmt::format("the reference behaviour '{}' is named, and the settings do not have it",
                          name));
    }
    for (const std::string& name : named) {
      Require(std::find(known.begin(), known.end(), name) != known.end(), "reference_behaviours",
              fmt::format("'{}' is not a reference behaviour{}", name, DidYouMean(name, known)));
    }
  }

  void CheckCorpus() const {
    const CorpusSpec& corpus = spec_.corpus;
    const bool text = corpus.kind == CorpusKind::kText;
    AtLeast("corpus.types", corpus.types, text ? 256 : 1);
    AtLeast("corpus.tokens", corpus.tokens, text ? 0 : 1);
    InRange("corpus.exponent", corpus.exponent);
    Require(corpus.dependence >= 0 && corpus.dependence <= 1, "corpus.dependence",
            "'dependence' lies between 0 and 1");
    AtLeast("corpus.turns", corpus.turns, 0);
    Require(corpus.train_share > 0 && corpus.test_share >= 0 &&
                corpus.train_share + corpus.test_share <= 1,
            "corpus", "'train_share' and 'test_share' are no shares of one corpus");
  }

  void CheckBatch() const {
    const BatchSpec& batch = spec_.batch;
    AtLeast("batch.length", batch.length, 1);
    AtLeast("batch.sequences", batch.sequences, 1);
    AtLeast("batch.row_step", batch.row_step, 0);
    AtLeast("batch.batch_step", batch.batch_step, 0);
    if (spec_.corpus.tokens == 0) return;
    const std::int64_t last = batch.order == WindowOrder::kStepped
                                  ? (spec_.training.steps_per_epoch - 1) * batch.batch_step +
                                        (batch.sequences - 1) * batch.row_step
                                  : 0;
    const std::int64_t needed = last + WindowSpan(spec_.target, batch.length);
    const auto there = static_cast<std::int64_t>(static_cast<double>(spec_.corpus.tokens) *
                                                 spec_.corpus.train_share);
    Require(needed <= there, "batch",
            fmt::format("the batches of an epoch read {} tokens, and {} are for training", needed,
                        there));
  }

  void CheckModel() const {
    const ModelSpec& model = spec_.model;
    const bool transformer = model.family == ModelFamily::kTransformer;
    AtLeast("model.width", model.width, 1);
    Require(transformer == (spec_.target == Target::kNextToken), "target",
            transformer ? "a transformer's target is next_token"
                        : "a mean_pool's target is following, most_frequent or first");
    if (!transformer) return;
    AtLeast("model.layers", model.layers, 1);
    AtLeast("model.heads", model.heads, 1);
    AtLeast("model.inner", model.inner, 1);
    InRange("model.dropout", model.dropout, 1);
    Require(model.width % model.heads == 0, "model.heads",
            fmt::format("{} heads do not divide a width of {}", model.heads, model.width));
  }

  void CheckTraining() const {
    const TrainingSpec& training = spec_.training;
    AtLeast("training.epochs", training.epochs, 1);
    AtLeast("training.steps_per_epoch", training.steps_per_epoch, 1);
    AtLeast("training.warmup_steps", training.warmup_steps, 0);
    Require(training.warmup_steps <= training.epochs * training.steps_per_epoch,
            "training.warmup_steps", "the warm-up is longer than the training");
    InRange("training.weight_decay", training.weight_decay);
    InRange("training.clip", training.clip);
    InRange("training.beta1", training.beta1, 1);
    InRange("training.beta2", training.beta2, 1);
    Require(training.weight_decay == 0 || training.optimizer != OptimizerKind::kAdam,
            "training.weight_decay", "adam has no weight decay here; adamw has");
  }

  void CheckEvaluation() const {
    AtLeast("evaluation.every_epochs", spec_.evaluation.every_epochs, 1);
    AtLeast("evaluation.batches", spec_.evaluation.batches, 0);
    InRange("evaluation.settled", spec_.evaluation.settled);
    Require(spec_.evaluation.settled == 0 || HasValidation(spec_), "evaluation.settled",
            "the convergence rule needs validation tokens: 'train_share' leaves none");
  }

  void CheckPipeline(const PipelineSpec& pipeline) const {
    Require(spec_.model.family == ModelFamily::kTransformer, "pipeline",
            "the pipeline's teacher is a transformer");
    AtLeast("pipeline.kept", pipeline.kept, 1);
    Require(pipeline.kept <= spec_.batch.length, "pipeline.kept",
            fmt::format("{} keys are kept of {}", pipeline.kept, spec_.batch.length));
    AtLeast("pipeline.selector_hidden", pipeline.selector_hidden, 1);
    AtLeast("pipeline.approximator_hidden", pipeline.approximator_hidden, 1);
    AtLeast("pipeline.selector_steps", pipeline.selector_steps, 1);
    AtLeast("pipeline.approximator_steps", pipeline.approximator_steps, 1);
    AtLeast("pipeline.logged_batches", pipeline.logged_batches, 1);
    Require(pipeline.selector_rate > 0 && pipeline.approximator_rate > 0, "pipeline",
            "learning rates are above 0");
  }

  void CheckTiming(const TimingSpec& timing) const {
    AtLeast("timing.sequences", timing.sequences, 1);
    AtLeast("timing.sparse_heads", timing.sparse_heads, 1);
    AtLeast("timing.warmups", timing.warmups, 0);
    AtLeast("timing.runs", timing.runs, 1);
    Require(!timing.shapes.empty(), "timing.shapes", "there is no shape to be timed");
    for (std::size_t i = 0; i < timing.shapes.size(); ++i) {
      CheckShape(timing.shapes[i], fmt::format("timing.shapes[{}]", i));
    }
  }

  void CheckShape(const TimedShape& shape, const std::string& path) const {
    for (const std::int64_t size :
         {shape.length, shape.width, shape.heads, shape.kept, shape.hidden}) {
      Require(size >= 1, path, "a size of this shape is below 1");
    }
    Require(shape.width % shape.heads == 0, path,
            fmt::format("{} heads do not divide a width of {}", shape.heads, shape.width));
    Require(shape.kept <= shape.length, path,
            fmt::format("{} keys are kept of {}", shape.kept, shape.length));
    Require(spec_.timing->sparse_heads <= shape.heads, path,
            fmt::format("{} sparse heads of {}", spec_.timing->sparse_heads, shape.heads));
  }

  const ExperimentSpec& spec_;
  const Places& places_;
};

}  // namespace

std::span<const ReferenceBehaviour> ReferenceBehaviours() { return kBehaviours; }

void CheckExperiment(const ExperimentSpec& spec, const Places& places) {
  Checker(spec, places).Check();
}

}  // namespace costcheck
