#include "verify/modules/cluster_attention.h"

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

/// [m, ...] of a tensor [G, H, m, ...].
at::Tensor InOrder(const at::Tensor& of, std::int64_t g, std::int64_t h) {
  return of.select(0, g).select(0, h);
}

class TakeFunction : public torch::autograd::Function<TakeFunction> {
 public:
  static at::Tensor forward(Context* context, const at::Tensor& x, const at::Tensor& order) {
    context->save_for_backward({order});
    context->saved_data["shape"] = x.sizes();
    const std::int64_t partitions = order.size(0) / x.size(0);
    at::Tensor out =
        at::empty({order.size(0), order.size(1), order.size(2), x.size(3)}, x.options());
    ForEachHead(order.size(0), order.size(1), [&](std::int64_t g, std::int64_t h) {
      at::Tensor rows = InOrder(out, g, h);
      at::index_select_out(rows, OfHead(x, g / partitions, h), 0, InOrder(order, g, h));
    });
    return out;
  }

  static Tensors backward(Context* context, Tensors gradients) {
    const at::Tensor order = context->get_saved_variables()[0];
    const std::vector<std::int64_t> shape = context->saved_data["shape"].toIntVector();
    const std::int64_t partitions = order.size(0) / shape[0];
    at::Tensor sum = at::zeros(shape, gradients[0].options());
    ForEachHead(order.size(0), order.size(1), [&](std::int64_t g, std::int64_t h) {
      OfHead(sum, g / partitions, h)
          .index_add_(0, InOrder(order, g, h), InOrder(gradients[0], g, h));
    });
    return {sum, at::Tensor()};
  }
};

/// How many places each token has, at least 1: [T, 1].
at::Tensor PlacesOf(const at::Tensor& order, std::int64_t tokens,
                    const at::TensorOptions& options) {
  at::Tensor places = at::zeros({tokens}, options);
  places.index_add_(0, order, at::ones(order.sizes(), options));
  return places.clamp_min_(1).unsqueeze(1);
}

class PutFunction : public torch::autograd::Function<PutFunction> {
 public:
  static at::Tensor forward(Context* context, const at::Tensor& rows, const at::Tensor& order,
                            std::int64_t tokens) {
    context->save_for_backward({order});
    at::Tensor out = at::zeros({rows.size(0), tokens, rows.size(1), rows.size(3)}, rows.options());
    ForEachHead(order.size(0), order.size(1), [&](std::int64_t g, std::int64_t h) {
      const at::Tensor places = InOrder(order, g, h);
      OfHead(out, g, h)
          .index_add_(0, places, InOrder(rows, g, h))
          .div_(PlacesOf(places, tokens, rows.options()));
    });
    return out;
  }

  static Tensors backward(Context* context, Tensors gradients) {
    const at::Tensor order = context->get_saved_variables()[0];
    const at::Tensor& gradient = gradients[0];
    const std::int64_t tokens = gradient.size(1), width = gradient.size(3);
    at::Tensor rows =
        at::empty({order.size(0), order.size(1), order.size(2), width}, gradient.options());
    ForEachHead(order.size(0), order.size(1), [&](std::int64_t g, std::int64_t h) {
      const at::Tensor places = InOrder(order, g, h);
      at::Tensor taken = InOrder(rows, g, h);
      at::index_select_out(taken, OfHead(gradient, g, h), 0, places);
      taken.div_(PlacesOf(places, tokens, gradient.options()).index_select(0, places));
    });
    return {rows, at::Tensor(), at::Tensor()};
  }
};

/// One head's rows cut into clusters, and into what each cluster sees.
class Tiles {
 public:
  explicit Tiles(const ClusterShape& shape)
      : shape_(shape), front_(shape.looks_back ? shape.size : 0) {}

