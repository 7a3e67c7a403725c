#include "costmodel/model/parts.h"

#include <vector>

namespace costcheck {

TensorId AddNorm(GraphBuilder& builder, const std::string& name, TensorId in, NormKind kind,
                 bool shift) {
  builder.SetPart(Part::kNorm);
  const std::vector<Expr> shape = builder.At(in).shape;
  std::vector<TensorId> inputs = {in, builder.Parameter(name + ".weight", {shape.back()})};
  if (shift) inputs.push_back(builder.Parameter(name + ".bias", {shape.back()}));
  return builder.Apply(kind == NormKind::kLayerNorm ? Kind::kLayerNorm : Kind::kRmsNorm,
                       std::move(inputs), builder.Activation(name, shape));
}

TensorId AddResidual(GraphBuilder& builder, const std::string& name, TensorId a, TensorId b) {
  builder.SetPart(Part::kNorm);
  const TensorId out = builder.Activation(name, builder.At(a).shape);
  return builder.Apply(Kind::kAdd, {a, b}, out);
}

TensorId AddGeluFeedForward(GraphBuilder& builder, TensorId in, const FeedForward& shape) {
  builder.SetPart(Part::kFeedForward);
  const std::string& prefix = shape.prefix;
  const Expr width = builder.At(in).shape.back();
  const TensorId first = builder.Linear(prefix + "W1", in, width, shape.inner, shape.bias);
  const TensorId active = builder.Apply(
      Kind::kGelu, {first}, builder.Activation(prefix + "gelu", builder.At(first).shape));
  return builder.Linear(prefix + "W2", active, shape.inner, width, shape.bias);
}

TensorId AddSwiGluFeedForward(GraphBuilder& builder, TensorId in, const FeedForward& shape) {
  builder.SetPart(Part::kFeedForward);
  const std::string& prefix = shape.prefix;
  const Expr width = builder.At(in).shape.back();
  const TensorId gate = builder.Linear(prefix + "W1", in, width, shape.inner, shape.bias);
  const std::vector<Expr> rows = builder.At(gate).shape;
  const TensorId active =
      builder.Apply(Kind::kSilu, {gate}, builder.Activation(prefix + "silu", rows));
  const TensorId linear = builder.Linear(prefix + "W3", in, width, shape.inner, shape.bias);
  const TensorId gated =
      builder.Apply(Kind::kMultiply, {active, linear}, builder.Activation(prefix + "gated", rows));
  return builder.Linear(prefix + "W2", gated, shape.inner, width, shape.bias);
}

}  // namespace costcheck
