#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "verify/modules/module.h"

// Tensors as a checkpoint has them.

namespace costcheck {

std::vector<float> NumbersOf(const at::Tensor& tensor);
std::vector<std::vector<float>> NumbersOf(const std::vector<NamedTensor>& tensors);

/// CostError that begins with `path` where there are not as many numbers as elements.
void PutBack(const std::vector<float>& numbers, at::Tensor tensor, const std::string& path);

}  // namespace costcheck
