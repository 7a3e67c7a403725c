#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "verify/modules/module.h"
#include "verify/sizes.h"
#include "verify/train/dropout.h"

namespace costcheck {

struct LayerSizes {
  std::int64_t batch, length, width, heads;
  std::int64_t inner;  ///< f
  bool causal = true;
  bool relu = false;       ///< else GELU by the error function
  bool norm_first = true;  ///< else each norm follows a residual sum
};

/// What an attention computed of B windows: head h of window b is number b*H + h.
struct HeadValues {
  at::Tensor queries, keys, values;  ///< [B*H, T, w]
  at::Tensor weights;                ///< [B*H, T, T]
  at::Tensor outputs;                ///< [B*H, T, w]; what is put here goes on
};
using HeadTap = std::function<void(HeadValues&)>;

/// Self-attention over all keys with dropout on its weights, x [B*T, d] to [B*T, d]:
///
///   q, k, v = x W_in^T + b_in;  out = dropout(softmax(q k^T / sqrt(d/H) + mask)) v W_out^T + b_out
///
/// W_in [3d, d], as torch.nn.MultiheadAttention has it (Vaswani 2017, Sec. 3.2). Parameters
/// in.weight, in.bias, out.weight, out.bias. Products 8*d^2 + 4*T*d FLOPs a token, the masked pairs
/// among them; backward twice that. Keeps x, q, k, v, the weights before dropout
/// (attention_core.h), the heads' output.
class DenseSelfAttention : public Module {
 public:
  DenseSelfAttention(const LayerSizes& sizes, Dropout& dropout);

  std::vector<InputSpec> Inputs() const override;
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) override;
  /// Called in every pass from here on; an empty one ends that. A tapped pass has no dropout, and
  /// is made of plain operators, so that its last bits may be others.
  void Tap(HeadTap tap) { tap_ = std::move(tap); }

 private:
  at::Tensor AttendTapped(const at::Tensor& projected) const;

  LayerSizes sizes_;
  Dropout& dropout_;
  HeadTap tap_;
  at::Tensor in_weight_, in_bias_, out_weight_, out_bias_;
};

/// One layer of a transformer, x [B*T, d] to [B*T, d], with D a dropout:
///
///   norm first (Radford 2019, Sec. 2.3)      x = x + D(attention(norm(x))), then
///                                            x = x + D(W2 D(act(W1 norm(x) + b1)) + b2)
///   else (Vaswani 2017, Sec. 3.1; torch.nn.TransformerEncoderLayer with its defaults)
///                                            x = norm(x + D(attention(x))), then
///                                            x = norm(x + D(W2 D(act(W1 x + b1)) + b2))
///
/// Parameters attention.*, attention_norm.*, W1.*, W2.*, feed_forward_norm.*.
class TransformerLayer : public Module {
 public:
  /// `attention` takes [B*T, d], or, with three_d, [B, T, d].
  TransformerLayer(const LayerSizes& sizes, std::unique_ptr<Module> attention, bool three_d,
                   Dropout& dropout);

  std::vector<InputSpec> Inputs() const override;
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) override;

 private:
  at::Tensor Attend(at::Tensor x) const;
  at::Tensor FeedForward(at::Tensor x) const;
  at::Tensor Around(at::Tensor x, const std::unique_ptr<Module>& norm,
                    at::Tensor (TransformerLayer::*part)(at::Tensor) const) const;

  LayerSizes sizes_;
  std::unique_ptr<Module> attention_;
  bool three_d_;
  Dropout& dropout_;
  std::unique_ptr<Module> attention_norm_, feed_forward_norm_;
  at::Tensor first_weight_, first_bias_, last_weight_, last_bias_;
};

}  // namespace costcheck
