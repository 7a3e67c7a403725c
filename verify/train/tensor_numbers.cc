#include "verify/train/tensor_numbers.h"

#include <c10/core/GradMode.h>

#include <algorithm>

#include "costmodel/algebra/error.h"

namespace costcheck {

std::vector<float> NumbersOf(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.detach().contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

std::vector<std::vector<float>> NumbersOf(const std::vector<NamedTensor>& tensors) {
  std::vector<std::vector<float>> numbers;
  for (const NamedTensor& tensor : tensors) numbers.push_back(NumbersOf(tensor.tensor));
  return numbers;
}

void PutBack(const std::vector<float>& numbers, at::Tensor tensor, const std::string& path) {
  if (static_cast<std::int64_t>(numbers.size()) != tensor.numel()) {
    throw CostError(path + ": the checkpoint is of another model");
  }
  const at::NoGradGuard no_gradients;
  std::copy(numbers.begin(), numbers.end(), tensor.data_ptr<float>());
}

}  // namespace costcheck