  /// Rows [m, n], padded behind; in front once more those of the last cluster, which the first one
  /// sees.
  at::Tensor Pad(const at::Tensor& rows, double padding) const {
    at::Tensor padded = at::full({front_ + shape_.Rows(), rows.size(1)}, padding, rows.options());
    padded.narrow(0, front_, rows.size(0)).copy_(rows);
    padded.narrow(0, 0, front_).copy_(padded.narrow(0, shape_.Rows(), front_));
    return padded;
  }
  /// [C, size, n] of padded rows.
  at::Tensor Own(const at::Tensor& padded) const {
    return padded.narrow(0, front_, shape_.Rows())
        .view({shape_.clusters, shape_.size, padded.size(1)});
  }
  /// [C, SlotsOfRow, n] of padded rows: where a cluster looks back, neighbours overlap.
  at::Tensor Seen(const at::Tensor& padded) const {
    const std::int64_t n = padded.size(1);
    return padded.as_strided({shape_.clusters, shape_.SlotsOfRow(), n}, {shape_.size * n, n, 1});
  }
  /// [C, SlotsOfRow, n] added up into [C, size, n]: what reaches a cluster from itself and from the
  /// next one.
  at::Tensor Fold(const at::Tensor& seen) const {
    if (!shape_.looks_back) return seen;
    const std::int64_t last = shape_.clusters - 1;
    at::Tensor own = seen.narrow(1, shape_.size, shape_.size).clone();
    const at::Tensor back = seen.narrow(1, 0, shape_.size);
    own.narrow(0, 0, last).add_(back.narrow(0, 1, last));
    own.select(0, last).add_(back.select(0, 0));
    return own;
  }
  /// The m rows of [C, size, n] that are not padding.
  at::Tensor Rows(const at::Tensor& own, std::int64_t m) const {
    return own.reshape({shape_.Rows(), own.size(2)}).narrow(0, 0, m);
  }

  /// bool [C, size, SlotsOfRow], or what broadcasts to it.
  at::Tensor Hidden(const at::Tensor& order, const at::Tensor& buckets) const {
    const at::Tensor tokens = Pad(order.unsqueeze(1), -1);
    const at::Tensor seen = Seen(tokens).transpose(1, 2);
    at::Tensor hidden = at::lt(seen, 0);
    if (shape_.causal) hidden = at::logical_or(hidden, at::gt(seen, Own(tokens)));
    if (!buckets.defined()) return hidden;
    const at::Tensor of_rows = Pad(buckets.unsqueeze(1), -1);
    return at::logical_or(hidden, at::ne(Seen(of_rows).transpose(1, 2), Own(of_rows)));
  }

 private:
  ClusterShape shape_;
  std::int64_t front_;  // rows before the first cluster's own
};

/// What the function reads that is no variable; the masks are not needed again, a masked slot's
/// weight is 0.
struct Definition : torch::CustomClassHolder {
  Definition(at::Tensor tokens, at::Tensor numbers, const ClusterShape& of)
      : order(std::move(tokens)), buckets(std::move(numbers)), shape(of) {}

  at::Tensor order, buckets;
  ClusterShape shape;
};

constexpr const char* kShape = "shape";

class ClusterFunction : public torch::autograd::Function<ClusterFunction> {
 public:
  static Tensors forward(Context* context, const at::Tensor& a, const at::Tensor& v,
                         const c10::intrusive_ptr<Definition>& definition) {
    const at::Tensor order = std::move(definition->order);
    const at::Tensor buckets = std::move(definition->buckets);
    const ClusterShape& shape = definition->shape;
    at::Tensor weights = at::empty(
        {a.size(0), a.size(1), shape.clusters, shape.size, shape.SlotsOfRow()}, a.options());
    at::Tensor out = at::empty_like(v);
    at::Tensor lse = at::empty({a.size(0), a.size(1), a.size(2), 1}, a.options());
    const Tiles tiles(shape);
    ForEachHead(a.size(0), a.size(1), [&](std::int64_t g, std::int64_t h) {
      at::Tensor slots = InOrder(weights, g, h);
      MultiplyRows(tiles, InOrder(a, g, h), slots);
      const at::Tensor hidden = tiles.Hidden(
          InOrder(order, g, h), buckets.defined() ? InOrder(buckets, g, h) : at::Tensor());
      const at::Tensor sums = MaskedSoftmax(slots.mul_(shape.scale), hidden);
      InOrder(lse, g, h).copy_(tiles.Rows(sums, a.size(2)));
      const at::Tensor values = tiles.Pad(InOrder(v, g, h), 0);
      InOrder(out, g, h).copy_(tiles.Rows(at::bmm(slots, tiles.Seen(values)), a.size(2)));
    });
    context->save_for_backward({a, v, weights});
    context->saved_data[kShape] = c10::IValue::make_capsule(definition);
    context->set_materialize_grads(false);
    return {out, lse};
  }

