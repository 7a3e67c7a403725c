#include <algorithm>

#include "costmodel/algebra/error.h"
#include "costmodel/operators/gradient.h"
#include "costmodel/operators/graph.h"

namespace costcheck {

TensorId GraphBuilder::AddTensor(Tensor tensor) {
  tensor.repeat = repeat_;
  graph_.tensors.push_back(std::move(tensor));
  return graph_.tensors.size() - 1;
}

TensorId GraphBuilder::Input(std::string name, std::vector<Expr> shape, DType dtype) {
  Tensor tensor{.name = std::move(name), .shape = std::move(shape), .dtype = dtype};
  tensor.role = Role::kInput;
  tensor.requires_grad = dtype == DType::kFloat;
  return AddTensor(std::move(tensor));
}

TensorId GraphBuilder::Parameter(std::string name, std::vector<Expr> shape) {
  return AddTensor({.name = std::move(name), .shape = std::move(shape), .role = Role::kParameter});
}

TensorId GraphBuilder::Buffer(std::string name, std::vector<Expr> shape) {
  Tensor tensor{.name = std::move(name), .shape = std::move(shape), .role = Role::kBuffer};
  tensor.requires_grad = false;
  return AddTensor(std::move(tensor));
}

TensorId GraphBuilder::Cache(std::string name, std::vector<Expr> shape) {
  return AddTensor({.name = std::move(name), .shape = std::move(shape), .role = Role::kCache});
}

TensorId GraphBuilder::Activation(std::string name, std::vector<Expr> shape) {
  return AddTensor({.name = std::move(name), .shape = std::move(shape)});
}

TensorId GraphBuilder::PairTensor(std::string name, std::vector<Expr> shape, const Pairs& pairs) {
  Tensor tensor{.name = std::move(name), .shape = std::move(shape)};
  tensor.pairs = pairs;
  return AddTensor(std::move(tensor));
}

TensorId GraphBuilder::Index(std::string name, std::vector<Expr> shape) {
  Tensor tensor{.name = std::move(name), .shape = std::move(shape), .dtype = DType::kIndex};
  tensor.requires_grad = false;
  return AddTensor(std::move(tensor));
}

TensorId GraphBuilder::View(std::string name, TensorId of, std::vector<Expr> shape) {
  COSTCHECK_CHECK(of < graph_.tensors.size());
  Tensor tensor = graph_.tensors[of];
  tensor.name = std::move(name);
  tensor.shape = std::move(shape);
  tensor.pairs.reset();
  tensor.view_of = of;
  return AddTensor(std::move(tensor));
}

TensorId GraphBuilder::Detach(TensorId of) {
  COSTCHECK_CHECK(of < graph_.tensors.size());
  Tensor tensor = graph_.tensors[of];
  tensor.name += " (detached)";
  tensor.view_of = of;
  tensor.requires_grad = false;
  return AddTensor(std::move(tensor));
}

TensorId GraphBuilder::Apply(Kind kind, std::vector<TensorId> in, TensorId out) {
  COSTCHECK_CHECK(out < graph_.tensors.size());
  COSTCHECK_CHECK(!in.empty());
  for (TensorId id : in) COSTCHECK_CHECK(id < graph_.tensors.size());
  Operator op{.kind = kind, .part = part_, .in = std::move(in), .out = {out}};
  op.repeat = repeat_;
  op.kernel = kernel_;
  graph_.operators.push_back(std::move(op));
  return out;
}

TensorId GraphBuilder::Linear(const std::string& name, TensorId in, const Expr& inner,
                              const Expr& outer, bool bias) {
  COSTCHECK_CHECK(in < graph_.tensors.size());
  const TensorId weight = Parameter(name + ".weight", {inner, outer});
  Tensor result{.name = name, .shape = graph_.tensors[in].shape};
  COSTCHECK_CHECK(!result.shape.empty());
  result.shape.back() = outer;
  result.pairs = graph_.tensors[in].pairs;
  const TensorId product = AddTensor(result);
  Apply(Kind::kMatMul, {in, weight}, product);
  if (!bias) return product;
  At(product).on_chip = true;
  result.name += " + bias";
  return Apply(Kind::kAdd, {product, Parameter(name + ".bias", {outer})},
               AddTensor(std::move(result)));
}

Operator& GraphBuilder::Last() {
  COSTCHECK_CHECK(!graph_.operators.empty());
  return graph_.operators.back();
}

TensorId GraphBuilder::CrossEntropy(TensorId logits, TensorId targets) {
  const TensorId loss = Activation("loss", {1});
  const TensorId log_probabilities = Activation("log-probabilities", At(logits).shape);
  At(log_probabilities).requires_grad = false;  // read by nothing but the gradient
  Apply(Kind::kCrossEntropy, {logits, targets}, loss);
  Last().out.push_back(log_probabilities);
  return loss;
}

TensorId GraphBuilder::Append(const Graph& part, TensorId in, std::string_view prefix) {
  const TensorId out = Splice(graph_, part, in, prefix);
  for (const Operator& op : graph_.operators) kernels_ = std::max(kernels_, op.kernel);
  return out;
}

void GraphBuilder::AddHeads(Expr heads, Pairs pairs) {
  graph_.heads.push_back({std::move(heads), std::move(pairs)});
}

void GraphBuilder::Assume(std::string text) { graph_.assumptions.push_back(std::move(text)); }

Graph GraphBuilder::Take(Expr sequences) {
  graph_.sequences = std::move(sequences);
  SettleGradients(graph_);
  SettleKernels(graph_);
  return std::move(graph_);
}

}  // namespace costcheck
