#include "verify/modules/topk_exact.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <utility>

#include "verify/modules/attention.h"
#include "verify/modules/host_kernel.h"
#include "verify/modules/kept_values.h"
#include "verify/modules/top_keys.h"
#include "verify/probe/own_product.h"

namespace costcheck {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Operands of one call; q, k, v on any device, the rest on the CPU.
struct Operands {
  at::Tensor q, k, v;
  TextLengths text;
  double scale;

  GatherSizes Sizes() const {
    return {q.size(0), q.size(1), k.size(1), q.size(2), k.size(2), q.size(3)};
  }
  /// The rows of keys (or their gradients) [B, S, H_kv, w] that a block of queries reads.
  at::Tensor KeysOf(const at::Tensor& keys, const RowBlock& block) const {
    return keys.select(0, block.sequence).select(1, block.head / Sizes().Group());
  }
  void ForEachBlock(const std::function<void(const RowBlock&)>& visit) const {
    ForEachRowBlock(q.size(0), q.size(2), q.size(1), visit);
  }
};

/// The kept slots of a block's rows, side by side with columns of a matrix.
template <class Function>
void ForEachSlotRow(const ChosenKeysPattern& pattern, const at::Tensor& slots,
                    const RowBlock& block, const Function& visit) {
  const std::int64_t head_slots = pattern.Offset(pattern.Rows());
  const std::int64_t start = (block.sequence * slots.size(1) + block.head) * head_slots;
  for (std::int64_t row = 0; row < block.rows; ++row) {
    const std::int64_t i = block.first + row;
    visit(row, start + pattern.Offset(i), pattern.Slots(i));
  }
}

/// Scores of all pairs, block by block: fills the index, and returns the kept ones [B, H, P].
at::Tensor KeepTopScores(const Operands& operands, const at::Tensor& index) {
  const ChosenKeysPattern pattern = PatternOf(index, operands.text);
  const at::Tensor kept = at::empty({index.size(0), index.size(1), pattern.Offset(pattern.Rows())},
                                    operands.q.options().device(at::kCPU));
  operands.ForEachBlock([&](const RowBlock& block) {
    const at::Tensor scores = at::mm(block.Of(operands.q), operands.KeysOf(operands.k, block).t());
    const at::Tensor top = Readable(TakeTopKeys(scores, operands.text, block, index));
    ForScalarOf(kept, [&]<class Scalar>(Scalar) {
      const Scalar* from = top.data_ptr<Scalar>();
      Scalar* to = kept.data_ptr<Scalar>();
      ForEachSlotRow(pattern, kept, block,
                     [&](std::int64_t row, std::int64_t slot, std::int64_t count) {
                       std::copy_n(from + row * top.size(1), count, to + slot);
                     });
    });
  });
  return kept;
}

/// The gradients of kept scores as a matrix [rows, S], zero elsewhere.
at::Tensor DenseRows(const Operands& operands, const at::Tensor& index,
                     const at::Tensor& score_grads, const RowBlock& block) {
  const ChosenKeysPattern pattern = PatternOf(index, operands.text);
  const std::int64_t keys = operands.text.keys;
  const at::Tensor dense = at::zeros({block.rows, keys}, score_grads.options());
  const auto* chosen =
      index.data_ptr<std::int32_t>() +
      (block.sequence * index.size(1) + block.head) * index.size(2) * index.size(3);
  ForScalarOf(dense, [&]<class Scalar>(Scalar) {
    const Scalar* from = score_grads.data_ptr<Scalar>();
    Scalar* to = dense.data_ptr<Scalar>();
    ForEachSlotRow(pattern, score_grads, block,
                   [&](std::int64_t row, std::int64_t slot, std::int64_t count) {
                     const std::int32_t* key = chosen + (block.first + row) * index.size(3);
                     for (std::int64_t i = 0; i < count; ++i)
                       to[row * keys + key[i]] = from[slot + i];
                   });
  });
  return dense;
}

template <class Scalar>
GatherOperands<Scalar> KernelOperands(const Operands& operands, const KeyPattern& pattern,
                                      const at::Tensor& values) {
  return {pattern,
          operands.Sizes(),
          static_cast<Scalar>(operands.scale),
          {},
          {},
          RowsOf<const Scalar>(values)};
}

/// Turns the kept scores into weights, and writes the output [B, T, H, w].
void AttendToKept(const Operands& operands, const at::Tensor& index, const at::Tensor& kept,
                  const at::Tensor& out) {
  const ChosenKeysPattern pattern = PatternOf(index, operands.text);
  const GatherSizes sizes = operands.Sizes();
  const at::Tensor values = Readable(operands.v);
  ForScalarOf(out, [&]<class Scalar>(Scalar) {
    const KeptValuesForward<Scalar> kernel = {KernelOperands<Scalar>(operands, pattern, values),
                                              {kept.data_ptr<Scalar>()},
                                              RowsOf<Scalar>(out)};
    RunOwnProduct("kept_values", sizes.MultiplyAdds(pattern), [&] {
      ForRowRanges(sizes, sizes.queries, [&](const RowRange& range) {
        RunKernel<&KeptValuesForward<Scalar>::Run>(kernel, range);
      });
    });
  });
}

/// Returns the gradients of the kept scores, and adds to those of the values.
at::Tensor DifferentiateKept(const Operands& operands, const at::Tensor& index,
                             const at::Tensor& weights, const at::Tensor& out_grad,
                             const at::Tensor& value_grad) {
  const ChosenKeysPattern pattern = PatternOf(index, operands.text);
  const GatherSizes sizes = operands.Sizes();
  const at::Tensor values = Readable(operands.v);
  const at::Tensor score_grads = at::empty(weights.sizes(), weights.options());
  ForScalarOf(weights, [&]<class Scalar>(Scalar) {
    using Kernel = KeptValuesBackward<Scalar>;
    const Kernel kernel = {KernelOperands<Scalar>(operands, pattern, values),
                           {weights.data_ptr<Scalar>()},
                           RowsOf<const Scalar>(out_grad),
                           {score_grads.data_ptr<Scalar>()},
                           RowsOf<Scalar>(value_grad)};
    RunOwnProduct("kept_values_backward", 2 * sizes.MultiplyAdds(pattern), [&] {
      ForRowRanges(sizes, sizes.queries,
                   [&](const RowRange& range) { RunKernel<&Kernel::RunRows>(kernel, range); });
      ForKeyRanges(sizes,
                   [&](const KeyRange& range) { RunKernel<&Kernel::RunKeys>(kernel, range); });
    });
  });
  return score_grads;
}

class TopkExactFunction : public torch::autograd::Function<TopkExactFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& q, const at::Tensor& k,
                            const at::Tensor& v, bool causal, std::int64_t count, double scale) {
    const Operands operands = {q, k, v, {q.size(1), k.size(1), causal}, scale};
    const at::Tensor index = EmptyIndex(q.size(0), q.size(2), q.size(1), count);
    const at::Tensor out = at::empty(q.sizes(), q.options().device(at::kCPU));
    const at::Tensor weights = KeepTopScores(operands, index);
    AttendToKept(operands, index, weights, out);
    context->save_for_backward({q, k, v, index.to(q.device()), weights.to(q.device())});
    context->saved_data["causal"] = causal;
    context->saved_data["scale"] = scale;
    return out.to(q.device());
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &q = saved[0], &k = saved[1], &v = saved[2];
    const at::Tensor index = Readable(saved[3]), weights = Readable(saved[4]);
    const Operands operands = {q,
                               k,
                               v,
                               {q.size(1), k.size(1), context->saved_data["causal"].toBool()},
                               context->saved_data["scale"].toDouble()};
    const at::Tensor value_grad = at::zeros(v.sizes(), weights.options());
    const at::Tensor score_grads =
        DifferentiateKept(operands, index, weights, Readable(gradients[0]), value_grad);
    const at::Tensor query_grad = at::empty(q.sizes(), q.options());
    const at::Tensor key_grad = at::zeros(k.sizes(), k.options());
    operands.ForEachBlock([&](const RowBlock& block) {
      const at::Tensor dense = DenseRows(operands, index, score_grads, block).to(q.device());
      at::Tensor block_grad = block.Of(query_grad);
      at::mm_out(block_grad, dense, operands.KeysOf(k, block));
      operands.KeysOf(key_grad, block).addmm_(dense.t(), block.Of(q));
    });
    return {query_grad, key_grad, value_grad.to(q.device()), {}, {}, {}};
  }
};

class TopkExact final : public AttentionModule {
 public:
  explicit TopkExact(const Sizes& sizes) : AttentionModule(sizes), kept_(sizes["K"]) {
    AddProjections();
  }

 private:
  at::Tensor Attend(at::Tensor x, at::Tensor context) override {
    const Projected p = ProjectAll(std::move(x), std::move(context));
    return TopkExactFunction::apply(p.q, p.k, p.v, sizes_.causal, kept_, sizes_.Scale())
        .flatten(2, 3);
  }

  std::int64_t kept_;
};

}  // namespace

std::unique_ptr<Module> MakeTopkExact(const Sizes& sizes) {
  return std::make_unique<TopkExact>(sizes);
}

}  // namespace costcheck
