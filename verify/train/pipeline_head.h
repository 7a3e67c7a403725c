#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "verify/corpora/windows.h"
#include "verify/experiments/experiment.h"
#include "verify/modules/module.h"
#include "verify/train/model.h"

// One head of attention, as it is and as a selector and an approximator stand for it (pipeline.h).
// W windows of T tokens, a head w wide, K kept keys.

namespace costcheck {

/// What a head computed. Its keys are in its weights, which are all that is asked of them.
struct HeadLog {
  at::Tensor queries;  ///< [W, T, w]
  at::Tensor values;   ///< [W, T, w]
  at::Tensor weights;  ///< [W, T, T]
  at::Tensor outputs;  ///< [W, T, w]
};

/// A pass of the model with one head of its first layer read, or replaced.
struct LoggedPass {
  HeadLog head;
  at::Tensor logits;  ///< [W*T, V]
};
using HeadReplacement =
    std::function<at::Tensor(const at::Tensor& queries, const at::Tensor& values)>;

/// Runs the model, without gradient or dropout, on a batch that is filled up to `rows` windows; of
/// these W, the batch's own, are returned. The head is the first one of the first layer.
LoggedPass RunLogged(TrainedModel& model, const Batch& batch, std::int64_t rows,
                     std::int64_t heads);
/// The logits with that head's output replaced by what `replacement` makes, [W, T, w], of its
/// queries and values.
at::Tensor RunReplaced(TrainedModel& model, const Batch& batch, std::int64_t rows,
                       std::int64_t heads, const HeadReplacement& replacement);
/// The head on all these batches, one after the other.
HeadLog LogHead(TrainedModel& model, const std::vector<Batch>& batches, std::int64_t rows,
                std::int64_t heads);

/// relu(x W_1^T + b_1) W_2^T + b_2 for rows x [N, in], N any number. Parameters in.* and out.*,
/// drawn as torch.nn.Linear's from the seed and `name`.
class TwoLayerMlp : public Module {
 public:
  TwoLayerMlp(const std::string& name, std::int64_t inputs, std::int64_t hidden,
              std::int64_t outputs, std::uint64_t seed);

  std::vector<InputSpec> Inputs() const override;
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) override;
  at::Tensor operator()(at::Tensor x) { return Forward(ListOf(std::move(x))).front(); }

 private:
  std::int64_t inputs_;
  at::Tensor first_weight_, first_bias_, last_weight_, last_bias_;
};

/// Logits [W, T, T], those of keys behind the query -infinity unless `future_keys`.
at::Tensor SeenLogits(const at::Tensor& logits, bool future_keys);
/// The K keys of the greatest logits, the greatest first: int64 [W, T, K], -1 in place of those of
/// -infinity.
at::Tensor ChooseKeys(const at::Tensor& seen_logits, std::int64_t kept);
/// The values [W, T, w] of chosen keys side by side, [W*T, K*w]: zeros for -1.
at::Tensor ValueRows(const at::Tensor& values, const at::Tensor& chosen);
/// K copies of the query's own value, which is what the seeds' program trains on: [W*T, K*w].
at::Tensor OwnValueRows(const at::Tensor& values, std::int64_t kept);

/// The two MLPs in the place of a head.
class SparseHead {
 public:
  SparseHead(const PipelineSpec& pipeline, std::int64_t length, std::int64_t head_width,
             std::uint64_t seed);

  TwoLayerMlp& selector() { return selector_; }
  TwoLayerMlp& approximator() { return approximator_; }

  /// [W, T, T] for queries [W, T, w].
  at::Tensor Logits(const at::Tensor& queries);
  at::Tensor Choose(const at::Tensor& queries) { return ChooseKeys(Logits(queries), kept_); }
  /// [W, T, w] of the values of chosen keys.
  at::Tensor Approximate(const at::Tensor& values, const at::Tensor& chosen);

 private:
  std::int64_t kept_;
  bool future_keys_;
  TwoLayerMlp selector_, approximator_;
};

}  // namespace costcheck
