#include "tests/verify/modules/module_check.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "costmodel/component.h"
#include "costmodel/operators/convention.h"
#include "verify/probe/flop_probe.h"

namespace costcheck {

ModuleShape ModuleShape::WithDefaults() const {
  ModuleShape all = *this;
  all.values.insert({{"B", 1}, {"L", 1}});
  all.values.insert({"S", all.values.at("T")});
  all.values.insert({"H_kv", all.values.at("H")});
  return all;
}

Sizes ModuleShape::AsSizes() const {
  Sizes sizes;
  sizes.causal = causal;
  sizes.values = WithDefaults().values;
  return sizes;
}

std::string ModuleShape::Text() const {
  std::string text;
  for (const auto& [name, value] : values) text += name + " = " + std::to_string(value) + ", ";
  return text + (causal ? "causal" : "both ways");
}

InDoublePrecision::InDoublePrecision() { c10::set_default_dtype(caffe2::TypeMeta::Make<double>()); }
InDoublePrecision::~InDoublePrecision() { c10::set_default_dtype(caffe2::TypeMeta::Make<float>()); }

at::Tensor NamedOf(const Module& module, const std::string& name) {
  for (const auto* list : {&module.parameters(), &module.buffers()}) {
    for (const NamedTensor& named : *list) {
      if (named.name == name) return named.tensor;
    }
  }
  throw CostError("The module has no tensor named " + name);
}

void Enlarge(const Module& module) {
  const c10::NoGradGuard no_gradient;
  for (const NamedTensor& parameter : module.parameters()) parameter.tensor.mul_(30);
}

std::vector<at::Tensor> RandomInputs(const Module& module) {
  std::vector<at::Tensor> inputs;
  for (const InputSpec& input : module.Inputs()) {
    inputs.push_back(at::randn(input.shape).set_requires_grad(true));
  }
  return inputs;
}

at::Tensor Projected(const Module& module, const at::Tensor& rows, const std::string& weight,
                     std::int64_t head_width) {
  const at::Tensor matrix = NamedOf(module, weight);
  return at::matmul(rows, matrix.t()).view({rows.size(0), rows.size(1), -1, head_width});
}

at::Tensor WeightsUnderMask(const at::Tensor& q, const at::Tensor& k, const at::Tensor& count) {
  const at::Tensor keys = k.repeat_interleave(q.size(2) / k.size(2), 2);
  const at::Tensor scores =
      at::einsum("bthw,bshw->bhts", {q, keys}) / std::sqrt(static_cast<double>(q.size(3)));
  const at::Tensor terms = at::exp(scores) * count;
  const at::Tensor sums = terms.sum(-1, true);
  return terms / (sums + at::eq(sums, 0));
}

at::Tensor AttendUnderMask(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                           const at::Tensor& count) {
  const at::Tensor values = v.repeat_interleave(q.size(2) / v.size(2), 2);
  const at::Tensor weights = WeightsUnderMask(q, k, count);
  return at::einsum("bhts,bshw->bthw", {weights, values}).reshape({q.size(0), q.size(1), -1});
}

at::Tensor MaskOf(const ModuleShape& shape, const SeesKey& sees) {
  const ModuleShape all = shape.WithDefaults();
  const std::int64_t queries = all["T"], keys = all["S"];
  at::Tensor mask = at::zeros({queries, keys}, at::kBool);
  bool* cell = mask.data_ptr<bool>();
  for (std::int64_t a = keys - queries; a < keys; ++a) {
    for (std::int64_t j = 0; j < keys; ++j) *cell++ = (!all.causal || j <= a) && sees(a, j);
  }
  return mask;
}

namespace {

struct Results {
  at::Tensor out;
  std::vector<at::Tensor> gradients;
};

std::string Differs(const std::string& name, const at::Tensor& a, const at::Tensor& b) {
  if (!a.defined() && !b.defined()) return "";
  // No gradient, and one of zeros, say the same.
  if (!a.defined()) return Differs(name, at::zeros_like(b), b);
  if (!b.defined()) return Differs(name, a, at::zeros_like(a));
  if (a.sizes() != b.sizes()) return name + " differs in shape; ";
  if (a.numel() == 0) return "";
  const double difference = at::abs(a - b).max().item<double>();
  const double size = std::max(1.0, at::abs(b).max().item<double>());
  if (difference <= 1e-10 * size) return "";  // a NaN differs
  std::ostringstream text;
  text << name << " differs by " << difference << " of " << size << "; ";
  return text.str();
}

Results Differentiate(at::Tensor out, const at::Tensor& out_gradient,
                      const std::vector<at::Tensor>& leaves) {
  return {out.detach(), torch::autograd::grad({out}, leaves, {out_gradient}, {}, false,
                                              /*allow_unused=*/true)};
}

}  // namespace

std::string DifferenceFrom(const Reference& reference, Module& module) {
  const std::vector<at::Tensor> inputs = RandomInputs(module);
  std::vector<at::Tensor> leaves = inputs;
  std::vector<std::string> names(inputs.size(), "input");
  for (const NamedTensor& parameter : module.parameters()) {
    leaves.push_back(parameter.tensor);
    names.push_back(parameter.name);
  }
  const at::Tensor out = module.Forward(inputs).front();
  const at::Tensor expected =
      at::matmul(reference(inputs.front(), inputs.back()), NamedOf(module, "out.weight").t());
  const at::Tensor out_gradient = at::randn(out.sizes());
  const Results got = Differentiate(out, out_gradient, leaves);
  const Results wanted = Differentiate(expected, out_gradient, leaves);
  std::string text = Differs("output", got.out, wanted.out);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    text += Differs("gradient of " + names[i], got.gradients[i], wanted.gradients[i]);
  }
  return text;
}

