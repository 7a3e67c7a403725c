#include "verify/train/evaluation.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <span>
#include <utility>
#include <vector>

namespace costcheck {
namespace {

/// Adds up what Evaluation has.
class Sums {
 public:
  Sums(KnownLaw law, const Source* source) : law_(law), source_(source) {}

  void Add(const Batch& batch, const at::Tensor& log_q) {
    const std::int64_t per_row = static_cast<std::int64_t>(batch.targets.size()) / batch.rows;
    const auto types = static_cast<std::size_t>(log_q.size(1));
    const auto* row = log_q.data_ptr<float>();
    for (std::size_t i = 0; i < batch.targets.size(); ++i, row += types) {
      const auto target = static_cast<std::size_t>(batch.targets[i]);
      const double log_of_target = static_cast<double>(row[target]);
      loss_ -= log_of_target;
      ++count_;
      if (law_ == KnownLaw::kNone) continue;
      const std::span<const double> p = LawAt(batch, static_cast<std::int64_t>(i), per_row);
      expected_ += ExpectedAgainst(p, {row, types});
      const double excess = std::log(p[target]) - log_of_target;
      excess_ += excess;
      squares_ += excess * excess;
    }
  }

  Evaluation Result() const {
    const auto count = static_cast<double>(count_);
    Evaluation result{.loss = loss_ / count, .targets = count_};
    if (law_ == KnownLaw::kNone) return result;
    result.expected = expected_ / count;
    result.excess = excess_ / count;
    const double variance = squares_ / count - *result.excess * *result.excess;
    result.excess_error = std::sqrt(std::max(variance, 0.0) / count);
    return result;
  }

 private:
  /// Of target i, given the token before it.
  std::span<const double> LawAt(const Batch& batch, std::int64_t i, std::int64_t per_row) {
    if (law_ == KnownLaw::kUnigram) return source_->Unigram();
    // The targets of a row are those behind its last tokens.
    const std::int64_t position = batch.length - per_row + i % per_row;
    const std::int64_t at = i / per_row * batch.length + position;
    conditional_.resize(static_cast<std::size_t>(source_->Types()));
    source_->Conditional(static_cast<std::int32_t>(batch.inputs[static_cast<std::size_t>(at)]),
                         conditional_);
    return conditional_;
  }

  static double ExpectedAgainst(std::span<const double> p, std::span<const float> log_q) {
    double sum = 0;
    for (std::size_t v = 0; v < p.size(); ++v) {
      // A model may be certain of what never happens: 0 * -infinity is 0 here.
      if (p[v] > 0) sum -= p[v] * static_cast<double>(log_q[v]);
    }
    return sum;
  }

  KnownLaw law_;
  const Source* source_;
  std::vector<double> conditional_;
  double loss_ = 0, expected_ = 0, excess_ = 0, squares_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace

KnownLaw LawOfTargets(const ExperimentSpec& spec) {
  const bool next = spec.target == Target::kNextToken || spec.target == Target::kFollowing;
  switch (spec.corpus.kind) {
    case CorpusKind::kZipf:
    case CorpusKind::kUniform:
      return next || spec.target == Target::kFirst ? KnownLaw::kUnigram : KnownLaw::kNone;
    case CorpusKind::kMarkov:
      return next ? KnownLaw::kConditional : KnownLaw::kNone;
    case CorpusKind::kText:
      return KnownLaw::kNone;
  }
  return KnownLaw::kNone;
}

ModelBatch ToModel(const Batch& batch, std::int64_t rows) {
  const at::Tensor tokens = at::empty({rows * batch.length}, at::kInt);
  const at::Tensor targets =
      at::empty({static_cast<std::int64_t>(batch.targets.size())}, at::kLong);
  auto* token = tokens.data_ptr<std::int32_t>();
  for (const std::int64_t input : batch.inputs) *token++ = static_cast<std::int32_t>(input);
  for (std::int64_t row = batch.rows; row < rows; ++row) {
    for (std::int64_t i = 0; i < batch.length; ++i) {
      *token++ = static_cast<std::int32_t>(batch.inputs[static_cast<std::size_t>(i)]);
    }
  }
  std::copy(batch.targets.begin(), batch.targets.end(), targets.data_ptr<std::int64_t>());
  return {tokens, targets};
}

at::Tensor MeanLoss(const at::Tensor& logits, const at::Tensor& targets) {
  const std::int64_t rows = targets.size(0);
  const at::Tensor read = rows == logits.size(0) ? logits : logits.narrow(0, 0, rows);
  return at::nll_loss(at::log_softmax(read, 1), targets);
}

Evaluation Evaluate(TrainedModel& model, const EvaluationBatches& batches, std::int64_t look,
                    std::int64_t rows, KnownLaw law, const Source* source) {
  const at::NoGradGuard no_gradients;
  model.dropout().Stop();
  Sums sums(law, source);
  for (std::int64_t i = 0; i < batches.size(); ++i) {
    const Batch batch = batches.At(look, i);
    std::vector<at::Tensor> outputs = model.Forward(ListOf(ToModel(batch, rows).tokens));
    sums.Add(batch, at::log_softmax(outputs.front(), 1));
  }
  return sums.Result();
}

}  // namespace costcheck
