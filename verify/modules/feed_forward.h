#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "verify/modules/module.h"

namespace costcheck {

enum class Activation { kGelu, kSilu, kRelu };

struct FeedForwardSizes {
  std::int64_t batch, length, width;
  std::int64_t inner;                      ///< f
  bool bias = true;                        ///< of every product
  bool gated = false;                      ///< SwiGLU and its like
  std::optional<Activation> activation{};  ///< unless set: SiLU where gated, else GELU
};

/// The network after attention, x [B, T, d] to [B, T, d], one row at a time:
///
///   W2 gelu(W1 x + b1) + b2, gelu by the error function      4*d*f FLOPs a token
///   W2 (silu(W1 x + b1) * (W3 x + b3)) + b2, where gated     6*d*f
///
/// or another activation in its place. Twice that backward. Keeps a token: x (d numbers), W1's
/// output and its gelu (2*f); gated: x, the outputs of W1 and W3, the silu, and the product (4*f);
/// f less with a ReLU, which keeps its output alone. Vaswani 2017, Sec. 3.3; Hendrycks & Gimpel
/// 2016; gated: Shazeer 2020 (GLU variants), Eq. 6.
class FeedForwardModule : public Module {
 public:
  explicit FeedForwardModule(const FeedForwardSizes& sizes);

  std::vector<InputSpec> Inputs() const override;
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) override;

 private:
  struct Product {
    at::Tensor weight, bias;
    at::Tensor operator()(at::Tensor x) const { return Linear(std::move(x), weight, bias); }
  };
  Product AddProduct(const std::string& name, std::int64_t in, std::int64_t out);
  at::Tensor Activated(at::Tensor x) const;
  at::Tensor Inner(at::Tensor x) const;

  FeedForwardSizes sizes_;
  Product first_, gate_, last_;
};

}  // namespace costcheck
