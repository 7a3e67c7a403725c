#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "verify/corpora/categories.h"
#include "verify/experiments/experiment.h"
#include "verify/modules/module.h"
#include "verify/train/dropout.h"
#include "verify/train/layer.h"
#include "verify/train/token_embedding.h"

namespace costcheck {

/// What a model is built from. The arm has nothing left to be chosen (Resolve, parameters.h).
struct ModelPlan {
  ModelSpec model{};
  ArmSpec arm{};
  std::int64_t types = 0;            ///< V
  std::int64_t batch = 0;            ///< windows at a time
  std::int64_t length = 0;           ///< T
  std::optional<TypeBands> bands{};  ///< of the arm's categories
};

/// A model that is trained, tokens int32 [B*T] to logits.
///
///   transformer   x = D(embedding[tokens] * (sqrt(d), where scaled) + positions[0 .. T-1]); the
///                 layers (layer.h); norm where the model has a final one; logits [B*T, V]
///   mean_pool     mean over a window of embedding[tokens]; norm likewise; logits [B, V]
///
/// D, the dropout of the embedded tokens, is GPT's, and there with norm_first alone:
/// torch.nn.TransformerEncoderLayer has none outside of its layers. Logits are x W^T + b, W [V, d]
/// or, tied, by the embedding; b where the model has a bias there.
///
/// Attention `full` is DenseSelfAttention, with dropout on its weights; every other one the module
/// of its name, with biases, without. Parameters: tokens.*, positions, layer1.*, ..., norm.*,
/// head.weight, head.bias. Built with LibTorch's default values; initialization.h draws them.
class TrainedModel : public Module {
 public:
  explicit TrainedModel(const ModelPlan& plan);

  std::vector<InputSpec> Inputs() const override;
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) override;

  Dropout& dropout() { return dropout_; }
  /// Taps the attention of a layer, counted from 0. Requires attention `full`.
  void Tap(std::size_t layer, HeadTap tap);
  std::int64_t CountParameters() const;

 private:
  std::unique_ptr<Module> NewLayer();
  at::Tensor Embed(at::Tensor tokens);
  at::Tensor Head(at::Tensor x) const;

  ModelPlan plan_;
  Dropout dropout_;
  std::unique_ptr<TokenEmbedding> tokens_;
  std::vector<std::unique_ptr<Module>> layers_;
  std::vector<DenseSelfAttention*> dense_;  ///< of the layers, which own them
  std::unique_ptr<Module> norm_;
  at::Tensor positions_, head_weight_, head_bias_;
};

}  // namespace costcheck
