#include "verify/train/clip.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace costcheck {

double ClipGradients(const std::vector<NamedTensor>& parameters, double most) {
  const at::NoGradGuard no_gradients;
  double sum = 0;
  for (const NamedTensor& parameter : parameters) {
    const at::Tensor& gradient = parameter.tensor.grad();
    if (!gradient.defined()) continue;
    const auto norm = gradient.norm().item<double>();
    sum += norm * norm;
  }
  const double norm = std::sqrt(sum);
  if (!(norm > most) || !std::isfinite(norm)) return norm;
  for (const NamedTensor& parameter : parameters) {
    at::Tensor gradient = parameter.tensor.grad();
    if (gradient.defined()) gradient.mul_(most / norm);
  }
  return norm;
}

}  // namespace costcheck
