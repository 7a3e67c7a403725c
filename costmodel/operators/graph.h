#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "costmodel/algebra/expr.h"

// A component is a small graph of operators over tensors with symbolic shapes.
// Cost, backward, bytes, parameters and kept memory are derived from it by the
// rules in cost.h and memory.h; nothing of them is stated twice.

namespace costcheck {

enum class DType {
  kFloat,  ///< p bytes an element
  kIndex,  ///< 4 bytes: the least power of two that holds any position below 2^31
};

enum class Role {
  kInput,
  kParameter,
  kActivation,
  kBuffer,  ///< held beside the parameters and not trained
  kCache,   ///< what a decoder keeps from token to token
  kOutput,
};

/// Where an operator belongs; a scope is a set of parts.
enum class Part {
  kProjection,
  kSelection,  ///< deciding which keys are attended to
  kCore,       ///< what stands for softmax(QK^T)V over the selected keys
  kNorm,
  kFeedForward,
  kEmbedding,
  kLogits,
  kLoss,
};

/// Query-key pairs of one head of one sequence, counted four ways.
struct Pairs {
  Expr dense;     ///< all T*S
  Expr unmasked;  ///< what the pattern keeps if the causal mask is ignored
  Expr useful;    ///< what the definition needs, mask applied exactly
  Expr executed;  ///< what the described implementation performs
};

/// Which of the four a count uses; the Convention decides (convention.h).
enum class PairRule { kDense, kUnmasked, kHalf, kUseful, kExecuted };

/// kHalf is T*S/2 where the pattern keeps everything, and useful otherwise:
/// the published halving is meant for dense attention.
Expr Count(const Pairs& pairs, PairRule rule);

using TensorId = std::size_t;

/// Elements: the product of `shape`, times Count(*pairs) where `pairs` is set
/// (the score matrix of the heads that `shape` lists). `repeat` is not in it.
struct Tensor {
  std::string name;
  std::vector<Expr> shape;
  DType dtype = DType::kFloat;
  Role role = Role::kActivation;
  std::optional<Pairs> pairs{};
  std::optional<TensorId> view_of{};  ///< shares its storage
  bool requires_grad = true;
  bool on_chip = false;  ///< lives inside a fused kernel: no bytes, nothing kept
  Expr repeat = 1;       ///< how many of it there are: one in each layer
};

enum class Kind {
  kMatMul,     ///< in[0] x in[1]; over pairs where a tensor has them
  kSoftmax,    ///< rows of in[0]
  kAdd,        ///< sum of all inputs, element by element (a bias broadcasts)
  kScale,      ///< by a constant
  kMultiply,   ///< in[0] * in[1], element by element
  kRelu,       ///<
  kGelu,       ///< one special function an element
  kSilu,       ///< one special function an element
  kSigmoid,    ///< one special function an element
  kExp,        ///< one special function an element
  kLayerNorm,  ///< rows of in[0], then scale and shift by in[1], in[2]
  kRmsNorm,    ///< rows of in[0], then scale by in[1]
  kTopK,       ///< the `amount` largest of every row of in[0] (or of its pairs)
  kSort,       ///< rows of in[0]
  kGather,     ///< rows of in[0] at the positions in[1]
  kLookup,     ///< rows of the table in[0] for the tokens in[1], made of others where in[2] is set
  kReduceSum,  ///< in[0] summed (or averaged, or its extreme) into out[0]
  /// Rows of in[0], logits, against the positions in[1], one a row; the mean over
  /// the rows into out[0], one number, and all log-probabilities into out[1].
  kCrossEntropy,
};

struct Operator {
  Kind kind;
  Part part;
  std::vector<TensorId> in;
  std::vector<TensorId> out{};
  Expr repeat = 1;  ///< how often the operator runs: layers
  /// kTopK: how many are taken. Unused elsewhere.
  Expr amount = 0;
  /// False where no gradient flows (selection by top-k, sorting by hashes).
  bool differentiable = true;
  /// Run once more in backward, its output not kept (recomputing kernels).
  bool recomputed = false;
  /// How often each input is read from memory, where not once (tiled kernels).
  std::vector<Expr> read_times{};
  /// What its gradient reads beside what its kind says (SavedForBackward, gradient.h).
  std::vector<TensorId> also_saved{};
  /// Operators that follow each other and have the same number, not 0, are one
  /// kernel: what one of them hands to the next is never a tensor in memory, but
  /// for what the kernel keeps for backward.
  int kernel = 0;
  /// Bytes beside its outputs (in backward, beside the gradients that it makes) that it
  /// holds at most while it runs, and not after; of a kernel the sum over its operators.
  Expr workspace = 0;
  Expr backward_workspace = 0;
};

/// Heads that share one pattern.
struct HeadGroup {
  Expr heads;
  Pairs pairs;
};

struct Graph {
  std::vector<Tensor> tensors;
  std::vector<Operator> operators;
  /// The attention patterns in it, the component's own first.
  std::vector<HeadGroup> heads;
  /// B sequences in each of L layers: what `heads` is multiplied with.
  Expr sequences = 1;
  /// What was assumed, printed with every result ("clusters are balanced").
  std::vector<std::string> assumptions;
};

/// Builds a graph; every operator and parameter it adds carries `part` and
/// `repeat` as set last.
class GraphBuilder {
 public:
  explicit GraphBuilder(Expr repeat = 1) : repeat_(std::move(repeat)) {}