std::string FirstLeak(Module& module, const ModuleShape& shape) {
  const c10::NoGradGuard no_gradient;
  const ModuleShape all = shape.WithDefaults();
  const std::vector<at::Tensor> inputs = RandomInputs(module);
  const at::Tensor before = module.Forward(inputs).front();
  const std::int64_t queries = all["T"], keys = all["S"];
  for (std::int64_t changed = 0; changed < keys; ++changed) {
    std::vector<at::Tensor> others;
    for (const at::Tensor& input : inputs) others.push_back(input.clone());
    others.back().select(1, changed).add_(at::randn({all["d"]}));
    const at::Tensor after = module.Forward(others).front();
    // The rows at positions before the changed one.
    const std::int64_t rows = std::clamp<std::int64_t>(changed - keys + queries, 0, queries);
    if (!at::equal(after.narrow(1, 0, rows), before.narrow(1, 0, rows))) {
      return "key " + std::to_string(changed) + " is seen before its position";
    }
  }
  return "";
}

std::string FirstGradientLeak(Module& module, const ModuleShape& shape) {
  const std::vector<at::Tensor> inputs = RandomInputs(module);
  const at::Tensor out = module.Forward(inputs).front();
  const std::int64_t tokens = shape["T"];
  for (std::int64_t t = 0; t < tokens; ++t) {
    const at::Tensor of_row = out.select(1, t).sum();
    const at::Tensor gradient =
        torch::autograd::grad({of_row}, {inputs.front()}, {}, /*retain_graph=*/true).front();
    if (at::any(at::ne(gradient.narrow(1, t + 1, tokens - t - 1), 0)).item<bool>()) {
      return "token " + std::to_string(t) + " depends on a later one";
    }
  }
  return "";
}

namespace {

Rational PredictedFlops(const std::string& component, const ModuleShape& shape, Phase phase) {
  Settings settings;
  settings.causal = shape.causal;
  settings.own_head_width = true;
  for (const auto& [name, value] : shape.WithDefaults().values) settings.Set(name, value);
  Convention convention = FindConvention("first-principles");
  convention.count = PairCount::kExecuted;
  convention.scope = Scope::kModule;
  const Graph graph = BuildGraph(*FindComponent(component), settings);
  const Expr flops = CountFlops(graph, convention, phase, shape.causal).value();
  return Evaluate(flops, {});
}

}  // namespace

std::string FlopDifference(Module& module, const std::string& component, const ModuleShape& shape) {
  std::vector<at::Tensor> inputs = RandomInputs(module);
  FlopProbe probe;
  at::Tensor out = module.Forward(std::move(inputs)).front();
  out.backward(at::ones_like(out));
  const FlopReport report = probe.Stop();
  const Rational forward = PredictedFlops(component, shape, Phase::kForward);
  const Rational backward = PredictedFlops(component, shape, Phase::kTraining) - forward;
  if (report.forward == forward && report.backward == backward) return "";
  std::ostringstream text;
  text << "forward " << report.forward << ", predicted " << forward << "; backward "
       << report.backward << ", predicted " << backward;
  return text.str();
}

}  // namespace costcheck
