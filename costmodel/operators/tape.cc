#include "costmodel/operators/tape.h"

#include <algorithm>
#include <set>
#include <utility>

namespace costcheck {

Tracked Tape::Leaf(const Handle& value) {
  if (!records_) return {value};
  Node node;
  node.is_leaf = true;
  node.outputs = 1;
  nodes_.push_back(std::move(node));
  return {value, {nodes_.size() - 1, 0}};
}

std::vector<Tracked> Tape::Record(const std::vector<Tracked>& inputs, std::vector<Handle> saved,
                                  const std::vector<Handle>& outputs, Rule rule) {
  std::vector<Tracked> results;
  for (const Handle& output : outputs) results.push_back({output});
  const bool wanted = std::any_of(inputs.begin(), inputs.end(),
                                  [](const Tracked& input) { return input.RequiresGradient(); });
  if (!wanted) return results;
  Node node;
  for (const Tracked& input : inputs) {
    HoldLeaf(input);
    node.next.push_back(input.gradient);
    node.input_sizes.push_back(input.value ? input.value->layout.sizes : Dimensions());
  }
  node.saved = std::move(saved);
  node.outputs = outputs.size();
  node.rule = std::move(rule);
  nodes_.push_back(std::move(node));
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].gradient = {nodes_.size() - 1, i};
  }
  return results;
}

void Tape::HoldLeaf(const Tracked& input) {
  if (!input.RequiresGradient()) return;
  Node& node = nodes_[*input.gradient.node];
  if (node.is_leaf && !node.leaf) node.leaf = input.value;
}

const Handle& Tape::GradientOf(const Tracked& leaf) const {
  return nodes_[*leaf.gradient.node].gradient;
}

/// One backward pass.
class Tape::Pass {
 public:
  explicit Pass(Tape& tape)
      : tape_(tape), waiting_(tape.nodes_.size()), arrived_(tape.nodes_.size()) {}

  void Run(std::size_t root, Handle one) {
    CountWaiting(root);
    Deliver({root, 0}, one);
    ready_.insert(root);
    while (!ready_.empty()) {
      const std::size_t next = *ready_.rbegin();
      ready_.erase(next);
      RunNode(next);
    }
  }

 private:
  void CountWaiting(std::size_t root) {
    std::set<std::size_t> seen = {root};
    std::vector<std::size_t> pending = {root};
    while (!pending.empty()) {
      const std::size_t at = pending.back();
      pending.pop_back();
      for (const GradientEdge& edge : tape_.nodes_[at].next) {
        if (!edge.node) continue;
        ++waiting_[*edge.node];
        if (seen.insert(*edge.node).second) pending.push_back(*edge.node);
      }
    }
  }

  void RunNode(std::size_t at) {
    Node& node = tape_.nodes_[at];
    std::vector<Handle> results = Results(node, std::exchange(arrived_[at], {}));
    node.saved.clear();
    for (std::size_t i = 0; i < results.size(); ++i) {
      const GradientEdge& edge = node.next[i];
      if (!edge.node) continue;
      Deliver(edge, results[i]);
      if (--waiting_[*edge.node] > 0) continue;
      if (tape_.nodes_[*edge.node].is_leaf) {
        Keep(tape_.nodes_[*edge.node], std::exchange(arrived_[*edge.node], {}));
      } else {
        ready_.insert(*edge.node);
      }
    }
  }

  /// What the rule makes of the gradients, summed down to what was broadcast.
  std::vector<Handle> Results(const Node& node, std::vector<Handle> gradients) {
    gradients.resize(node.outputs);
    const bool any = std::any_of(gradients.begin(), gradients.end(),
                                 [](const Handle& gradient) { return gradient != nullptr; });
    if (!any) return std::vector<Handle>(node.next.size());
    std::vector<Handle> results = node.rule(gradients, node.saved);
    for (std::size_t i = 0; i < results.size(); ++i) {
      Handle& result = results[i];
      if (!node.next[i].node || !result || result->layout.sizes == node.input_sizes[i]) continue;
      result = NewLike(result, node.input_sizes[i]);
    }
    return results;
  }

  /// Takes the first gradient; a later one stays its owner's, until all are delivered.
  void Deliver(const GradientEdge& edge, Handle& gradient) {
    std::vector<Handle>& buffer = arrived_[*edge.node];
    buffer.resize(tape_.nodes_[*edge.node].outputs);
    Handle& sum = buffer[edge.output];
    if (!gradient) return;
    if (!sum) {
      sum = std::move(gradient);
    } else if (!tape_.adds_in_place_ || !CanTakeMore(sum)) {
      sum = NewLike(sum, sum->layout.sizes);
    }
  }

  /// Whether a gradient that arrived is held by nothing else; a view never is.
  static bool CanTakeMore(const Handle& sum) {
    return sum.use_count() == 1 && sum->storage.use_count() == 1 && sum->layout.IsDense();
  }

  void Keep(Node& leaf, std::vector<Handle> gradients) {
    Handle gradient = std::move(gradients.front());
    gradients.clear();
    if (!gradient) return;
    const bool taken = gradient.use_count() == 1 && LiesAs(*gradient, *leaf.leaf);
    leaf.gradient = taken ? std::move(gradient) : NewLike(gradient, leaf.leaf->layout.sizes);
  }

  static bool LiesAs(const Array& gradient, const Array& variable) {
    const Layout &a = gradient.layout, &b = variable.layout;
    for (std::size_t i = 0; i < a.sizes.size(); ++i) {
      if (a.sizes[i] == 1 ? a.strides[i] == 0 : a.strides[i] != b.strides[i]) return false;
    }
    return true;
  }

  Handle NewLike(const Handle& gradient, const Dimensions& sizes) {
    return tape_.log_.NewArray(sizes, gradient->element_bytes, NameOf(gradient));
  }

  Tape& tape_;
  std::vector<int> waiting_;                  ///< gradients still to come, by node
  std::vector<std::vector<Handle>> arrived_;  ///< by node and output
  std::set<std::size_t> ready_;
};

void Tape::Backward(const Tracked& number) {
  Handle one = log_.NewArray(number.value->layout.sizes, number.value->element_bytes,
                             "gradient of the loss");
  Pass(*this).Run(*number.gradient.node, one);
}

}  // namespace costcheck
