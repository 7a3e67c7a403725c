#pragma once

#include <cstdint>
#include <optional>

#include "verify/modules/module.h"
#include "verify/modules/rotary.h"

namespace costcheck {

/// Sizes of an attention, by name.
struct AttentionSizes {
  std::int64_t batch, queries, keys, width, heads, key_heads, head_width;
  bool causal;
  bool query_bias, key_bias, value_bias, output_bias;
  bool rotary;

  explicit AttentionSizes(const Sizes& sizes);
  bool SelfAttention() const { return queries == keys; }
  double Scale() const;  ///< 1 / sqrt(w)
};

/// Projections around a core:  q = x W_q, k = c W_k, v = c W_v, out = heads W_o, where c is x, or
/// the context where S differs from T. Weights [out, in], no biases (Vaswani 2017, Sec. 3.2) unless
/// the sizes have a "bias" that is not 0, then one for each of the four, or "query_bias",
/// "key_bias", "value_bias", "output_bias", then one for that projection.
///
/// With a "rotary" that is not 0, q and k are turned by their positions (rotary.h) before they are
/// compared: in self-attention of an even w, where ProjectAll makes both. The tables are buffers.
class AttentionModule : public Module {
 public:
  explicit AttentionModule(const Sizes& sizes) : sizes_(sizes) {}

  std::vector<InputSpec> Inputs() const override;
  /// Attend, then the output projection.
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) final;

 protected:
  /// x [B, T, d] and context [B, S, d] (the same tensor in self-attention) to [B, T, H*w].
  virtual at::Tensor Attend(at::Tensor x, at::Tensor context) = 0;

  /// W_q [H*w, d], W_k and W_v [H_kv*w, d], W_o [d, H*w], in this order, then their biases.
  void AddProjections();
  /// [B, rows, d] times a weight [heads*w, d], plus its bias where it has one, seen as
  /// [B, rows, heads, w].
  at::Tensor Project(at::Tensor rows, const at::Tensor& weight) const;

  struct Projected {
    at::Tensor q;  ///< [B, T, H, w]
    at::Tensor k;  ///< [B, S, H_kv, w]
    at::Tensor v;  ///< [B, S, H_kv, w]
  };
  Projected ProjectAll(at::Tensor x, at::Tensor context) const;  ///< turned, where rotary

  AttentionSizes sizes_;
  at::Tensor query_weight_, key_weight_, value_weight_, output_weight_;

 private:
  /// Undefined where the weight has none.
  at::Tensor BiasOf(const at::Tensor& weight) const;
  at::Tensor Turned(at::Tensor rows) const;

  std::optional<Rotary> rotary_;
  at::Tensor query_bias_, key_bias_, value_bias_, output_bias_;
};

}  // namespace costcheck
