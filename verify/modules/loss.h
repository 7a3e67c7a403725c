#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "verify/modules/module.h"

namespace costcheck {

/// Mean over the rows of -log softmax(logits)[target]: logits [N, V], targets int32 [N]; one
/// number. Keeps the log-probabilities (N*V numbers), the targets as int64 (LibTorch takes no
/// other: 8 bytes each) and one number. The logits are released before the loss is taken; backward
/// makes two more tensors of their size.
at::Tensor CrossEntropy(at::Tensor logits, at::Tensor targets);

/// The same as a module without parameters.
class CrossEntropyModule : public Module {
 public:
  CrossEntropyModule(std::int64_t rows, std::int64_t vocabulary)
      : rows_(rows), vocabulary_(vocabulary) {}

  std::vector<InputSpec> Inputs() const override;
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) override;

 private:
  std::int64_t rows_, vocabulary_;
};

}  // namespace costcheck
