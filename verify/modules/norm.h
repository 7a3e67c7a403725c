#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "verify/modules/module.h"

namespace costcheck {

/// Rows of x [B, T, d] normalised, times "weight" [d], plus "bias" [d] where there is one. No
/// products of matrices.
class NormModule : public Module {
 public:
  NormModule(std::int64_t batch, std::int64_t length, std::int64_t width, bool bias);

  std::vector<InputSpec> Inputs() const override;
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) final;

 protected:
  virtual at::Tensor Normalise(at::Tensor x) const = 0;

  at::Tensor weight_, bias_;

 private:
  std::vector<std::int64_t> shape_;
};

/// (x - mean) / sqrt(variance + 1e-5) of each row (Ba 2016, Eq. 4), by at::layer_norm. Keeps x,
/// and a mean and a reciprocal deviation a row. LibTorch's backward on a CPU has a workspace of
/// 2*d numbers a thread.
class LayerNormModule : public NormModule {
 public:
  using NormModule::NormModule;

 protected:
  at::Tensor Normalise(at::Tensor x) const override;
};

/// x / sqrt(mean of x^2 + 1e-5) of each row (Zhang & Sennrich 2019, Eq. 4), composed of
/// elementwise operators. Keeps x, a reciprocal root a row, and the normalised rows (d numbers
/// each) for the weight's gradient. Workspace: forward, the squares (d numbers a row).
class RmsNormModule : public NormModule {
 public:
  using NormModule::NormModule;

 protected:
  at::Tensor Normalise(at::Tensor x) const override;
};

}  // namespace costcheck
