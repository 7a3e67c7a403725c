#include "verify/modules/compression.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/modules/head_rows.h"
#include "verify/modules/masked_softmax.h"

namespace costcheck {
namespace {

using Context = torch::autograd::AutogradContext;
using Tensors = torch::autograd::variable_list;

/// Rows [S, w] to their stretches [N, l*w].
at::Tensor Cut(const at::Tensor& rows, const Stretches& stretches) {
  return rows.unfold(0, stretches.length, stretches.stride)
      .transpose(1, 2)
      .reshape({-1, stretches.length * rows.size(1)});
}

/// Adds stretches [N, l*w] to the rows [S, w] that they were cut from. The stretches are l/s times
/// s rows long, and every s-th part of them lies side by side in the text.
void Uncut(const at::Tensor& cut, const Stretches& stretches, const at::Tensor& rows) {
  const std::int64_t count = cut.size(0), width = rows.size(1), stride = stretches.stride;
  const at::Tensor parts = cut.view({count, stretches.length / stride, stride, width});
  for (std::int64_t i = 0; i < parts.size(1); ++i) {
    rows.narrow(0, i * stride, count * stride)
        .view({count, stride, width})
        .add_(parts.select(1, i));
  }
}

class CompressFunction : public torch::autograd::Function<CompressFunction> {
 public:
  static at::Tensor forward(Context* context, const at::Tensor& rows, const at::Tensor& weight,
                            std::int64_t length, std::int64_t stride) {
    const Stretches stretches = {length, stride};
    context->save_for_backward({rows, weight});
    context->saved_data["length"] = length;
    context->saved_data["stride"] = stride;
    const std::int64_t count = stretches.Within(rows.size(1));
    at::Tensor out = at::empty({rows.size(0), count, rows.size(2), rows.size(3)}, rows.options());
    if (count == 0) return out;
    ForEachHead(rows.size(0), rows.size(2), [&](std::int64_t b, std::int64_t h) {
      at::Tensor compressed = OfHead(out, b, h);
      at::mm_out(compressed, Cut(OfHead(rows, b, h), stretches), weight.t());
    });
    return out;
  }

  static Tensors backward(Context* context, Tensors gradients) {
    const Tensors saved = context->get_saved_variables();
    const at::Tensor &rows = saved[0], &weight = saved[1], &gradient = gradients[0];
    const Stretches stretches = {context->saved_data["length"].toInt(),
                                 context->saved_data["stride"].toInt()};
    at::Tensor rows_gradient = at::zeros(rows.sizes(), rows.options());
    at::Tensor weight_gradient = at::zeros(weight.sizes(), weight.options());
    if (gradient.size(1) > 0) {
      ForEachHead(rows.size(0), rows.size(2), [&](std::int64_t b, std::int64_t h) {
        const at::Tensor compressed = OfHead(gradient, b, h);
        weight_gradient.addmm_(compressed.t(), Cut(OfHead(rows, b, h), stretches));
        Uncut(at::mm(compressed, weight), stretches, OfHead(rows_gradient, b, h));
      });
    }
    return {rows_gradient, weight_gradient, at::Tensor(), at::Tensor()};
  }
};

class DenseFunction : public torch::autograd::Function<DenseFunction> {
 public:
  static Tensors forward(Context* context, const at::Tensor& q, const at::Tensor& k,
                         const at::Tensor& v, const at::Tensor& hidden, double scale) {
    const std::int64_t group = q.size(2) / k.size(2), keys = k.size(1);
    at::Tensor out = at::zeros(q.sizes(), q.options());
    at::Tensor weights = at::empty({q.size(0), q.size(2), q.size(1), keys}, q.options());
    ForEachHead(q.size(0), q.size(2), [&](std::int64_t b, std::int64_t h) {
      if (keys == 0) return;
      at::Tensor scores = weights.select(0, b).select(0, h), rows = OfHead(out, b, h);
      at::mm_out(scores, OfHead(q, b, h), OfHead(k, b, h / group).t());
      MaskedSoftmax(scores.mul_(scale), hidden);
      at::mm_out(rows, scores, OfHead(v, b, h / group));
    });
    context->save_for_backward({q, k, v, weights});
    context->saved_data["scale"] = scale;
    context->mark_non_differentiable({weights});
    context->set_materialize_grads(false);
    return {out, weights};
  }

  static Tensors backward(Context* context, Tensors gradients) {
    const Tensors saved = context->get_saved_variables();
    const at::Tensor &q = saved[0], &k = saved[1], &v = saved[2], &weights = saved[3];
    const double scale = context->saved_data["scale"].toDouble();
    const std::int64_t group = q.size(2) / k.size(2);
    at::Tensor q_gradient = at::zeros(q.sizes(), q.options());
    at::Tensor k_gradient = at::zeros(k.sizes(), k.options());
    at::Tensor v_gradient = at::zeros(v.sizes(), v.options());
    ForEachHead(q.size(0), q.size(2), [&](std::int64_t b, std::int64_t h) {
      if (k.size(1) == 0) return;
      const at::Tensor out = OfHead(gradients[0], b, h);
      const at::Tensor of_head = weights.select(0, b).select(0, h);
      OfHead(v_gradient, b, h / group).addmm_(of_head.t(), out);
      at::Tensor scores = at::mm(out, OfHead(v, b, h / group).t());
      MaskedSoftmaxBackward(of_head, at::Tensor(), scores);
      scores.mul_(scale);
      at::Tensor rows = OfHead(q_gradient, b, h);
      at::mm_out(rows, scores, OfHead(k, b, h / group));
      OfHead(k_gradient, b, h / group).addmm_(scores.t(), OfHead(q, b, h));
    });
    return {q_gradient, k_gradient, v_gradient, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor Compress(at::Tensor rows, at::Tensor weight, const Stretches& stretches) {
  COSTCHECK_CHECK(stretches.length % stretches.stride == 0);
  COSTCHECK_CHECK(weight.size(1) == stretches.length * rows.size(3));
  return CompressFunction::apply(std::move(rows), std::move(weight), stretches.length,
                                 stretches.stride);
}

DenseOutput AttendToAll(at::Tensor q, at::Tensor k, at::Tensor v, const at::Tensor& hidden,
                        double scale) {
  COSTCHECK_CHECK(q.size(2) % k.size(2) == 0 && k.sizes() == v.sizes());
  COSTCHECK_CHECK(hidden.size(0) == q.size(1) && hidden.size(1) == k.size(1));
  Tensors out = DenseFunction::apply(std::move(q), std::move(k), std::move(v), hidden, scale);
  return {std::move(out[0]), std::move(out[1])};
}

}  // namespace costcheck
