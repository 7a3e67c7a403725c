#include "verify/train/pipeline_cost.h"

#include <map>
#include <optional>
#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/component.h"
#include "costmodel/operators/convention.h"

namespace costcheck {
namespace {

using Numbers = std::map<std::string, std::int64_t>;

std::map<Part, Rational> CountOf(const char* component, const Numbers& values, Scope scope) {
  const Component* found = FindComponent(component);
  COSTCHECK_CHECK(found != nullptr);
  Settings settings;
  settings.causal = false;
  for (const auto& [name, value] : values) settings.Set(name, Expr(value));
  Convention convention = FindConvention("seeds");
  convention.scope = scope;
  std::map<Part, Rational> counts;
  for (const auto& [part, flops] :
       FlopsByPart(BuildGraph(*found, settings), convention, Phase::kForward, settings.causal)) {
    const std::optional<Rational> count = flops.value().AsRational();
    COSTCHECK_CHECK(count.has_value());
    counts[part] = *count;
  }
  return counts;
}

Rational Sum(const std::map<Part, Rational>& counts) {
  Rational sum = 0;
  for (const auto& [part, count] : counts) sum += count;
  return sum;
}

}  // namespace

double CausalTop1Chance(std::int64_t length) {
  double sum = 0;
  for (std::int64_t seen = length; seen > 0; --seen) sum += 1 / static_cast<double>(seen);
  return sum / static_cast<double>(length);
}

double PrintedReduction(std::int64_t kept, std::int64_t length) {
  return 1 - static_cast<double>(kept) / static_cast<double>(length);
}

HeadMultiplyAdds MultiplyAddsOfHead(const PipelineSpec& pipeline, std::int64_t length,
                                    std::int64_t head_width) {
  const Numbers one_head = {{"T", length}, {"d", head_width}, {"H", 1}};
  const auto sparse = [&](std::int64_t hidden, Part part) {
    Numbers values = one_head;
    values["K"] = pipeline.kept;
    values["h"] = hidden;
    return CountOf("topk_mlp", values, Scope::kCore).at(part);
  };
  const Rational both = sparse(pipeline.selector_hidden, Part::kSelection) +
                        sparse(pipeline.approximator_hidden, Part::kCore);
  const Rational exact = Sum(CountOf("full", one_head, Scope::kCore));
  return {.exact = Numerator(exact / length), .sparse = Numerator(both / length)};
}

Rational PredictedTimeRatio(const TimedShape& shape, std::int64_t sparse_heads) {
  Numbers values = {{"T", shape.length}, {"d", shape.width}, {"H", shape.heads}};
  const Rational full = Sum(CountOf("full", values, Scope::kModule));
  values["K"] = shape.kept;
  values["h"] = shape.hidden;
  values["sparse_heads"] = sparse_heads;
  return full / Sum(CountOf("topk_mlp", values, Scope::kModule));
}

}  // namespace costcheck
