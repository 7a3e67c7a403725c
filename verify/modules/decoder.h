#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "verify/modules/experts.h"
#include "verify/modules/feed_forward.h"
#include "verify/modules/module.h"

namespace costcheck {

/// One layer of a decoder.
struct DecoderLayer {
  std::string attention = "full";  ///< a name of ModuleKinds (modules.h)
  Sizes attention_sizes;           ///< what it is built for (attention.h)
  std::variant<FeedForwardSizes, ExpertsSizes> feed_forward;
};

/// A decoder, and the batch that it is run with.
struct DecoderSizes {
  std::int64_t batch = 1;
  std::int64_t length = 1;  ///< T
  std::int64_t width = 1;   ///< d
  std::int64_t vocabulary = 1;
  std::int64_t positions = 0;  ///< rows of learned positions, at least the length; 0: none
  bool rms_norm = false;       ///< else LayerNorm
  bool norm_bias = true;
  bool tied_head = true;  ///< logits by the table of the look-up; else by a matrix of their own
  std::vector<DecoderLayer> layers;
};

/// A decoder with its loss (Radford 2019, Sec. 2.3: norms before, residual sums after each part;
/// Touvron 2023, Sec. 2.2: RMSNorms, SwiGLU, rotary positions):
///
///   x = W_e[tokens] (+ W_p[0 .. T-1]);   in every layer
///   x = x + attention(norm(x)),  x = x + feed_forward(norm(x));   and then
///   logits = norm(x) W^T,  loss = cross-entropy(logits, targets)
///
/// where W is W_e or a matrix of its own. Inputs: tokens and targets, int32 [B*T]; output: the
/// loss, one number. FLOPs of the head: 2*d*V a token, backward twice that; the look-ups have none.
/// Positions are looked up in a table of their own.
///
/// Keeps the learned positions, 4*T bytes, and a token: the tokens (an input, 4 bytes); in every
/// layer what attention and feed-forward keep, their inputs among it, and two residual sums d wide,
/// which the norms read, with their row statistics; the last sum and its norm (2*d); V
/// log-probabilities and 8 bytes of target. The residual sums and the embedding keep nothing of
/// their own.
class DecoderModule : public Module {
 public:
  explicit DecoderModule(const DecoderSizes& sizes);

  std::vector<InputSpec> Inputs() const override;
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) override;

  /// [B*T] to [B*T, V].
  at::Tensor Logits(at::Tensor tokens);

 private:
  struct Layer {
    std::unique_ptr<Module> attention_norm, attention, feed_forward_norm, feed_forward;
  };
  Layer NewLayer(const DecoderLayer& layer) const;
  std::unique_ptr<Module> NewNorm() const;
  void AddLayer(const std::string& prefix, const DecoderLayer& layer);
  at::Tensor Embed(at::Tensor tokens) const;

  DecoderSizes sizes_;
  at::Tensor table_, positions_, head_;
  std::vector<Layer> layers_;
  std::unique_ptr<Module> norm_;
};

}  // namespace costcheck
