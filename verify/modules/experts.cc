#include "verify/modules/experts.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor ExpertsOf(const at::Tensor& places, std::int64_t experts) {
  return at::remainder(places.view(-1), experts);
}

/// Choices, numbered as they lie in `places`, and their tokens, expert by expert. Made anew in
/// backward, so that nothing but the places is kept.
struct Order {
  at::Tensor choices, tokens;

  Order(const at::Tensor& places, std::int64_t experts)
      : choices(std::get<1>(at::sort(ExpertsOf(places, experts), /*stable=*/true, 0,
                                     /*descending=*/false))),
        tokens(at::floor_divide(choices, places.size(1))) {}
};

constexpr const char* kExperts = "experts";

void Save(AutogradContext* context, const at::Tensor& places, std::int64_t experts) {
  context->save_for_backward({places});
  context->saved_data[kExperts] = experts;
}

Order SavedOrder(AutogradContext* context) {
  return {context->get_saved_variables()[0], context->saved_data[kExperts].toInt()};
}

/// Rows of tokens [n, d] to those of choices [n*chosen, d], expert by expert.
class SendToExperts : public torch::autograd::Function<SendToExperts> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& rows,
                            const at::Tensor& places, std::int64_t experts) {
    Save(context, places, experts);
    return at::index_select(rows, 0, Order(places, experts).tokens);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const Order order = SavedOrder(context);
    const std::int64_t tokens = context->get_saved_variables()[0].size(0);
    const at::Tensor& gradient = gradients[0];
    at::Tensor sums = at::zeros({tokens, gradient.size(1)}, gradient.options());
    return {sums.index_add_(0, order.tokens, gradient), {}, {}};
  }
};

/// Rows [n*chosen, d], expert by expert, to [n, chosen, d], token by token.
class SendBack : public torch::autograd::Function<SendBack> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& rows,
                            const at::Tensor& places, std::int64_t experts) {
    Save(context, places, experts);
    const at::Tensor back = at::empty_like(rows);
    back.index_copy_(0, Order(places, experts).choices, rows);
    return back.view({places.size(0), places.size(1), rows.size(1)});
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const at::Tensor rows = gradients[0].reshape({-1, gradients[0].size(2)});
    return {at::index_select(rows, 0, SavedOrder(context).choices), {}, {}};
  }
};

/// Of scores [n, experts] the places of the greatest of every row.
at::Tensor PlacesOfGreatest(const at::Tensor& scores, std::int64_t chosen) {
  const c10::NoGradGuard no_gradient;
  const std::int64_t rows = scores.size(0), experts = scores.size(1);
  COSTCHECK_CHECK(rows * experts <= std::numeric_limits<std::int32_t>::max());
  const at::Tensor best =
      std::get<1>(at::sort(scores, /*stable=*/true, 1, /*descending=*/true)).narrow(1, 0, chosen);
  const at::Tensor starts = at::arange(0, rows * experts, experts, best.options());
  return at::add(best, starts.unsqueeze(1)).to(at::kInt);
}

/// How many choices fall on each expert.
std::vector<std::int64_t> CountsOf(const at::Tensor& places, std::int64_t experts) {
  const at::Tensor counts = at::bincount(ExpertsOf(places, experts), {}, experts).cpu();
  const auto* first = counts.data_ptr<std::int64_t>();
  return {first, first + experts};
}

at::Tensor Run(FeedForwardModule& module, at::Tensor rows) {
  std::vector<at::Tensor> outputs = module.Forward(ListOf(std::move(rows)));
  return std::move(outputs.front());
}

}  // namespace

