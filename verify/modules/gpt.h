#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "verify/modules/gpt_sizes.h"
#include "verify/modules/module.h"

namespace costcheck {

/// A decoder with its loss (Radford 2019, Sec. 2.3: norms before, residual sums after each part):
///
///   x = W_e[tokens] (+ W_p[0 .. T-1]);   in every layer
///   x = x + attention(norm(x)),  x = x + feed_forward(norm(x));   and then
///   logits = norm(x) W_e^T,  loss = cross-entropy(logits, targets)
///
/// Inputs: tokens and targets, int32 [B*T]; output: the loss, one number. FLOPs of the head: 2*d*V
/// a token, backward twice that; the look-ups have none. Positions are looked up in a table of
/// their own.
///
/// Keeps the positions, 4*T bytes, and a token: the tokens (an input, 4 bytes); in every layer what
/// attention and feed-forward keep, their inputs among it, and two residual sums d wide, which the
/// norms read, with their row statistics; the last sum and its norm (2*d); V log-probabilities and
/// 8 bytes of target. The residual sums and the embedding keep nothing of their own.
class GptModule : public Module {
 public:
  explicit GptModule(const GptSizes& sizes);

  std::vector<InputSpec> Inputs() const override;
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) override;

  /// [B*T] to [B*T, V].
  at::Tensor Logits(at::Tensor tokens);

 private:
  struct Layer {
    std::unique_ptr<Module> attention_norm, attention, feed_forward_norm, feed_forward;
  };
  Layer NewLayer() const;
  std::unique_ptr<Module> NewNorm() const;
  void AddLayer(const std::string& prefix);
  at::Tensor Embed(at::Tensor tokens) const;

  GptSizes sizes_;
  at::Tensor table_, positions_, head_;
  std::vector<Layer> layers_;
  std::unique_ptr<Module> norm_;
};

}  // namespace costcheck
