#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "costmodel/algebra/expr.h"
#include "costmodel/operators/aten.h"
#include "costmodel/operators/graph.h"
#include "costmodel/operators/head_groups.h"

namespace costcheck {

/// What is added to scores [.., queries, keys] so that a query sees no later key.
struct ScoreMask {
  bool masks;
  std::int64_t queries;
};

/// Runs the operators of a graph at bound sizes, one after the other, as LibTorch's operators
/// (aten.h) and as kernels of our own, and keeps every tensor that is still to be read.
///
///   a kernel     allocates what leaves it and what it keeps, then its workspace; in backward the
///                gradients of what it reads, then its backward workspace
///   a product by a parameter  at::linear, the parameter lying transposed; at::addmm with a bias
///   softmax(q k^T) v          dense_core.cc
///
/// A tensor lies in the order [batch, rows, heads, width] where a graph has [batch, heads, rows,
/// width]: that is how projections write and kernels read.
class Replay {
 public:
  /// Sizes are whole numbers under `values`. CostError naming the symbol that is left open, and for
  /// operators that repeat.
  Replay(const Graph& graph, const Values& values, Aten& aten);

  /// Allocates what the step reads from outside: inputs, not parameters and buffers.
  void MakeInputs();
  void Run();
  /// The sum over all elements of all results, which are released.
  Tracked TakeSum();
  /// Leaves in the order of the graph's tensors.
  const std::map<TensorId, Tracked>& parameters() const { return parameters_; }

 private:
  friend class DenseCore;
  friend class LinearCore;
  friend class HeadParts;

  const Operator& At(std::size_t i) const { return graph_.operators[i]; }
  const Tensor& TensorOf(TensorId id) const { return graph_.tensors[id]; }
  std::int64_t Number(const Expr& value) const;
  Dimensions SizesOf(TensorId id) const;
  std::int64_t ElementBytes(TensorId id) const;
  /// Of a tensor [batch, heads, rows, width].
  HeadSizes HeadsOf(TensorId id) const;
  bool IsSum(TensorId id) const;
  /// Of scores, for so many queries.
  ScoreMask MaskOf(TensorId scores, std::int64_t queries) const;

  void MakeGiven(TensorId id);
  /// The variable that stands for a tensor, under the tensor's own sizes.
  Tracked Read(TensorId id);
  Tracked ReadAs(TensorId id, const Dimensions& sizes);
  /// The same, let go where no operator after `last` reads it.
  Tracked Take(TensorId id, std::size_t last);
  Handle NewOutput(TensorId id);
  /// Into a tensor that another operator has written part of before: copied to its place.
  void Write(TensorId id, Tracked variable);
  void ReleaseReadUpTo(std::size_t last);
  bool IsParameter(TensorId id) const;
  bool IsResult(TensorId id) const;
  bool IsWeight(TensorId id) const;
  Tracked Weight(TensorId id);

  /// Runs the operator and those that go with it; returns the number of the next one.
  std::size_t RunFrom(std::size_t first);
  void RunPlain(std::size_t i);
  std::size_t RunProduct(std::size_t i);
  Tracked RunProductOfTwo(const Operator& op);
  std::size_t RunKernel(std::size_t first);
  void RunNorm(std::size_t i);
  void RunLookup(const Operator& op);
  void RunLoss(std::size_t i);
  Tracked RunSum(const Operator& op);
  Tracked RunMultiply(const Operator& op);
  Tracked Exponential(const Tracked& x, const Operator& op);

  const Graph& graph_;
  Values values_;
  Aten& aten_;
  std::map<TensorId, Tracked> parameters_;
  std::map<TensorId, Tracked> variables_;  ///< by root
  std::vector<TensorId> results_;          ///< what differentiated operators put out and none reads
  std::vector<std::size_t> last_reader_;   ///< of each root, one past the operator; 0: none
};

}  // namespace costcheck
