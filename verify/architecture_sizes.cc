#include "verify/architecture_sizes.h"

#include <algorithm>
#include <variant>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

std::int64_t Narrowed(const Integer& size) {
  if (const auto narrowed = ToInt64(size)) return *narrowed;
  throw CostError("a size of " + ToString(size) + " is more than 64 bits hold");
}

Activation ActivationOf(ActivationKind kind) {
  switch (kind) {
    case ActivationKind::kGelu:
      return Activation::kGelu;
    case ActivationKind::kSilu:
      return Activation::kSilu;
    case ActivationKind::kRelu:
      return Activation::kRelu;
  }
  CheckFailed("kind is one of ActivationKind", __FILE__, __LINE__);
}

class SizesMaker {
 public:
  SizesMaker(const Architecture& model, std::int64_t length, std::int64_t batch)
      : model_(model), length_(length), batch_(batch) {}

  DecoderSizes Make() const {
    const NormShape& norm = *model_.decoder.final_norm;
    DecoderSizes sizes = {.batch = batch_,
                          .length = length_,
                          .width = Narrowed(model_.width),
                          .vocabulary = Narrowed(model_.vocabulary),
                          .positions = Narrowed(model_.position_rows),
                          .rms_norm = norm.kind == NormKind::kRmsNorm,
                          .norm_bias = norm.bias,
                          .tied_head = model_.tied_head,
                          .layers = {}};
    for (const LayerGroup& group : model_.decoder.groups) {
      const auto count = static_cast<std::size_t>(Narrowed(group.count));
      sizes.layers.insert(sizes.layers.end(), count, LayerOf(group.layer));
    }
    return sizes;
  }

 private:
  DecoderLayer LayerOf(const LayerShape& layer) const {
    const auto make = [this](const auto& shape) { return FeedForwardOf(shape); };
    return {.attention = layer.attention.window ? "sliding_window" : "full",
            .attention_sizes = AttentionOf(layer.attention),
            .feed_forward = std::visit(make, layer.feed_forward)};
  }

  Sizes AttentionOf(const AttentionShape& shape) const {
    Sizes sizes;
    sizes.causal = shape.causal;
    sizes.values = {{"T", length_},
                    {"S", length_},
                    {"B", batch_},
                    {"d", Narrowed(model_.width)},
                    {"H", Narrowed(shape.heads)},
                    {"H_kv", Narrowed(shape.key_heads)},
                    {"w", Narrowed(shape.head_width)},
                    {"query_bias", shape.query_bias},
                    {"key_bias", shape.key_bias},
                    {"value_bias", shape.value_bias},
                    {"output_bias", shape.output_bias},
                    {"rotary", model_.positions == PositionKind::kRotary}};
    if (shape.window) {
      // One that is longer than the text shows no more than the text.
      sizes.values["W"] = Narrowed(std::min(*shape.window, Integer(length_)));
    }
    return sizes;
  }

  std::variant<FeedForwardSizes, ExpertsSizes> FeedForwardOf(const FeedForwardShape& shape) const {
    COSTCHECK_CHECK(shape.in_bias == shape.out_bias);
    return FeedForwardSizes{.batch = batch_,
                            .length = length_,
                            .width = Narrowed(model_.width),
                            .inner = Narrowed(shape.width),
                            .bias = shape.in_bias,
                            .gated = shape.gated,
                            .activation = ActivationOf(shape.activation)};
  }

  std::variant<FeedForwardSizes, ExpertsSizes> FeedForwardOf(const ExpertsShape& shape) const {
    COSTCHECK_CHECK(shape.expert.gated && !shape.expert.in_bias && !shape.shared);
    return ExpertsSizes{.batch = batch_,
                        .length = length_,
                        .width = Narrowed(model_.width),
                        .experts = Narrowed(shape.routed),
                        .chosen = Narrowed(shape.chosen),
                        .inner = Narrowed(shape.expert.width),
                        .router_bias = shape.router_bias};
  }

  const Architecture& model_;
  std::int64_t length_, batch_;
};

}  // namespace

DecoderSizes DecoderSizesOf(const Architecture& model, std::int64_t length, std::int64_t batch) {
  return SizesMaker(model, length, batch).Make();
}

}  // namespace costcheck
