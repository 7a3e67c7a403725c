#include "verify/experiments/parameters.h"

#include <fmt/format.h>

#include <cmath>

#include "costmodel/algebra/error.h"
#include "costmodel/component.h"
#include "costmodel/operators/memory.h"
#include "verify/corpora/categories.h"
#include "verify/experiments/check_arms.h"

namespace costcheck {
namespace {

Integer ParametersOf(const Component& component, const Settings& settings) {
  const std::optional<Rational> count =
      CountParameters(BuildGraph(component, settings)).value().AsRational();
  COSTCHECK_CHECK(count && IsInteger(*count));
  return Numerator(*count);
}

void SetAll(const std::map<std::string, std::int64_t>& values, Settings& settings) {
  for (const auto& [name, value] : values) settings.Set(name, Expr(value));
}

/// As often as is expected, or, where the rule looks at ranks alone, in any falling order.
TypeCounts ExpectedCounts(const CorpusSpec& corpus, const CategorySpec& categories) {
  constexpr double kScale = 1e12;
  const bool by_mass = categories.rule.split == BandSplit::kOccurrences;
  TypeCounts counts;
  for (std::int64_t type = 0; type < corpus.types; ++type) {
    const double weight = std::pow(static_cast<double>(type + 1), -corpus.exponent);
    counts.count.push_back(by_mass ? std::llround(kScale * weight) : corpus.types - type);
    counts.first_position.push_back(type);
  }
  return counts;
}

class Sizes {
 public:
  Sizes(const ExperimentSpec& spec, const ArmSpec& arm, const ModelSpec& model)
      : spec_(spec), arm_(arm), model_(model) {}

  Integer All() const {
    Integer head = model_.tied_head ? 0 : Width() * spec_.corpus.types;
    if (model_.head_bias) head += spec_.corpus.types;
    if (model_.final_norm) head += 2 * Width();
    if (model_.family == ModelFamily::kMeanPool) return Embedding() + head;
    const Integer positions = model_.learned_positions ? Width() * spec_.batch.length : Integer(0);
    return Embedding() + positions + model_.layers * Layer() + head;
  }

  Integer Embedding() const {
    Settings settings;
    settings.Set("V", Expr(spec_.corpus.types));
    settings.Set("d", Expr(model_.width));
    settings.Set("T", Expr(spec_.batch.length));
    settings.Set("tied", Expr(1));
    settings.Set("logits", Expr(0));
    SetAll(arm_.embedding_settings, settings);
    settings.bands = Bands();
    return ParametersOf(*FindComponent(arm_.embedding), settings);
  }

  Integer Attention() const {
    Settings settings;
    settings.causal = model_.causal;
    settings.Set("T", Expr(spec_.batch.length));
    settings.Set("d", Expr(model_.width));
    settings.Set("H", Expr(model_.heads));
    SetAll(arm_.attention_settings, settings);
    return ParametersOf(*FindComponent(arm_.attention), settings);
  }

 private:
  Integer Width() const { return model_.width; }

  Integer Layer() const {
    const Integer biases = 4 * Width();
    const Integer feed_forward = 2 * Width() * model_.inner + model_.inner + Width();
    const Integer norms = 4 * Width();
    return Attention() + biases + feed_forward + norms;
  }

  std::vector<Band> Bands() const {
    std::vector<Band> bands;
    const std::vector<std::int64_t> types = ExpectedBands(spec_, arm_);
    for (std::size_t i = 0; i < types.size(); ++i) {
      const std::int64_t rows = i + 1 == types.size() ? arm_.shared_rows : 0;
      bands.push_back({Expr(types[i]), Expr(arm_.widths[i]), Expr(rows)});
    }
    return bands;
  }

