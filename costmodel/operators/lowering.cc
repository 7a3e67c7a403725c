#include "costmodel/operators/lowering.h"

#include "costmodel/operators/cost.h"
#include "costmodel/operators/gradient.h"

namespace costcheck {
namespace {

using Rule = std::vector<ExtraKept> (*)(const Operator& op, const Graph& graph, PairRule rule);

std::vector<ExtraKept> OfRmsNorm(const Operator& op, const Graph& graph, PairRule rule) {
  return {{op.in[0], BytesOf(graph.tensors[op.in[0]], rule), "rows before their weight"}};
}

std::vector<ExtraKept> OfCrossEntropy(const Operator& op, const Graph& graph, PairRule rule) {
  const Tensor& targets = graph.tensors[op.in[1]];
  return {{op.in[1], BytesOf(targets, rule), "targets as int64"},
          {op.out[0], BytesPerElement(DType::kFloat), "sum of the targets' weights"}};
}

/// Rows of a matrix are read as they lie; so are those of one sequence, and one row of each.
bool LiesAsRows(const Tensor& rows) {
  return rows.shape.size() < 3 || rows.shape[0] == Expr(1) || rows.shape[1] == Expr(1);
}

std::vector<ExtraKept> OfProduct(const Operator& op, const Graph& graph, PairRule rule) {
  const Tensor &rows = graph.tensors[op.in[0]], &whole = graph.tensors[RootOf(graph, op.in[0])];
  const Tensor& weight = graph.tensors[op.in[1]];
  const bool by_weight = op.kernel == 0 && weight.role == Role::kParameter;
  const bool part = !(ElementsOf(rows, rule) == ElementsOf(whole, rule));
  if (!by_weight || !part || LiesAsRows(rows) || !weight.requires_grad) return {};
  return {{op.in[0], BytesOf(rows, rule), "a copy of some rows"}};
}

struct Entry {
  Kind kind;
  Rule rule;
};
constexpr Entry kDifferences[] = {
    {Kind::kRmsNorm, OfRmsNorm}, {Kind::kCrossEntropy, OfCrossEntropy}, {Kind::kMatMul, OfProduct}};

}  // namespace

std::vector<ExtraKept> ExtraKeptByLibTorch(const Operator& op, const Graph& graph, PairRule rule) {
  if (!HasBackward(op, graph)) return {};
  for (const Entry& entry : kDifferences) {
    if (entry.kind == op.kind) return entry.rule(op, graph, rule);
  }
  return {};
}

}  // namespace costcheck
