#include "verify/modules/masked_softmax.h"

#include <ATen/Functions.h>

#include <limits>

namespace costcheck {

at::Tensor MaskedSoftmax(at::Tensor scores, const at::Tensor& hidden) {
  // Finite, so that a row of hidden scores alone makes no NaN before it is set to zeros.
  if (hidden.defined()) scores.masked_fill_(hidden, std::numeric_limits<float>::lowest());
  at::Tensor lse = at::amax(scores, {-1}, /*keepdim=*/true);
  scores.sub_(lse).exp_();
  if (hidden.defined()) scores.masked_fill_(hidden, 0);
  at::Tensor sums = scores.sum(-1, /*keepdim=*/true);
  sums.masked_fill_(at::eq(sums, 0), 1);
  scores.div_(sums);
  return lse.add_(sums.log_());
}

void MaskedSoftmaxBackward(const at::Tensor& weights, const at::Tensor& lse_gradient,
                           at::Tensor gradient) {
  at::Tensor common = at::mul(weights, gradient).sum(-1, /*keepdim=*/true);
  if (lse_gradient.defined()) common.sub_(lse_gradient);
  gradient.sub_(common).mul_(weights);
}

}  // namespace costcheck
