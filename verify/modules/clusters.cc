#include "verify/modules/clusters.h"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include <string>
#include <tuple>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/modules/attention.h"
#include "verify/modules/cluster_attention.h"
#include "verify/modules/head_rows.h"

namespace costcheck {
namespace {

/// Queries and keys of one projection, and values, all of H heads.
class ClusterModule : public AttentionModule {
 protected:
  ClusterModule(const Sizes& sizes, bool looks_back)
      : AttentionModule(sizes),
        shape_{sizes["C"], (sizes["T"] + sizes["C"] - 1) / sizes["C"], looks_back, sizes.causal,
               sizes_.Scale()} {
    COSTCHECK_CHECK(sizes_.SelfAttention());
    const std::int64_t inner = sizes_.heads * sizes_.head_width;
    query_weight_ = AddParameter("qk.weight", {inner, sizes_.width});
    value_weight_ = AddParameter("v.weight", {inner, sizes_.width});
    output_weight_ = AddParameter("out.weight", {sizes_.width, inner});
  }

  at::Tensor SideBySide(const at::Tensor& heads) const {
    return heads.view({sizes_.batch, sizes_.queries, sizes_.heads * sizes_.head_width});
  }

  ClusterShape shape_;
};

class Lsh final : public ClusterModule {
 public:
  explicit Lsh(const Sizes& sizes) : ClusterModule(sizes, true), rounds_(sizes["R"]) {
    const std::int64_t directions = rounds_ * (shape_.clusters / 2);
    rotations_ = AddBuffer("rotations", at::randn({sizes_.heads, sizes_.head_width, directions}));
  }

 private:
  struct Hashed {
    at::Tensor order;    ///< int32 [B*R, H, T]
    at::Tensor buckets;  ///< of the tokens in that order
  };

  at::Tensor Attend(at::Tensor x, at::Tensor context) override {
    context.reset();  // x once more
    ClusterOutput rounds = AttendRounds(std::move(x));
    if (rounds_ == 1) return SideBySide(rounds.rows);
    return SideBySide(Combine(std::move(rounds)));
  }

  /// Outputs and sums [B*R, T, H, w or 1] of all rounds, tokens in their places again.
  ClusterOutput AttendRounds(at::Tensor x) const {
    at::Tensor a = Project(x, query_weight_);
    at::Tensor v = Project(std::move(x), value_weight_);
    Hashed hashed = Hash(a.detach());
    a = TakeRows(std::move(a), hashed.order);
    v = TakeRows(std::move(v), hashed.order);
    ClusterOutput out =
        AttendInClusters(std::move(a), std::move(v), hashed.order, hashed.buckets, shape_);
    hashed.buckets.reset();
    out.rows = PutRows(std::move(out.rows), hashed.order, sizes_.queries);
    if (rounds_ > 1) out.lse = PutRows(std::move(out.lse), hashed.order, sizes_.queries);
    return out;
  }

  /// Eq. 6 in the form of Sec. 2: sum over rounds of exp(lse_r - lse) out_r.
  at::Tensor Combine(ClusterOutput of_rounds) const {
    const auto by_round = [&](const at::Tensor& of) {
      return of.view({sizes_.batch, rounds_, sizes_.queries, sizes_.heads, -1});
    };
    const at::Tensor weights = at::softmax(by_round(std::exchange(of_rounds.lse, {})), 1);
    return at::mul(by_round(std::exchange(of_rounds.rows, {})), weights).sum(1);
  }

  Hashed Hash(const at::Tensor& a) const {
    const at::NoGradGuard no_gradient;
    const at::TensorOptions index = a.options().dtype(at::kInt);
    const std::vector<std::int64_t> shape = {sizes_.batch, rounds_, sizes_.heads, sizes_.queries};
    const Hashed hashed = {at::empty(shape, index), at::empty(shape, index)};
    ForEachHead(sizes_.batch, sizes_.heads, [&](std::int64_t b, std::int64_t h) {
      const auto [buckets, order] = at::sort(BucketsOf(OfHead(a, b, h), h),
                                             /*stable=*/true, 1, /*descending=*/false);
      OfHead(hashed.order, b, h).copy_(order);
      OfHead(hashed.buckets, b, h).copy_(buckets);
    });
    const std::vector<std::int64_t> flat = {sizes_.batch * rounds_, sizes_.heads, sizes_.queries};
    return {hashed.order.view(flat), hashed.buckets.view(flat)};
  }

  /// Rows [T, w] of one head to bucket numbers [R, T].
  at::Tensor BucketsOf(const at::Tensor& rows, std::int64_t head) const {
    const at::Tensor rotated = at::mm(rows, rotations_.select(0, head))
                                   .view({sizes_.queries, rounds_, shape_.clusters / 2});
    return at::cat({rotated, rotated.neg()}, 2).argmax(2).t();
  }

  std::int64_t rounds_;
  at::Tensor rotations_;
};

class Routing final : public ClusterModule {
 public:
  explicit Routing(const Sizes& sizes) : ClusterModule(sizes, false) {
    centroids_ = AddParameter("centroids", {sizes_.heads, sizes_.head_width, shape_.clusters});
  }

 private:
  at::Tensor Attend(at::Tensor x, at::Tensor context) override {
    context.reset();  // x once more
    at::Tensor a = Project(x, query_weight_);
    at::Tensor v = Project(std::move(x), value_weight_);
    const at::Tensor members = Assign(a.detach());
    a = TakeRows(std::move(a), members);
    v = TakeRows(std::move(v), members);
    ClusterOutput out = AttendInClusters(std::move(a), std::move(v), members, at::Tensor(), shape_);
    out.lse.reset();
    return SideBySide(PutRows(std::move(out.rows), members, sizes_.queries));
  }

  /// int32 [B, H, C*size], cluster by cluster.
  at::Tensor Assign(const at::Tensor& a) const {
    const at::NoGradGuard no_gradient;
    at::Tensor members = at::empty({sizes_.batch, sizes_.heads, shape_.clusters, shape_.size},
                                   a.options().dtype(at::kInt));
    ForEachHead(sizes_.batch, sizes_.heads, [&](std::int64_t b, std::int64_t h) {
      const at::Tensor scores = at::mm(OfHead(a, b, h), centroids_.select(0, h));
      const at::Tensor chosen = std::get<1>(at::topk(scores, shape_.size, 0));
      members.select(0, b).select(0, h).copy_(chosen.t());
    });
    return members.view({sizes_.batch, sizes_.heads, shape_.Rows()});
  }

  at::Tensor centroids_;
};

}  // namespace

std::unique_ptr<Module> MakeLsh(const Sizes& sizes) {
  if (sizes["C"] % 2 != 0) {
    throw CostError("lsh: C = " + std::to_string(sizes["C"]) +
                    " is odd, but half of the buckets are the other half's mirror image");
  }
  return std::make_unique<Lsh>(sizes);
}

std::unique_ptr<Module> MakeRouting(const Sizes& sizes) { return std::make_unique<Routing>(sizes); }

}  // namespace costcheck