  static Tensors backward(Context* context, Tensors gradients) {
    const Tensors saved = context->get_saved_variables();
    const at::Tensor &a = saved[0], &v = saved[1], &weights = saved[2];
    const auto capsule = context->saved_data[kShape].toCapsule();
    const ClusterShape& shape = static_cast<const Definition&>(*capsule).shape;
    const Tiles tiles(shape);
    at::Tensor a_gradient = at::empty_like(a), v_gradient = at::empty_like(v);
    ForEachHead(a.size(0), a.size(1), [&](std::int64_t g, std::int64_t h) {
      const at::Tensor slots = InOrder(weights, g, h);
      at::Tensor scores = SlotGradients(tiles, slots, InOrder(gradients[0], g, h), InOrder(v, g, h),
                                        InOrder(v_gradient, g, h));
      MaskedSoftmaxBackward(slots, LseGradient(tiles, gradients[1], g, h), scores);
      const at::Tensor rows = tiles.Pad(InOrder(a, g, h), 0);
      scores.mul_(shape.scale);
      at::Tensor sum = tiles.Fold(at::bmm(scores.transpose(1, 2), tiles.Own(rows)));
      sum.baddbmm_(scores, tiles.Seen(rows));
      InOrder(a_gradient, g, h).copy_(tiles.Rows(sum, a.size(2)));
    });
    return {a_gradient, v_gradient, at::Tensor()};
  }

 private:
  /// a a^T within clusters, [C, size, SlotsOfRow].
  static void MultiplyRows(const Tiles& tiles, const at::Tensor& a, at::Tensor& slots) {
    const at::Tensor rows = tiles.Pad(a, 0);
    at::bmm_out(slots, tiles.Own(rows), tiles.Seen(rows).transpose(1, 2));
  }

  /// The weights' gradients, of the size of `slots`; writes those of the values.
  static at::Tensor SlotGradients(const Tiles& tiles, const at::Tensor& slots,
                                  const at::Tensor& out_gradient, const at::Tensor& v,
                                  const at::Tensor& v_gradient) {
    const at::Tensor padded = tiles.Pad(out_gradient, 0);
    const at::Tensor out = tiles.Own(padded);
    v_gradient.copy_(tiles.Rows(tiles.Fold(at::bmm(slots.transpose(1, 2), out)), v.size(0)));
    return at::bmm(out, tiles.Seen(tiles.Pad(v, 0)).transpose(1, 2));
  }

  static at::Tensor LseGradient(const Tiles& tiles, const at::Tensor& of_all, std::int64_t g,
                                std::int64_t h) {
    if (!of_all.defined()) return at::Tensor();
    return tiles.Own(tiles.Pad(InOrder(of_all, g, h), 0));
  }
};

}  // namespace

at::Tensor TakeRows(at::Tensor x, at::Tensor order) {
  COSTCHECK_CHECK(order.size(0) % x.size(0) == 0 && order.size(1) == x.size(2));
  return TakeFunction::apply(std::move(x), std::move(order));
}

at::Tensor PutRows(at::Tensor rows, at::Tensor order, std::int64_t tokens) {
  COSTCHECK_CHECK(rows.sizes().slice(0, 3) == order.sizes());
  return PutFunction::apply(std::move(rows), std::move(order), tokens);
}

ClusterOutput AttendInClusters(at::Tensor a, at::Tensor v, const at::Tensor& order,
                               const at::Tensor& buckets, const ClusterShape& shape) {
  COSTCHECK_CHECK(a.sizes().slice(0, 3) == order.sizes() && a.sizes() == v.sizes());
  COSTCHECK_CHECK(order.size(2) <= shape.Rows());
  Tensors out = ClusterFunction::apply(std::move(a), std::move(v),
                                       c10::make_intrusive<Definition>(order, buckets, shape));
  return {std::move(out[0]), std::move(out[1])};
}

}  // namespace costcheck
