#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "verify/modules/feed_forward.h"
#include "verify/modules/module.h"

namespace costcheck {

struct ExpertsSizes {
  std::int64_t batch, length, width;
  std::int64_t experts;
  std::int64_t chosen;       ///< of them, by every token: 1 to `experts`
  std::int64_t inner;        ///< f of each
  bool router_bias = false;  ///< one number an expert
  /// How much a chosen expert counts: its share of a softmax over all, or the sigmoid of its own
  /// number; renormalised: divided by the sum over the chosen.
  bool sigmoid = false;
  bool renormalised = true;
  std::int64_t shared_inner = 0;  ///< f of an expert that every token goes to; 0: none
  bool shared_gate = false;       ///< that one times sigmoid(x w)
};

/// A mixture of gated feed-forwards, x [B, T, d] to [B, T, d], one row at a time (Jiang 2024,
/// Sec. 2.1):
///
///   l = x W_r;  y = sum over the `chosen` greatest l_e of g_e * E_e(x),  g = softmax of these l_e
///   E_e(x) = W2 (silu(W1 x) * (W3 x)), without biases;   of equal l_e the lower e comes first
///
/// A softmax over all experts that is renormalised over the chosen is that over the chosen alone,
/// and is taken so. Other gates: g_e = softmax(l)_e (Qwen2-MoE with norm_topk_prob off),
/// g_e = sigmoid(l_e) / sum (DeepSeek-V3, Eq. 13 to 15, without its correction). A shared expert
/// E_s(x), or sigmoid(x w) E_s(x), is added (Qwen2-MoE).
///
/// FLOPs a token: 2*d*experts of the router, 6*d*f for each chosen expert, whose rows are brought
/// together and multiplied as they are: no row is padded or dropped, and an expert without rows
/// runs nothing. Shared: 6*d*f_shared, and 2*d of its gate. Backward twice that.
///
/// Keeps a token: x (d numbers), 4*chosen bytes of choices, the gates (chosen), and for each chosen
/// expert its row (d), what its feed-forward keeps (4*f), and what comes out (d). Beside that,
/// where gates are no softmax over the chosen, scores of all (experts), and renormalised the chosen
/// scores and their sum (chosen + 1). Shared: 4*f_shared; with a gate, this one (1) and its row
/// (d). None of it depends on how tokens fall on experts.
class ExpertsModule : public Module {
 public:
  explicit ExpertsModule(const ExpertsSizes& sizes);

  std::vector<InputSpec> Inputs() const override;
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) override;

 private:
  struct Routes {
    at::Tensor places;  ///< int32 [B*T, chosen]: t*experts + e where token t goes to expert e
    at::Tensor gates;   ///< [B*T, chosen]
  };
  FeedForwardModule NewExpert(std::int64_t inner) const;
  Routes Route(at::Tensor rows) const;
  at::Tensor Gates(at::Tensor scores, const at::Tensor& places) const;
  at::Tensor RunChosen(at::Tensor rows, const at::Tensor& places);
  at::Tensor RunShared(at::Tensor rows);

  ExpertsSizes sizes_;
  at::Tensor router_, router_bias_, shared_gate_;
  std::vector<FeedForwardModule> experts_;
  std::vector<FeedForwardModule> shared_;  ///< one, or none
};

}  // namespace costcheck
