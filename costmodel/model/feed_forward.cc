#include "costmodel/model/feed_forward.h"

#include <optional>
#include <vector>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

Kind KindOf(ActivationKind activation) {
  switch (activation) {
    case ActivationKind::kGelu:
      return Kind::kGelu;
    case ActivationKind::kSilu:
      return Kind::kSilu;
    case ActivationKind::kRelu:
      return Kind::kRelu;
  }
  CheckFailed("activation is one of ActivationKind", __FILE__, __LINE__);
}

/// One feed-forward, or as many as there are experts: then every matrix is there once for each.
class FeedForwardMaker {
 public:
  FeedForwardMaker(GraphBuilder& builder, const FeedForwardShape& shape, std::string prefix,
                   std::optional<Expr> experts = std::nullopt)
      : builder_(builder), shape_(shape), prefix_(std::move(prefix)), experts_(experts) {}

  TensorId Add(TensorId x, const Expr& inner) {
    const TensorId first = Linear("W1", x, inner, shape_.in_bias);
    const std::vector<Expr> rows = builder_.At(first).shape;
    TensorId hidden = builder_.Apply(KindOf(shape_.activation), {first}, New("active", rows));
    if (shape_.gated) {
      const TensorId linear = Linear("W3", x, inner, shape_.in_bias);
      hidden = builder_.Apply(Kind::kMultiply, {hidden, linear}, New("gated", rows));
    }
    return Linear("W2", hidden, builder_.At(x).shape.back(), shape_.out_bias);
  }

 private:
  TensorId New(const char* name, std::vector<Expr> rows) {
    return builder_.Activation(prefix_ + name, std::move(rows));
  }

  std::vector<Expr> ForEach(std::vector<Expr> shape) const {
    if (experts_) shape.insert(shape.begin(), *experts_);
    return shape;
  }

  TensorId Linear(const char* name, TensorId in, const Expr& width, bool bias) {
    const std::string full = prefix_ + name;
    std::vector<Expr> rows = builder_.At(in).shape;
    const TensorId weight = builder_.Parameter(full + ".weight", ForEach({rows.back(), width}));
    rows.back() = width;
    const TensorId product =
        builder_.Apply(Kind::kMatMul, {in, weight}, builder_.Activation(full, rows));
    if (!bias) return product;
    builder_.At(product).on_chip = true;
    return builder_.Apply(Kind::kAdd,
                          {product, builder_.Parameter(full + ".bias", ForEach({width}))},
                          builder_.Activation(full + " + bias", rows));
  }

  GraphBuilder& builder_;
  const FeedForwardShape& shape_;
  std::string prefix_;
  std::optional<Expr> experts_;
};

struct Routes {
  TensorId index;  ///< [B, T, chosen]
  TensorId gates;  ///< the same, how much each expert's row counts
};

Routes AddRouter(GraphBuilder& builder, TensorId x, const ExpertsShape& shape, const Sizes& sizes) {
  const Expr experts = sizes.Of("experts"), chosen = sizes.Of("chosen");
  const Expr B = builder.At(x).shape[0], rows = builder.At(x).shape[1];
  const TensorId logits = builder.Linear("router", x, sizes.Of("d"), experts, shape.router_bias);
  const TensorId scores = builder.Apply(Kind::kSoftmax, {logits},
                                        builder.Activation("router scores", {B, rows, experts}));
  std::vector<TensorId> compared = {scores};
  if (shape.correction_bias) compared.push_back(builder.Parameter("router.correction", {experts}));
  builder.Apply(Kind::kTopK, compared, builder.Index("routes", {B, rows, chosen}));
  builder.Last().amount = chosen;
  builder.Last().differentiable = false;
  const TensorId index = builder.Last().out[0];
  return {index, builder.Apply(Kind::kGather, {scores, index},
                               builder.Activation("gates", {B, rows, chosen}))};
}

TensorId AddShared(GraphBuilder& builder, TensorId x, const ExpertsShape& shape,
                   const Sizes& sizes) {
  const TensorId out = AddFeedForward(builder, x, *shape.shared, sizes.Of("f_shared"), "shared ");
  if (!shape.shared_gate) return out;
  const std::vector<Expr> rows = builder.At(x).shape;
  const TensorId logit = builder.Linear("shared gate", x, rows.back(), 1);
  const TensorId gate = builder.Apply(
      Kind::kSigmoid, {logit}, builder.Activation("shared gate open", {rows[0], rows[1], 1}));
  return builder.Apply(Kind::kMultiply, {out, gate}, builder.Activation("shared gated", rows));
}

}  // namespace

TensorId AddFeedForward(GraphBuilder& builder, TensorId x, const FeedForwardShape& shape,
                        const Expr& inner, const std::string& prefix) {
  builder.SetPart(Part::kFeedForward);
  return FeedForwardMaker(builder, shape, prefix).Add(x, inner);
}

TensorId AddExperts(GraphBuilder& builder, TensorId x, const ExpertsShape& shape,
                    const Sizes& sizes) {
  builder.SetPart(Part::kFeedForward);
  const std::vector<Expr> rows = builder.At(x).shape;
  const std::vector<Expr> sent = {rows[0], rows[1], sizes.Of("chosen"), rows[2]};
  const Routes routes = AddRouter(builder, x, shape, sizes);
  const TensorId gathered =
      builder.Apply(Kind::kGather, {x, routes.index}, builder.Activation("expert rows", sent));
  const TensorId made = FeedForwardMaker(builder, shape.expert, "expert ", sizes.Of("experts"))
                            .Add(gathered, sizes.Of("f_expert"));
  const TensorId weighted = builder.Apply(Kind::kMultiply, {made, routes.gates},
                                          builder.Activation("weighted rows", sent));
  const TensorId routed =
      builder.Apply(Kind::kReduceSum, {weighted}, builder.Activation("routed", rows));
  if (!shape.shared) return routed;
  const TensorId shared = AddShared(builder, x, shape, sizes);
  return builder.Apply(Kind::kAdd, {routed, shared}, builder.Activation("fed", rows));
}

}  // namespace costcheck
