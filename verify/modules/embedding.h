#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "verify/modules/module.h"

namespace costcheck {

/// Tokens to rows of width d, and where `logits` is 1 states of width d to logits: through the
/// input's parameters where `tied` is 1, else by a matrix "output.weight" [V, d] of their own.
///
/// Inputs: tokens int32 [B*T]; with logits hidden [B*T, d], and what a tied output reads besides.
/// Outputs: embedded [B*T, d]; with logits [B*T, V], or a tensor for each band.
///
/// The logits keep `hidden`, an input; what the embedding keeps is said by each.
class EmbeddingModule : public Module {
 public:
  explicit EmbeddingModule(const Sizes& sizes);

  std::vector<InputSpec> Inputs() const override;
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) final;

 protected:
  virtual at::Tensor Embed(at::Tensor tokens) = 0;
  /// What tied logits read beside `hidden` and the parameters.
  virtual std::vector<InputSpec> TiedInputs() const { return {}; }
  /// `inputs` are hidden and the TiedInputs.
  virtual std::vector<at::Tensor> TiedLogits(std::vector<at::Tensor> inputs) = 0;

  /// To be called once the input's parameters are there.
  void AddOwnOutput();

  std::int64_t tokens_, width_, vocabulary_;
  bool tied_, logits_;

 private:
  at::Tensor output_weight_;
};

/// x [N, d] narrowed by a projection [E, d], transposed, to [N, E]. Keeps x.
at::Tensor NarrowedBy(const at::Tensor& projection, const at::Tensor& x);

}  // namespace costcheck
