#include "verify/modules/value_rows.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "verify/kernels/patterns.h"
#include "verify/modules/host_kernel.h"

namespace costcheck {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Which value rows go where.
struct Gathering {
  const std::int32_t* index;  // [B, heads, T, K]
  TextLengths text;
  std::int64_t sequences, heads, kept, key_heads, shared, width;

  /// Calls `visit` with key and slot of one query's choice.
  template <class Function>
  void ForEachSlot(std::int64_t sequence, std::int64_t head, std::int64_t row,
                   const Function& visit) const {
    const std::int64_t visible = text.Visible(row);
    const std::int32_t* keys = index + ((sequence * heads + head) * text.queries + row) * kept;
    for (std::int64_t slot = 0; slot < std::min(visible, kept); ++slot) {
      COSTCHECK_CHECK(0 <= keys[slot] && keys[slot] < visible);
      visit(keys[slot], slot);
    }
  }

  /// Of a query's K*w numbers in the gathered rows.
  std::int64_t OffsetOf(std::int64_t sequence, std::int64_t head, std::int64_t row) const {
    return ((head * sequences + sequence) * text.queries + row) * kept * width;
  }

  template <class Scalar>
  void Gather(HeadRows<const Scalar> values, Scalar* gathered) const {
    ForAll(heads * sequences * text.queries, [&](std::int64_t i) {
      const std::int64_t head = i / (sequences * text.queries);
      const std::int64_t sequence = i / text.queries % sequences, row = i % text.queries;
      Scalar* to = gathered + OffsetOf(sequence, head, row);
      std::fill_n(to, kept * width, Scalar(0));
      ForEachSlot(sequence, head, row, [&](std::int64_t key, std::int64_t slot) {
        std::copy_n(values.Row(sequence, head / shared, key), width, to + slot * width);
      });
    });
  }

  /// Adds to `values`.
  template <class Scalar>
  void Scatter(const Scalar* gathered, HeadRows<Scalar> values) const {
    ForAll(sequences * key_heads, [&](std::int64_t i) {
      const std::int64_t sequence = i / key_heads, key_head = i % key_heads;
      const std::int64_t end = std::min((key_head + 1) * shared, heads);
      for (std::int64_t head = key_head * shared; head < end; ++head) {
        for (std::int64_t row = 0; row < text.queries; ++row) {
          const Scalar* from = gathered + OffsetOf(sequence, head, row);
          ForEachSlot(sequence, head, row, [&](std::int64_t key, std::int64_t slot) {
            Scalar* to = values.Row(sequence, key_head, key);
            for (std::int64_t j = 0; j < width; ++j) to[j] += from[slot * width + j];
          });
        }
      }
    });
  }
};

Gathering GatheringOf(at::IntArrayRef values, const at::Tensor& index, bool causal,
                      std::int64_t shared) {
  return {index.data_ptr<std::int32_t>(),
          {index.size(2), values[1], causal},
          index.size(0),
          index.size(1),
          index.size(3),
          values[2],
          shared,
          values[3]};
}

class GatherFunction : public torch::autograd::Function<GatherFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& v, const at::Tensor& index,
                            bool causal, std::int64_t shared) {
    const at::Tensor values = Readable(v), chosen = Readable(index);
    const Gathering gathering = GatheringOf(v.sizes(), chosen, causal, shared);
    const at::Tensor gathered =
        at::empty({gathering.heads, gathering.sequences * gathering.text.queries,
                   gathering.kept * gathering.width},
                  values.options());
    ForScalarOf(values, [&]<class Scalar>(Scalar) {
      gathering.Gather(RowsOf<const Scalar>(values), gathered.data_ptr<Scalar>());
    });
    context->save_for_backward({index});
    context->saved_data["values"] = v.sizes().vec();
    context->saved_data["causal"] = causal;
    context->saved_data["shared"] = shared;
    return gathered.to(v.device());
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const at::Tensor index = Readable(context->get_saved_variables()[0]);
    const at::Tensor gradient = Readable(gradients[0]).contiguous();
    const auto sizes = context->saved_data["values"].toIntVector();
    const at::Tensor values = at::zeros(sizes, gradient.options());
    const Gathering gathering = GatheringOf(sizes, index, context->saved_data["causal"].toBool(),
                                            context->saved_data["shared"].toInt());
    ForScalarOf(values, [&]<class Scalar>(Scalar) {
      gathering.Scatter(static_cast<const Scalar*>(gradient.data_ptr<Scalar>()),
                        RowsOf<Scalar>(values));
    });
    return {values.to(gradients[0].device()), {}, {}, {}};
  }
};

}  // namespace

at::Tensor GatherValueRows(const at::Tensor& v, const at::Tensor& index, bool causal,
                           std::int64_t shared) {
  COSTCHECK_CHECK(index.is_contiguous() && index.size(1) <= v.size(2) * shared);
  return GatherFunction::apply(v, index, causal, shared);
}

}  // namespace costcheck
