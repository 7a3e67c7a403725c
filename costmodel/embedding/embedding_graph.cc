#include "costmodel/embedding/embedding_graph.h"

#include <fmt/format.h>

#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"

namespace costcheck {

bool IsOn(const Settings& settings, std::string_view name) {
  const Expr value = settings.Get(name);
  if (value == Expr(0)) return false;
  if (value == Expr(1)) return true;
  throw CostError(fmt::format("Parameter '{}' is 0 or 1, not {}.", name, Print(value)));
}

Expr Tokens(const Settings& settings) { return settings.Get("B") * settings.Queries(); }

TensorId StartLogits(GraphBuilder& builder, const Settings& settings) {
  builder.SetPart(Part::kLogits);
  return builder.Input("hidden", {Tokens(settings), settings.Get("d")});
}

void AddOwnLogits(GraphBuilder& builder, const Settings& settings, const Expr& vocabulary) {
  const TensorId hidden = StartLogits(builder, settings);
  builder.Linear("output", hidden, settings.Get("d"), vocabulary);
}

namespace {

void AddComposedLogits(GraphBuilder& builder, const Settings& settings, const Expr& width,
                       std::optional<TensorId> projection) {
  const Expr tokens = Tokens(settings), types = settings.Get("V");
  TensorId hidden = StartLogits(builder, settings);
  if (projection) {
    const TensorId back =
        builder.View("all.projection.transposed", *projection, {settings.Get("d"), width});
    hidden = builder.Apply(Kind::kMatMul, {hidden, back},
                           builder.Activation("all.narrow", {tokens, width}));
  }
  const TensorId composed = builder.Input("all.composed", {width, types});
  builder.Apply(Kind::kMatMul, {hidden, composed},
                builder.Activation("all.logits", {tokens, types}));
  builder.Assume("tied logits read a composed table of V rows; composing it is not counted");
}

}  // namespace

void AddComposedOutput(GraphBuilder& builder, const Settings& settings, const Expr& width,
                       std::optional<TensorId> projection) {
  if (!IsOn(settings, "logits")) return;
  if (IsOn(settings, "tied")) {
    AddComposedLogits(builder, settings, width, projection);
  } else {
    AddOwnLogits(builder, settings, settings.Get("V"));
  }
}

}  // namespace costcheck
