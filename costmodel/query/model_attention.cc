#include "costmodel/query/model_attention.h"

#include <string>
#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

const Component& AttentionNamed(std::string_view name) {
  const Component* component = FindComponent(name);
  if (component != nullptr && component->family == Family::kAttention) return *component;
  std::vector<std::string> names;
  for (const Component* known : Components()) {
    if (known->family == Family::kAttention) names.emplace_back(known->name);
  }
  throw CostError("'" + std::string(name) + "' is not an attention" + DidYouMean(name, names));
}

const AttentionShape& FirstShape(const Architecture& architecture) {
  const Stack& stack =
      architecture.decoder.groups.empty() ? architecture.encoder : architecture.decoder;
  return stack.groups.front().layer.attention;
}

}  // namespace

Subject AttentionInModel(std::string_view text, const Assignments& assignments,
                         const Architecture& architecture) {
  const Call call = AsCall(text).value_or(Call{text, ""});
  const Component& component = AttentionNamed(call.name);
  const std::string label(text);
  const Assignments all = assignments.With(SplitArguments(call.arguments), label);
  Subject subject{label, &component, At(label, [&] { return all.Resolve(); }), Expr()};
  subject.settings.own_head_width = true;
  const AttentionShape& shape = FirstShape(architecture);
  for (const auto& [symbol, value] :
       {std::pair{"d", architecture.width}, std::pair{"H", shape.heads},
        std::pair{"H_kv", shape.key_heads}, std::pair{"w", shape.head_width}}) {
    if (all.Has(symbol)) throw CostError(std::string(symbol) + " is the model's own");
    subject.settings.Set(symbol, Expr(value));
  }
  return subject;
}

}  // namespace costcheck