  TensorId Input(std::string name, std::vector<Expr> shape, DType dtype = DType::kFloat);
  TensorId Parameter(std::string name, std::vector<Expr> shape);
  TensorId Buffer(std::string name, std::vector<Expr> shape);
  TensorId Cache(std::string name, std::vector<Expr> shape);
  TensorId Activation(std::string name, std::vector<Expr> shape);
  /// [shape..., pairs]: scores or weights, one for every pair.
  TensorId PairTensor(std::string name, std::vector<Expr> shape, const Pairs& pairs);
  TensorId Index(std::string name, std::vector<Expr> shape);
  TensorId View(std::string name, TensorId of, std::vector<Expr> shape);
  /// The same storage, but no gradient flows back through it.
  TensorId Detach(TensorId of);

  void SetPart(Part part) { part_ = part; }
  /// Appends an operator that writes `out`; returns out.
  TensorId Apply(Kind kind, std::vector<TensorId> in, TensorId out);
  /// in[..., n] x a new parameter[n, m] (+ a new bias[m]) -> activation[..., m].
  /// The bias is added before the product leaves the chip.
  TensorId Linear(const std::string& name, TensorId in, const Expr& inner, const Expr& outer,
                  bool bias = false);
  /// The operator appended last, to set what is special about it.
  Operator& Last();
  /// The mean cross-entropy of rows of logits against targets, one position a row:
  /// a kCrossEntropy and its two outputs. Returns the loss.
  TensorId CrossEntropy(TensorId logits, TensorId targets);
  /// Operators appended from here on are one kernel (Operator::kernel), until the end.
  void StartKernel() { kernel_ = ++kernels_; }
  void EndKernel() { kernel_ = 0; }
  /// Splice (below) onto the graph as it is; parts are the graph's own.
  TensorId Append(const Graph& part, TensorId in, std::string_view prefix);
  Tensor& At(TensorId id) { return graph_.tensors[id]; }

  void AddHeads(Expr heads, Pairs pairs);
  void Assume(std::string text);
  /// The finished graph, its gradients settled (gradient.h): what only selects
  /// is not differentiated, whether or not it was marked so; and its kernels: what
  /// does not leave one is on chip. Call it once.
  Graph Take(Expr sequences);

 private:
  TensorId AddTensor(Tensor tensor);

  Graph graph_;
  Part part_ = Part::kCore;
  int kernels_ = 0;
  int kernel_ = 0;
  Expr repeat_;
};

/// `b` after `a`, its tensors renumbered; the patterns and assumptions of both,
/// the sequences of `a`.
Graph Join(Graph a, const Graph& b);

/// `part` after `graph`, its tensors renumbered and their names prefixed, reading
/// `in` where it has its first input, a tensor of the same shape. Returns the tensor
/// that its last operator writes. Gradients settle anew with the whole.
TensorId Splice(Graph& graph, const Graph& part, TensorId in, std::string_view prefix);

/// Number of elements of a tensor under a pair rule.
Expr ElementsOf(const Tensor& tensor, PairRule rule);

/// The tensor whose storage `id` shares: itself where it is no view.
TensorId RootOf(const Graph& graph, TensorId id);

std::string_view Name(Kind kind);  ///< "matmul", "top_k"
std::string_view Name(Part part);  ///< "projection", "feed_forward"

}  // namespace costcheck
