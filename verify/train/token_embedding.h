#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "verify/corpora/categories.h"
#include "verify/experiments/experiment.h"
#include "verify/modules/module.h"

namespace costcheck {

/// The embedding of an arm, one of verify/modules by name, for token types in any order: banded
/// ones have the types of a band side by side, so types are renumbered before they are looked up,
/// and logits put back.
class TokenEmbedding : public Module {
 public:
  /// `bands`: the arm's categories of these types; set exactly where it has any. Tied: with logits
  /// by the same parameters, which full_table, factorized, banded and adaptive have where no types
  /// share rows and each is in a band; CostError for others, and for settings that the component
  /// lacks.
  TokenEmbedding(const ArmSpec& arm, std::int64_t types, std::int64_t width, bool tied,
                 const std::optional<TypeBands>& bands);

  std::vector<InputSpec> Inputs() const override;
  /// Tokens int32 [N] to [N, d].
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) override;
  /// Hidden [N, d] to [N, V]. Requires `tied`.
  at::Tensor TiedLogits(at::Tensor hidden) const;

 private:
  at::Tensor Renumbered(const at::Tensor& tokens) const;

  std::int64_t types_, width_;
  std::vector<std::int32_t> place_;  ///< empty: types stay where they are
  std::int64_t known_;               ///< types that are in a band; the others have no row
  bool tied_;
  std::unique_ptr<Module> module_;
};

}  // namespace costcheck
