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

/// The router of rows x [B, T, d], and what its scores make of them.
class RouterMaker {
 public:
  RouterMaker(GraphBuilder& builder, TensorId x, const ExpertsShape& shape, const ModelSizes& sizes)
      : builder_(builder),
        x_(x),
        shape_(shape),
        d_(sizes.Of("d")),
        experts_(sizes.Of("experts")),
        chosen_(sizes.Of("chosen")) {}

  struct Routes {
    TensorId index;  ///< [B, T, chosen]
    TensorId gates;  ///< the same, how much each expert's row counts
  };

  Routes Add() {
    const TensorId scores = Scores();
    const TensorId index = Choose(scores);
    const TensorId taken =
        builder_.Apply(Kind::kGather, {scores, index}, New("chosen scores", chosen_));
    return {index, Gates(taken)};
  }

 private:
  /// Those of a softmax over the chosen are the logits.
  TensorId Scores() {
    const TensorId logits = builder_.Linear("router", x_, d_, experts_, shape_.router_bias);
    if (IsSoftmaxOfChosen()) return logits;
    const bool sigmoid = shape_.score == RouterScore::kSigmoid;
    return builder_.Apply(sigmoid ? Kind::kSigmoid : Kind::kSoftmax, {logits},
                          New("router scores", experts_));
  }

  TensorId Choose(TensorId scores) {
    std::vector<TensorId> compared = {scores};
    if (shape_.correction_bias) {
      compared.push_back(builder_.Parameter("router.correction", {experts_}));
    }
    builder_.Apply(Kind::kTopK, compared, builder_.Index("routes", Rows(chosen_)));
    builder_.Last().amount = chosen_;
    builder_.Last().differentiable = false;
    return builder_.Last().out[0];
  }

  TensorId Gates(TensorId taken) {
    if (!shape_.renormalised) return taken;
    if (IsSoftmaxOfChosen()) {
      return builder_.Apply(Kind::kSoftmax, {taken}, New("gates", chosen_));
    }
    const TensorId sum = builder_.Apply(Kind::kReduceSum, {taken}, New("sum of chosen scores", 1));
    // A quotient costs and keeps what a product does.
    return builder_.Apply(Kind::kMultiply, {taken, sum}, New("gates", chosen_));
  }

  bool IsSoftmaxOfChosen() const {
    return shape_.score == RouterScore::kSoftmax && shape_.renormalised;
  }

  std::vector<Expr> Rows(const Expr& width) const {
    const std::vector<Expr>& rows = builder_.At(x_).shape;
    return {rows[0], rows[1], width};
  }
  TensorId New(const char* name, const Expr& width) {
    return builder_.Activation(name, Rows(width));
  }

  GraphBuilder& builder_;
  TensorId x_;
  const ExpertsShape& shape_;
  Expr d_, experts_, chosen_;
};

TensorId AddShared(GraphBuilder& builder, TensorId x, const ExpertsShape& shape,
                   const ModelSizes& sizes) {
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
                    const ModelSizes& sizes) {
  builder.SetPart(Part::kFeedForward);
  const std::vector<Expr> rows = builder.At(x).shape;
  const std::vector<Expr> sent = {rows[0], rows[1], sizes.Of("chosen"), rows[2]};
  const RouterMaker::Routes routes = RouterMaker(builder, x, shape, sizes).Add();
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