  const ExperimentSpec& spec_;
  const ArmSpec& arm_;
  const ModelSpec& model_;
};

void SetChosenWidth(std::int64_t width, ResolvedArm& resolved) {
  if (resolved.arm.embedding == "factorized") {
    resolved.arm.embedding_settings["E"] = width;
  } else if (resolved.model.family == ModelFamily::kTransformer) {
    resolved.model.inner = width;
  } else {
    resolved.model.width = width;
  }
}

Integer CountWith(const ExperimentSpec& spec, ResolvedArm resolved, std::int64_t width) {
  SetChosenWidth(width, resolved);
  return Sizes(spec, resolved.arm, resolved.model).All();
}

/// The nearest whole number, the smaller of two.
Integer Nearest(const Rational& value) { return Ceil(value - Rational(1, 2)); }

}  // namespace

ResolvedArm Resolve(const ExperimentSpec& spec, const ArmSpec& arm) {
  ResolvedArm resolved{arm, spec.model};
  if (!arm.matched_to) return resolved;
  resolved.arm.matched_to.reset();
  const ArmSpec* other = FindArm(spec, *arm.matched_to);
  COSTCHECK_CHECK(other != nullptr && !other->matched_to);
  const Integer wanted = ModelParameters(spec, *other);
  const Integer least = CountWith(spec, resolved, 1);
  if (least > wanted) {
    throw CostError(
        fmt::format("Arm '{}' cannot be matched to '{}': it has {} parameters at "
                    "width 1 already, and the other one {}.",
                    arm.name, other->name, ToString(least), ToString(wanted)));
  }
  const Integer slope = CountWith(spec, resolved, 2) - least;
  const auto width = ToInt64(1 + Nearest(Rational(wanted - least, slope)));
  COSTCHECK_CHECK(width.has_value());
  SetChosenWidth(*width, resolved);
  return resolved;
}

Integer ModelParameters(const ExperimentSpec& spec, const ArmSpec& arm) {
  const ResolvedArm resolved = Resolve(spec, arm);
  return Sizes(spec, resolved.arm, resolved.model).All();
}

Integer EmbeddingParameters(const ExperimentSpec& spec, const ArmSpec& arm) {
  const ResolvedArm resolved = Resolve(spec, arm);
  return Sizes(spec, resolved.arm, resolved.model).Embedding();
}

std::vector<std::int64_t> ExpectedBands(const ExperimentSpec& spec, const ArmSpec& arm) {
  if (!arm.categories) return {};
  const auto full_tables = arm.embedding_settings.find("full_tables");
  const bool any_sizes = full_tables != arm.embedding_settings.end() && full_tables->second == 1;
  if (arm.categories->rule.split == BandSplit::kOccurrences &&
      spec.corpus.kind == CorpusKind::kText && !any_sizes) {
    throw CostError(
        fmt::format("How many parameters arm '{}' has depends on the text: its bands "
                    "are by occurrences.",
                    arm.name));
  }
  const TypeBands bands =
      SortIntoBands(ExpectedCounts(spec.corpus, *arm.categories), arm.categories->rule);
  return {bands.sizes.begin(), bands.sizes.begin() + 3};
}

Integer RunCost(const ExperimentSpec& spec, const ArmSpec& arm) {
  const ResolvedArm resolved = Resolve(spec, arm);
  const ModelSpec& model = resolved.model;
  const Integer head = Integer(model.width) * spec.corpus.types;
  const Integer windows =
      Integer(spec.training.epochs) * spec.training.steps_per_epoch * spec.batch.sequences;
  const Integer tokens = windows * spec.batch.length;
  if (model.family == ModelFamily::kMeanPool) {
    return windows * 6 * head + tokens * 2 * model.width;
  }
  const Integer layer =
      Sizes(spec, resolved.arm, model).Attention() + Integer(2) * model.width * model.inner;
  const Integer scores = Integer(12) * spec.batch.length * model.width;
  return tokens * (model.layers * (6 * layer + scores) + 6 * head);
}

std::int64_t TrainingTokens(const ExperimentSpec& spec) {
  return spec.training.epochs * spec.training.steps_per_epoch * spec.batch.sequences *
         spec.batch.length;
}

}  // namespace costcheck
