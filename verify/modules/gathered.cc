#include "verify/modules/gathered.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/kernels/gathered_attention.h"
#include "verify/modules/host_kernel.h"
#include "verify/probe/own_product.h"

namespace costcheck {
namespace {

template <class Scalar>
void Forward(const GatherForward<Scalar>& kernel) {
  const GatherOperands<Scalar>& operands = kernel.operands;
  const auto run = [&] {
    ForRowRanges(operands.sizes, operands.pattern.Rows(), [&](const RowRange& range) {
      RunKernel<&GatherForward<Scalar>::Run>(kernel, range);
    });
  };
  RunOwnProduct("gathered_attention",
                kProductsForward * operands.sizes.MultiplyAdds(operands.pattern), run);
}

template <class Scalar>
void Backward(const GatherBackward<Scalar>& kernel) {
  const GatherOperands<Scalar>& operands = kernel.operands;
  const auto run = [&] {
    ForRowRanges(operands.sizes, operands.pattern.Rows(), [&](const RowRange& range) {
      RunKernel<&GatherBackward<Scalar>::RunRows>(kernel, range);
    });
    ForKeyRanges(operands.sizes, [&](const KeyRange& range) {
      RunKernel<&GatherBackward<Scalar>::RunKeys>(kernel, range);
    });
  };
  RunOwnProduct("gathered_attention_backward",
                kProductsBackward * operands.sizes.MultiplyAdds(operands.pattern), run);
}

/// Operands of the kernel, and what it attends to.
struct HostOperands {
  at::Tensor q, k, v, index;
  std::unique_ptr<KeyPattern> pattern;
  double scale;

  HostOperands(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
               const at::Tensor& chosen, const PatternMaker& make_pattern, double factor)
      : q(Readable(queries)),
        k(Readable(keys)),
        v(Readable(values)),
        index(Readable(chosen)),
        pattern(make_pattern(index.defined() ? index.data_ptr<std::int32_t>() : nullptr)),
        scale(factor) {}

  template <class Scalar>
  GatherOperands<Scalar> As() const {
    return {*pattern,
            {q.size(0), q.size(1), k.size(1), q.size(2), k.size(2), q.size(3)},
            static_cast<Scalar>(scale),
            RowsOf<const Scalar>(q),
            RowsOf<const Scalar>(k),
            RowsOf<const Scalar>(v)};
  }

  at::Tensor NewSlots() const {
    return at::empty({q.size(0), q.size(2), pattern->Offset(pattern->Rows())}, q.options());
  }
};

at::Tensor NewRows(const at::Tensor& like) { return at::empty(like.sizes(), like.options()); }

struct Attended {
  at::Tensor out, weights;
};

Attended RunForward(const HostOperands& operands) {
  Attended result = {NewRows(operands.q), operands.NewSlots()};
  ForScalarOf(operands.q, [&]<class Scalar>(Scalar) {
    Forward<Scalar>(
        {operands.As<Scalar>(), {result.weights.data_ptr<Scalar>()}, RowsOf<Scalar>(result.out)});
  });
  return result;
}

struct Gradients {
  at::Tensor q, k, v;
};

Gradients RunBackward(const HostOperands& operands, const at::Tensor& weights,
                      const at::Tensor& out_grad) {
  Gradients result = {NewRows(operands.q), NewRows(operands.k), NewRows(operands.v)};
  const at::Tensor workspace = operands.NewSlots();
  ForScalarOf(operands.q, [&]<class Scalar>(Scalar) {
    Backward<Scalar>({operands.As<Scalar>(),
                      {weights.data_ptr<Scalar>()},
                      RowsOf<const Scalar>(out_grad),
                      {workspace.data_ptr<Scalar>()},
                      RowsOf<Scalar>(result.q),
                      RowsOf<Scalar>(result.k),
                      RowsOf<Scalar>(result.v)});
  });
  return result;
}

/// What the function reads that is no variable. The index is none so that it may be left out; it
/// moves on to the saved tensors, which the engine releases as soon as backward has run.
struct Definition : torch::CustomClassHolder {
  Definition(at::Tensor chosen, PatternMaker maker, double factor)
      : index(std::move(chosen)), make_pattern(std::move(maker)), scale(factor) {}

  at::Tensor index;
  PatternMaker make_pattern;
  double scale;
};

constexpr const char* kDefinition = "definition";

class GatheredFunction : public torch::autograd::Function<GatheredFunction> {
 public:
  using Context = torch::autograd::AutogradContext;
  using Tensors = torch::autograd::variable_list;

  static at::Tensor forward(Context* context, const at::Tensor& q, const at::Tensor& k,
                            const at::Tensor& v, const c10::intrusive_ptr<Definition>& definition) {
    at::Tensor index = std::move(definition->index);
    const Attended result =
        RunForward(HostOperands(q, k, v, index, definition->make_pattern, definition->scale));
    context->save_for_backward({q, k, v, std::move(index), result.weights.to(q.device())});
    context->saved_data[kDefinition] = c10::IValue::make_capsule(definition);
    return result.out.to(q.device());
  }

  static Tensors backward(Context* context, Tensors out_grads) {
    const Tensors saved = context->get_saved_variables();
    const auto capsule = context->saved_data[kDefinition].toCapsule();
    const auto& definition = static_cast<const Definition&>(*capsule);
    const at::Device device = saved[0].device();
    const Gradients result = RunBackward(HostOperands(saved[0], saved[1], saved[2], saved[3],
                                                      definition.make_pattern, definition.scale),
                                         Readable(saved[4]), Readable(out_grads[0]));
    return {result.q.to(device), result.k.to(device), result.v.to(device), at::Tensor()};
  }
};

}  // namespace

at::Tensor GatheredAttention(at::Tensor q, at::Tensor k, at::Tensor v, at::Tensor index,
                             PatternMaker make_pattern, double scale) {
  COSTCHECK_CHECK(q.dim() == 4 && k.dim() == 4 && k.sizes() == v.sizes());
  COSTCHECK_CHECK(q.size(0) == k.size(0) && q.size(3) == k.size(3));
  COSTCHECK_CHECK(k.size(2) > 0 && q.size(2) % k.size(2) == 0);
  COSTCHECK_CHECK(q.scalar_type() == k.scalar_type() && q.scalar_type() == v.scalar_type());
  COSTCHECK_CHECK(!index.defined() || index.is_contiguous());
  auto definition =
      c10::make_intrusive<Definition>(std::move(index), std::move(make_pattern), scale);
  return GatheredFunction::apply(std::move(q), std::move(k), std::move(v), std::move(definition));
}

}  // namespace costcheck
