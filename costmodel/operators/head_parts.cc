#include "costmodel/operators/head_parts.h"

#include <utility>

#include "costmodel/operators/dense_core.h"

namespace costcheck {
namespace {

/// The output that an operator writes some of the heads of, all rows of them.
std::optional<TensorId> HeadsOutput(const Graph& graph, const Operator& op) {
  const TensorId out = op.out[0], root = RootOf(graph, out);
  const std::vector<Expr>&part = graph.tensors[out].shape, &whole = graph.tensors[root].shape;
  if (out == root || op.part != Part::kCore || part.size() != 4 || whole.size() != 4) {
    return std::nullopt;
  }
  if (RootOf(graph, op.in[0]) == root || !(part[2] == whole[2])) return std::nullopt;
  return root;
}

bool IsHeadwise(const Graph& graph, const Operator& op) {
  return op.kind == Kind::kMatMul && graph.tensors[op.in[1]].role == Role::kParameter &&
         graph.tensors[op.in[1]].shape.size() == 3;
}

/// What the run of core operators from `first` on writes in parts.
std::optional<TensorId> OutputOfRun(const Graph& graph, std::size_t first) {
  for (std::size_t i = first; i < graph.operators.size(); ++i) {
    const Operator& op = graph.operators[i];
    if (op.part != Part::kCore || op.kind == Kind::kScale || op.kind == Kind::kAdd) {
      return std::nullopt;
    }
    if (const std::optional<TensorId> out = HeadsOutput(graph, op)) return out;
  }
  return std::nullopt;
}

}  // namespace

bool HeadParts::StartsAt(const Graph& graph, std::size_t first) {
  return OutputOfRun(graph, first).has_value();
}

HeadParts::HeadParts(Replay& replay, std::size_t first)
    : replay_(replay),
      aten_(replay.aten_),
      at_(first),
      out_(*OutputOfRun(replay.graph_, first)),
      heads_(replay.HeadsOf(out_)) {}

std::int64_t HeadParts::HeadsWritten(std::size_t op) const {
  return replay_.SizesOf(replay_.At(op).out[0])[1];
}

std::size_t HeadParts::Run() {
  const Graph& graph = replay_.graph_;
  while (at_ < graph.operators.size() && graph.operators[at_].part == Part::kCore) {
    const Operator& op = replay_.At(at_);
    if (op.kind == Kind::kGather && IsHeadwise(graph, replay_.At(at_ + 1))) {
      RunApproximated();
    } else if (op.kernel == 0) {
      RunDense();
    } else {
      RunGathered();
    }
  }
  replay_.Write(out_, Joined());
  return at_;
}

/// Gather, product, relu, product.
void HeadParts::RunApproximated() {
  replay_.RunKernel(at_);
  const std::int64_t heads = HeadsWritten(at_ + 3), rows = heads_.batch * heads_.rows;
  const auto weight = [&](std::size_t i) { return replay_.Read(replay_.At(i).in[1]); };
  const Tracked first = weight(at_ + 1), second = weight(at_ + 3);
  const Tracked values =
      replay_.ReadAs(replay_.At(at_).out[0], {heads, rows, first.value->layout.sizes[1]});
  const auto hidden_of = [&] {
    return aten_.SavingOutput(aten_.BatchedProduct(values, first, "approximator"),
                              "approximator relu");
  };
  const Tracked hidden = hidden_of();
  const Tracked out = aten_.BatchedProduct(hidden, second, "head output");
  parts_.push_back(aten_.Permute(
      aten_.Reshape(out, {heads, heads_.batch, heads_.rows, heads_.width}), {1, 2, 0, 3}));
  written_ += heads;
  at_ += 4;
  const Operator& gather = replay_.At(at_ - 4);
  for (TensorId id : {gather.out[0], gather.in[1]}) {
    replay_.variables_.erase(RootOf(replay_.graph_, id));
  }
}

void HeadParts::SplitHeads(TensorId q, TensorId k, TensorId v) {
  if (!q_.empty()) return;
  const auto split = [this](TensorId id) {
    const HeadSizes n = replay_.HeadsOf(id);
    const Tracked rows = replay_.Read(id);
    return aten_.Unbind(aten_.Reshape(rows, {n.batch, n.rows, n.heads, n.width}), 2);
  };
  q_ = split(RootOf(replay_.graph_, q));  // of all heads
  k_ = split(k);
  v_ = split(v);
}

/// The next head's, each [batch, rows, width].
HeadParts::HeadInputs HeadParts::NextHead() {
  const std::size_t head = static_cast<std::size_t>(written_++);
  const std::size_t shared = q_.size() / k_.size();
  return {q_[head], k_[head / shared], v_[head / shared]};
}

void HeadParts::AddPart(const Tracked& out) {
  parts_.push_back(aten_.Reshape(out, {heads_.batch, heads_.rows, 1, heads_.width}));
}

/// Product, softmax, product.
void HeadParts::RunDense() {
  const Operator &scores = replay_.At(at_), &last = replay_.At(at_ + 2);
  SplitHeads(scores.in[0], scores.in[1], last.in[1]);
  const ScoreMask mask = replay_.MaskOf(scores.out[0], heads_.rows);
  for (std::int64_t left = HeadsWritten(at_ + 2); left > 0; --left) {
    const HeadInputs head = NextHead();
    AddPart(DenseAttention(aten_, head.q, aten_.Permute(head.k, {0, 2, 1}), head.v, mask));
  }
  at_ += 3;
}

/// Gathers of keys and of values, product, softmax, product.
void HeadParts::RunGathered() {
  const Operator &keys = replay_.At(at_), &values = replay_.At(at_ + 1),
                 &scores = replay_.At(at_ + 2);
  SplitHeads(scores.in[0], keys.in[0], values.in[0]);
  const std::int64_t slots =
      replay_.Number(Count(*replay_.TensorOf(scores.out[0]).pairs, PairRule::kExecuted));
  const std::int64_t kept = replay_.SizesOf(keys.in[1]).back();
  for (std::int64_t left = HeadsWritten(at_ + 4); left > 0; --left) {
    AddPart(Gathered(NextHead(), kept, slots));
  }
  at_ += 5;
}

Tracked HeadParts::Gathered(const HeadInputs& head, std::int64_t kept, std::int64_t slots) {
  const Dimensions weights = {heads_.batch, 1, slots};
  const auto of_one = [this](const Tracked& x) {
    const Dimensions& sizes = x.value->layout.sizes;
    return aten_.Reshape(x, {sizes[0], sizes[1], 1, sizes[2]});
  };
  const std::vector<Tracked> inputs = {of_one(head.q), of_one(head.k), of_one(head.v)};
  const Handle index =
      aten_.NewArray({heads_.batch, 1, heads_.rows, kept}, kIndexBytes, "given indices");
  aten_.NewArray({heads_.rows, kept}, kIndexBytes, "given indices of one sequence");
  const Handle out = aten_.New(inputs[0].value->layout.sizes, "head output");
  const Handle of_slots = aten_.New(weights, "weights");
  const Dimensions rows = inputs[0].value->layout.sizes, others = inputs[1].value->layout.sizes;
  const auto back = [&aten = aten_, rows, others, weights](const std::vector<Handle>&,
                                                           const std::vector<Handle>&) {
    std::vector<Handle> results = {aten.New(rows, "gradient of q of a head"),
                                   aten.New(others, "gradient of k of a head"),
                                   aten.New(others, "gradient of v of a head")};
    aten.New(weights, "workspace");
    return results;
  };
  std::vector<Handle> saved = {index, of_slots};
  for (const Tracked& input : inputs) saved.push_back(input.value);
  return aten_.tape().Record(inputs, std::move(saved), {out}, back).front();
}

/// With zeros for the heads that no operator writes.
Tracked HeadParts::Joined() {
  const std::int64_t others = heads_.heads - written_;
  if (others > 0) {
    parts_.push_back({aten_.New({heads_.batch, heads_.rows, others, heads_.width}, "zeros")});
  }
  const Tracked all = aten_.Concatenate(parts_, 2, "head output");
  return aten_.Reshape(all, {heads_.batch, heads_.rows, heads_.heads * heads_.width});
}

}  // namespace costcheck
