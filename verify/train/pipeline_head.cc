#include "verify/train/pipeline_head.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <limits>
#include <tuple>
#include <utility>

#include "verify/train/evaluation.h"
#include "verify/train/initialization.h"

namespace costcheck {
namespace {

/// The first head [rows, T, w] of tensors [rows*H, T, w].
at::Tensor FirstHead(const at::Tensor& all, std::int64_t rows, std::int64_t heads) {
  return all.view({rows, heads, all.size(1), all.size(2)}).select(1, 0);
}

/// The logits of the batch's own windows.
at::Tensor RunTapped(TrainedModel& model, const Batch& batch, std::int64_t rows,
                     const HeadTap& tap) {
  const c10::NoGradGuard no_gradients;
  model.dropout().Stop();
  model.Tap(0, tap);
  const at::Tensor logits = model.Forward(ListOf(ToModel(batch, rows).tokens)).front();
  model.Tap(0, {});
  return logits.narrow(0, 0, batch.rows * batch.length);
}

}  // namespace

LoggedPass RunLogged(TrainedModel& model, const Batch& batch, std::int64_t rows,
                     std::int64_t heads) {
  LoggedPass pass;
  const auto own = [&](const at::Tensor& all) {
    return FirstHead(all, rows, heads).narrow(0, 0, batch.rows).contiguous();
  };
  pass.logits = RunTapped(model, batch, rows, [&](HeadValues& head) {
    pass.head = {own(head.queries), own(head.values), own(head.weights), own(head.outputs)};
  });
  return pass;
}

at::Tensor RunReplaced(TrainedModel& model, const Batch& batch, std::int64_t rows,
                       std::int64_t heads, const HeadReplacement& replacement) {
  return RunTapped(model, batch, rows, [&](HeadValues& head) {
    FirstHead(head.outputs, rows, heads)
        .copy_(
            replacement(FirstHead(head.queries, rows, heads), FirstHead(head.values, rows, heads)));
  });
}

HeadLog LogHead(TrainedModel& model, const std::vector<Batch>& batches, std::int64_t rows,
                std::int64_t heads) {
  std::vector<at::Tensor> queries, values, weights, outputs;
  for (const Batch& batch : batches) {
    const HeadLog head = RunLogged(model, batch, rows, heads).head;
    queries.push_back(head.queries);
    values.push_back(head.values);
    weights.push_back(head.weights);
    outputs.push_back(head.outputs);
  }
  return {at::cat(queries), at::cat(values), at::cat(weights), at::cat(outputs)};
}

TwoLayerMlp::TwoLayerMlp(const std::string& name, std::int64_t inputs, std::int64_t hidden,
                         std::int64_t outputs, std::uint64_t seed)
    : inputs_(inputs) {
  first_weight_ = AddParameter(name + ".in.weight", {hidden, inputs});
  first_bias_ = AddConstantParameter(name + ".in.bias", {hidden}, 0);
  last_weight_ = AddParameter(name + ".out.weight", {outputs, hidden});
  last_bias_ = AddConstantParameter(name + ".out.bias", {outputs}, 0);
  Initialize({.initialization = Initialization::kPyTorch}, seed, *this);
}

std::vector<InputSpec> TwoLayerMlp::Inputs() const { return {{"x", {1, inputs_}}}; }

std::vector<at::Tensor> TwoLayerMlp::Forward(std::vector<at::Tensor> inputs) {
  at::Tensor x = std::move(inputs.front());
  inputs.clear();
  at::Tensor hidden = at::relu(Linear(std::move(x), first_weight_, first_bias_));
  return ListOf(Linear(std::move(hidden), last_weight_, last_bias_));
}

at::Tensor SeenLogits(const at::Tensor& logits, bool future_keys) {
  if (future_keys) return logits;
  const std::int64_t length = logits.size(1);
  const at::Tensor behind = at::ones({length, length}, at::kBool).triu_(1);
  return logits.masked_fill(behind, -std::numeric_limits<double>::infinity());
}

at::Tensor ChooseKeys(const at::Tensor& seen_logits, std::int64_t kept) {
  const auto top = at::topk(seen_logits, kept, -1, /*largest=*/true, /*sorted=*/true);
  return std::get<1>(top).masked_fill(at::isneginf(std::get<0>(top)), -1);
}

at::Tensor ValueRows(const at::Tensor& values, const at::Tensor& chosen) {
  const std::int64_t windows = values.size(0), length = values.size(1), width = values.size(2);
  const std::int64_t kept = chosen.size(2);
  const at::Tensor first = at::arange(windows).mul_(length).view({windows, 1, 1});
  const at::Tensor places = at::clamp_min(chosen, 0).add_(first).view({-1});
  const at::Tensor rows = values.reshape({windows * length, width})
                              .index_select(0, places)
                              .mul_(chosen.ge(0).view({-1, 1}));
  return rows.view({windows * length, kept * width});
}

at::Tensor OwnValueRows(const at::Tensor& values, std::int64_t kept) {
  return values.reshape({-1, values.size(2)}).repeat({1, kept});
}

SparseHead::SparseHead(const PipelineSpec& pipeline, std::int64_t length, std::int64_t head_width,
                       std::uint64_t seed)
    : kept_(pipeline.kept),
      future_keys_(pipeline.future_keys),
      selector_("selector", head_width, pipeline.selector_hidden, length, seed),
      approximator_("approximator", pipeline.kept * head_width, pipeline.approximator_hidden,
                    head_width, seed) {}

at::Tensor SparseHead::Logits(const at::Tensor& queries) {
  const at::Tensor logits = selector_(queries.reshape({-1, queries.size(2)}));
  return SeenLogits(logits.view({queries.size(0), queries.size(1), -1}), future_keys_);
}

at::Tensor SparseHead::Approximate(const at::Tensor& values, const at::Tensor& chosen) {
  return approximator_(ValueRows(values, chosen)).view(values.sizes());
}

}  // namespace costcheck
