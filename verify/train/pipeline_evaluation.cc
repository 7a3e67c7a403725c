#include "verify/train/pipeline_evaluation.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <tuple>

#include "verify/train/evaluation.h"

namespace costcheck {
namespace {

double Squares(const at::Tensor& x) { return x.to(at::kDouble).square().sum().item<double>(); }

/// Of a ratio of norms, over what was added.
class RelativeErrorSum {
 public:
  void Add(const at::Tensor& a, const at::Tensor& b) {
    difference_ += Squares(at::sub(a, b));
    norm_ += Squares(b);
  }
  double Result() const { return std::sqrt(difference_ / norm_); }

 private:
  double difference_ = 0, norm_ = 0;
};

/// Of shares and losses, over what was added.
class Mean {
 public:
  void Add(double mean, std::int64_t count) {
    sum_ += mean * static_cast<double>(count);
    count_ += count;
  }
  double Result() const { return sum_ / static_cast<double>(count_); }

 private:
  double sum_ = 0;
  std::int64_t count_ = 0;
};

double FutureShare(const at::Tensor& chosen) {
  const at::Tensor own = at::arange(chosen.size(1)).view({1, -1, 1});
  return ShareOfTrue(chosen.gt(own));
}

class Sums {
 public:
  Sums(const at::Tensor& usual_keys, std::int64_t kept) : usual_(usual_keys), kept_(kept) {}

  void AddHead(const HeadLog& head, SparseHead& sparse) {
    const std::int64_t queries = head.queries.size(0) * head.queries.size(1);
    const at::Tensor logits = sparse.Logits(head.queries);
    const at::Tensor chosen = ChooseKeys(logits, kept_);
    const at::Tensor strongest = StrongestKeys(head.weights);
    top1_.Add(ShareOfTrue(logits.argmax(-1).eq(strongest)), queries);
    by_position_.Add(ShareOfTrue(strongest.eq(usual_)), queries);
    recall_.Add(Recall(head.weights, chosen), queries);
    best_.Add(Recall(head.weights, ChooseKeys(head.weights, kept_)), queries);
    future_.Add(FutureShare(chosen), queries);
    head_error_.Add(sparse.Approximate(head.values, chosen), head.outputs);
  }

  void AddLogits(const at::Tensor& teacher, const at::Tensor& hybrid, const at::Tensor& ablated,
                 const at::Tensor& targets) {
    const auto loss = [&](const at::Tensor& logits) {
      return MeanLoss(logits, targets).item<double>();
    };
    teacher_.Add(loss(teacher), targets.size(0));
    hybrid_.Add(loss(hybrid), targets.size(0));
    ablated_.Add(loss(ablated), targets.size(0));
    logit_error_.Add(hybrid, teacher);
    ablated_error_.Add(ablated, teacher);
  }

  PipelineEvaluation Result() const {
    return {.top1 = top1_.Result(),
            .top1_by_position = by_position_.Result(),
            .recall = recall_.Result(),
            .best_recall = best_.Result(),
            .future_share = future_.Result(),
            .head_error = head_error_.Result(),
            .logit_error = logit_error_.Result(),
            .teacher_loss = teacher_.Result(),
            .hybrid_loss = hybrid_.Result(),
            .ablated_loss = ablated_.Result(),
            .ablated_logit_error = ablated_error_.Result()};
  }

 private:
  at::Tensor usual_;
  std::int64_t kept_;
  Mean top1_, by_position_, recall_, best_, future_, teacher_, hybrid_, ablated_;
  RelativeErrorSum head_error_, logit_error_, ablated_error_;
};

}  // namespace

PipelineEvaluation EvaluateSparseHead(TrainedModel& model, SparseHead& sparse,
                                      const at::Tensor& usual_keys, std::int64_t kept,
                                      const std::vector<Batch>& batches, std::int64_t rows,
                                      std::int64_t heads) {
  const c10::NoGradGuard no_gradients;
  Sums sums(usual_keys, kept);
  for (const Batch& batch : batches) {
    const LoggedPass teacher = RunLogged(model, batch, rows, heads);
    sums.AddHead(teacher.head, sparse);
    const at::Tensor hybrid = RunReplaced(
        model, batch, rows, heads, [&](const at::Tensor& queries, const at::Tensor& values) {
          return sparse.Approximate(values, sparse.Choose(queries));
        });
    const at::Tensor ablated = RunReplaced(
        model, batch, rows, heads,
        [](const at::Tensor&, const at::Tensor& values) { return at::zeros_like(values); });
    sums.AddLogits(teacher.logits, hybrid, ablated, ToModel(batch, batch.rows).targets);
  }
  return sums.Result();
}

at::Tensor StrongestKeys(const at::Tensor& weights) { return weights.argmax(-1); }

at::Tensor UsualKeys(const at::Tensor& strongest) {
  const at::Tensor keys = at::arange(strongest.size(1)).view({1, 1, -1});
  return strongest.unsqueeze(2).eq(keys).sum(0).argmax(-1);
}

double ShareOfTrue(const at::Tensor& truths) {
  return truths.to(at::kDouble).mean().item<double>();
}

double RelativeError(const at::Tensor& a, const at::Tensor& b) {
  RelativeErrorSum sum;
  sum.Add(a, b);
  return sum.Result();
}

double Recall(const at::Tensor& weights, const at::Tensor& chosen) {
  const at::Tensor kept = at::gather(weights, 2, at::clamp_min(chosen, 0)).mul_(chosen.ge(0));
  return kept.sum(-1, false, at::kDouble).mean().item<double>();
}

}  // namespace costcheck
