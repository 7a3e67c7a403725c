#include "verify/train/attention_core.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <utility>

#include "verify/modules/dense_core.h"
#include "verify/probe/own_product.h"
#include "verify/train/strided_product.h"

namespace costcheck {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Where the matrices of one head of one window lie.
class Layout {
 public:
  explicit Layout(const CoreSizes& sizes) : sizes_(sizes) {}

  float Scale() const { return 1 / std::sqrt(static_cast<float>(sizes_.head_width)); }
  std::int64_t Pairs() const { return sizes_.batch * sizes_.heads; }

  /// q, k or v (part 0, 1, 2) [T, w] in rows 3*H*w wide; of pair i = window * H + head.
  StridedMatrix Part(const at::Tensor& rows, std::int64_t part, std::int64_t i) const {
    return InRows(rows, 3 * Width(), part * Width(), i);
  }
  /// [T, w] in rows H*w wide.
  StridedMatrix Head(const at::Tensor& rows, std::int64_t i) const {
    return InRows(rows, Width(), 0, i);
  }
  /// [T, T]
  StridedMatrix Square(const at::Tensor& squares, std::int64_t i) const {
    const std::int64_t length = sizes_.length;
    return {squares.data_ptr<float>() + i * length * length, length, length, length, 1};
  }
  at::Tensor NewSquares(const at::Tensor& like) const {
    return at::empty({Pairs(), sizes_.length, sizes_.length}, like.options());
  }
  std::int64_t Width() const { return sizes_.heads * sizes_.head_width; }

  /// `products` of T*T*w multiply-adds for every pair.
  template <class Work>
  void ForAll(std::int64_t products, const Work& work) const {
    const std::int64_t each = sizes_.length * sizes_.length * sizes_.head_width;
    RunOwnProduct("self_attention", Pairs() * products * each, [&] {
      at::parallel_for(0, Pairs(), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) work(i);
      });
    });
  }

 private:
  StridedMatrix InRows(const at::Tensor& rows, std::int64_t stride, std::int64_t first,
                       std::int64_t i) const {
    const std::int64_t window = i / sizes_.heads, head = i % sizes_.heads;
    float* const data =
        rows.data_ptr<float>() + window * sizes_.length * stride + first + head * sizes_.head_width;
    return {data, sizes_.length, sizes_.head_width, stride, 1};
  }

  CoreSizes sizes_;
};

/// How the autograd graph holds what is no tensor.
struct Holder : torch::CustomClassHolder {
  Holder(const CoreSizes& held, const std::optional<DropoutMask>& held_mask)
      : sizes(held), mask(held_mask) {}
  CoreSizes sizes;
  std::optional<DropoutMask> mask;
};

class CoreFunction : public torch::autograd::Function<CoreFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& projected,
                            const c10::intrusive_ptr<Holder>& holder) {
    const Layout layout(holder->sizes);
    at::Tensor scores = layout.NewSquares(projected);
    layout.ForAll(1, [&](std::int64_t i) {
      StridedProduct(layout.Part(projected, 0, i), layout.Part(projected, 1, i).Transposed(),
                     layout.Scale(), layout.Square(scores, i));
    });
    if (holder->sizes.causal) MaskLaterKeys(scores, 1);
    const at::Tensor weights = at::_softmax(std::exchange(scores, {}), -1, false);
    const at::Tensor dropped = holder->mask ? (*holder->mask)(weights) : weights;
    at::Tensor heads = at::empty({projected.size(0), layout.Width()}, projected.options());
    layout.ForAll(1, [&](std::int64_t i) {
      StridedProduct(layout.Square(dropped, i), layout.Part(projected, 2, i), 1,
                     layout.Head(heads, i));
    });
    context->save_for_backward({projected, weights});
    context->saved_data["holder"] = at::IValue::make_capsule(holder);
    return heads;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto holder =
        c10::static_intrusive_pointer_cast<Holder>(context->saved_data["holder"].toCapsule());
    const variable_list saved = context->get_saved_variables();
    return {Backward(*holder, saved[0], saved[1], gradients[0].contiguous()), {}};
  }

 private:
  static at::Tensor Backward(const Holder& holder, const at::Tensor& projected,
                             const at::Tensor& weights, const at::Tensor& of_heads) {
    const Layout layout(holder.sizes);
    at::Tensor gradient = at::empty_like(projected);
    at::Tensor of_weights = layout.NewSquares(projected);
    at::Tensor dropped = holder.mask ? (*holder.mask)(weights) : weights;
    layout.ForAll(2, [&](std::int64_t i) {
      const StridedMatrix of_head = layout.Head(of_heads, i);
      StridedProduct(of_head, layout.Part(projected, 2, i).Transposed(), 1,
                     layout.Square(of_weights, i));
      StridedProduct(layout.Square(dropped, i).Transposed(), of_head, 1,
                     layout.Part(gradient, 2, i));
    });
    dropped.reset();
    if (holder.mask) of_weights = (*holder.mask)(of_weights);
    const at::Tensor of_scores =
        at::_softmax_backward_data(std::exchange(of_weights, {}), weights, -1, at::kFloat);
    layout.ForAll(2, [&](std::int64_t i) {
      const StridedMatrix square = layout.Square(of_scores, i);
      StridedProduct(square, layout.Part(projected, 1, i), layout.Scale(),
                     layout.Part(gradient, 0, i));
      StridedProduct(square.Transposed(), layout.Part(projected, 0, i), layout.Scale(),
                     layout.Part(gradient, 1, i));
    });
    return gradient;
  }
};

}  // namespace

at::Tensor SelfAttentionCore(const at::Tensor& projected, const CoreSizes& sizes,
                             const std::optional<DropoutMask>& mask) {
  return CoreFunction::apply(projected, c10::make_intrusive<Holder>(sizes, mask));
}

}  // namespace costcheck
