#include "verify/modules/linear.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <string>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/modules/attention.h"
#include "verify/modules/dense_core.h"
#include "verify/modules/host_kernel.h"
#include "verify/modules/running_state.h"
#include "verify/probe/own_product.h"

namespace costcheck {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// elu(x) + 1, which keeps only what it returns: its slope is 1 above 1, and below it the value.
class EluPlusOne : public torch::autograd::Function<EluPlusOne> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x) {
    at::Tensor features = at::elu(x).add_(1);
    context->save_for_backward({features});
    return features;
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    return {context->get_saved_variables()[0].clamp_max(1).mul_(gradients[0])};
  }
};

/// The kernel's operands in the host's memory.
struct RunningOperands {
  at::Tensor f, g, v;

  RunningOperands(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values)
      : f(Readable(queries)), g(Readable(keys)), v(Readable(values)) {}

  RunningSizes Sizes() const {
    return {f.size(0), f.size(1), g.size(1), f.size(2), g.size(2), f.size(3), v.size(3)};
  }
};

/// Calls `kernel` for every key head of every sequence.
template <class Kernel>
void RunForAll(const char* name, std::int64_t multiply_adds, const Kernel& kernel) {
  const RunningSizes& sizes = kernel.workspace.sizes;
  RunOwnProduct(name, multiply_adds, [&] {
    ForAll(sizes.sequences * sizes.key_heads, [&](std::int64_t i) {
      RunKernel<&Kernel::Run>(kernel, KeyHead{i / sizes.key_heads, i % sizes.key_heads});
    });
  });
}

struct Workspace {
  RunningSizes sizes;
  at::Tensor state, sum;

  explicit Workspace(const RunningOperands& operands)
      : sizes(operands.Sizes()),
        state(at::empty({sizes.sequences, sizes.key_heads, sizes.features, sizes.width},
                        operands.f.options())),
        sum(at::empty({sizes.sequences, sizes.key_heads, sizes.features}, operands.f.options())) {}

  template <class Scalar>
  RunningState<Scalar> As() const {
    return {sizes, state.data_ptr<Scalar>(), sum.data_ptr<Scalar>()};
  }
};

/// f [B, T, H, m], g [B, S, H_kv, m], v [B, S, H_kv, w] to f^T A [B, T, H, w] and the normaliser
/// [B, T, H, 1].
class RunningSums : public torch::autograd::Function<RunningSums> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& f, const at::Tensor& g,
                               const at::Tensor& v) {
    const RunningOperands operands(f, g, v);
    const Workspace workspace(operands);
    const RunningSizes& sizes = workspace.sizes;
    const at::Tensor sums =
        at::empty({sizes.sequences, sizes.queries, sizes.heads, sizes.width}, operands.f.options());
    const at::Tensor normaliser =
        at::empty({sizes.sequences, sizes.queries, sizes.heads, 1}, operands.f.options());
    ForScalarOf(sums, [&]<class Scalar>(Scalar) {
      RunForAll(
          "running_state", sizes.MultiplyAddsForward(),
          RunningForward<Scalar>{workspace.As<Scalar>(), RowsOf<const Scalar>(operands.f),
                                 RowsOf<const Scalar>(operands.g), RowsOf<const Scalar>(operands.v),
                                 RowsOf<Scalar>(sums), RowsOf<Scalar>(normaliser)});
    });
    context->save_for_backward({f, g, v});
    return {sums.to(f.device()), normaliser.to(f.device())};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Device device = saved[0].device();
    const RunningOperands operands(saved[0], saved[1], saved[2]);
    const at::Tensor sums_grad = Readable(gradients[0]), normaliser_grad = Readable(gradients[1]);
    const Workspace workspace(operands);
    const at::Tensor df = at::empty(operands.f.sizes(), operands.f.options());
    const at::Tensor dg = at::empty(operands.g.sizes(), operands.g.options());
    const at::Tensor dv = at::empty(operands.v.sizes(), operands.v.options());
    ForScalarOf(df, [&]<class Scalar>(Scalar) {
      RunForAll("running_state_backward", workspace.sizes.MultiplyAddsBackward(),
                RunningBackward<Scalar>{
                    workspace.As<Scalar>(), RowsOf<const Scalar>(operands.f),
                    RowsOf<const Scalar>(operands.g), RowsOf<const Scalar>(operands.v),
                    RowsOf<const Scalar>(sums_grad), RowsOf<const Scalar>(normaliser_grad),
                    RowsOf<Scalar>(df), RowsOf<Scalar>(dg), RowsOf<Scalar>(dv)});
    });
    return {df.to(device), dg.to(device), dv.to(device)};
  }
};

class LinearAttention final : public AttentionModule {
 public:
  explicit LinearAttention(const Sizes& sizes);

 private:
  at::Tensor Attend(at::Tensor x, at::Tensor context) override {
    auto [q, k, v] = ProjectAll(std::move(x), std::move(context));
    return sizes_.causal ? AttendCausally(std::move(q), std::move(k), std::move(v))
                         : AttendToAll(std::move(q), std::move(k), std::move(v));
  }
  at::Tensor AttendCausally(at::Tensor q, at::Tensor k, at::Tensor v) const;
  at::Tensor AttendToAll(at::Tensor q, at::Tensor k, at::Tensor v) const;
  /// Of rows [..., w]; [..., m].
  at::Tensor Features(at::Tensor rows) const;

  at::Tensor random_;  // undefined with the elementwise map
};

LinearAttention::LinearAttention(const Sizes& sizes) : AttentionModule(sizes) {
  AddProjections();
  const std::int64_t map = sizes["feature_map"], features = sizes["m"], width = sizes_.head_width;
  if (map != 0 && map != 1) {
    throw CostError("linear: feature_map is " + std::to_string(map) + ", neither 0 nor 1");
  }
  if (map == 1) {
    const double scale = std::pow(static_cast<double>(width), -0.25);
    random_ = AddBuffer("random", at::randn({width, features}).mul_(scale));
  } else if (features != width) {
    throw CostError("linear: m = " + std::to_string(features) +
                    " is not w = " + std::to_string(width) +
                    ", but an elementwise feature map (feature_map = 0) keeps the width");
  }
}

at::Tensor LinearAttention::Features(at::Tensor rows) const {
  if (!random_.defined()) return EluPlusOne::apply(rows);
  rows = at::matmul(rows, random_);
  return at::exp(rows);
}

at::Tensor LinearAttention::AttendCausally(at::Tensor q, at::Tensor k, at::Tensor v) const {
  q = Features(std::move(q));
  k = Features(std::move(k));
  const variable_list sums = RunningSums::apply(q, k, v);
  q.reset();
  k.reset();
  v.reset();
  return at::div(sums[0], sums[1]).flatten(2, 3);
}

at::Tensor LinearAttention::AttendToAll(at::Tensor q, at::Tensor k, at::Tensor v) const {
  q = Features(GroupHeads(std::move(q), sizes_.key_heads));
  k = Features(GroupHeads(std::move(k), sizes_.key_heads));
  v = GroupHeads(std::move(v), sizes_.key_heads);
  const at::Tensor sums = at::bmm(q, at::bmm(k.transpose(1, 2), v));
  const at::Tensor total = k.sum(1, /*keepdim=*/true);
  const at::Tensor normaliser = at::mul(q, total).sum(2, /*keepdim=*/true);
  return UngroupHeads(at::div(sums, normaliser), sizes_.batch, sizes_.queries);
}

}  // namespace

std::unique_ptr<Module> MakeLinear(const Sizes& sizes) {
  return std::make_unique<LinearAttention>(sizes);
}

}  // namespace costcheck