ExpertsModule::ExpertsModule(const ExpertsSizes& sizes) : sizes_(sizes) {
  COSTCHECK_CHECK(1 <= sizes.chosen && sizes.chosen <= sizes.experts);
  COSTCHECK_CHECK(!sizes.shared_gate || sizes.shared_inner > 0);
  router_ = AddParameter("router.weight", {sizes.experts, sizes.width});
  if (sizes.router_bias) router_bias_ = AddConstantParameter("router.bias", {sizes.experts}, 0);
  for (std::int64_t i = 0; i < sizes.experts; ++i) {
    experts_.push_back(NewExpert(sizes.inner));
    Adopt("expert" + std::to_string(i + 1), experts_.back());
  }
  if (sizes.shared_inner == 0) return;
  shared_.push_back(NewExpert(sizes.shared_inner));
  Adopt("shared", shared_.back());
  if (sizes.shared_gate) shared_gate_ = AddParameter("shared_gate.weight", {1, sizes.width});
}

// How many rows it is given is another number in every pass; batch and length are not used.
FeedForwardModule ExpertsModule::NewExpert(std::int64_t inner) const {
  return FeedForwardModule({.batch = sizes_.batch,
                            .length = sizes_.length,
                            .width = sizes_.width,
                            .inner = inner,
                            .bias = false,
                            .gated = true});
}

std::vector<InputSpec> ExpertsModule::Inputs() const {
  return {{"x", {sizes_.batch, sizes_.length, sizes_.width}}};
}

std::vector<at::Tensor> ExpertsModule::Forward(std::vector<at::Tensor> inputs) {
  const std::vector<std::int64_t> shape = inputs.front().sizes().vec();
  at::Tensor rows = std::move(inputs.front()).reshape({-1, sizes_.width});
  inputs.clear();
  at::Tensor out;
  {
    const auto [places, gates] = Route(rows);
    const at::Tensor made = RunChosen(rows, places);
    out = at::mul(made, gates.unsqueeze(2));
  }
  out = at::sum(out, 1);
  if (!shared_.empty()) out = at::add(out, RunShared(std::move(rows)));
  return ListOf(out.view(shape));
}

ExpertsModule::Routes ExpertsModule::Route(at::Tensor rows) const {
  at::Tensor scores = Linear(std::move(rows), router_, router_bias_);
  if (sizes_.sigmoid) {
    scores = at::sigmoid(scores);
  } else if (!sizes_.renormalised) {
    scores = at::softmax(scores, 1);
  }
  const at::Tensor places = PlacesOfGreatest(scores, sizes_.chosen);
  return {places, Gates(std::move(scores), places)};
}

at::Tensor ExpertsModule::Gates(at::Tensor scores, const at::Tensor& places) const {
  const at::Tensor taken = at::index_select(scores.view(-1), 0, places.view(-1));
  const at::Tensor chosen = taken.view(places.sizes());
  if (!sizes_.renormalised) return chosen;
  if (!sizes_.sigmoid) return at::softmax(chosen, 1);
  return at::div(chosen, at::sum(chosen, 1, /*keepdim=*/true));
}

at::Tensor ExpertsModule::RunChosen(at::Tensor rows, const at::Tensor& places) {
  const std::vector<std::int64_t> counts = CountsOf(places, sizes_.experts);
  rows = SendToExperts::apply(std::move(rows), places, sizes_.experts);
  std::vector<at::Tensor> parts = at::split_with_sizes(rows, counts);
  rows.reset();
  std::vector<at::Tensor> made;
  for (std::size_t e = 0; e < parts.size(); ++e) {
    if (counts[e] > 0) made.push_back(Run(experts_[e], std::move(parts[e])));
  }
  parts.clear();
  rows = at::cat(made);
  made.clear();
  return SendBack::apply(std::move(rows), places, sizes_.experts);
}

at::Tensor ExpertsModule::RunShared(at::Tensor rows) {
  if (!sizes_.shared_gate) return Run(shared_.front(), std::move(rows));
  const at::Tensor gate = at::sigmoid(LinearWithoutBias(rows, shared_gate_));
  return at::mul(Run(shared_.front(), std::move(rows)), gate);
}

}  // namespace costcheck
