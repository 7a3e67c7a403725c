#include "costmodel/model/attention_edits.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "costmodel/operators/cost.h"

namespace costcheck {
namespace {

/// Goes through the operators of a graph and lets a rule add some behind each.
class Editor {
 public:
  explicit Editor(Graph graph) : graph_(std::move(graph)), old_(std::move(graph_.operators)) {
    graph_.operators.clear();
  }

  using Rule = std::function<void(Editor& editor)>;
  Graph Behind(const std::function<bool(const Operator&)>& matches, const Rule& rule) {
    for (Operator& op : old_) {
      for (TensorId& id : op.in) {
        if (replaced_ && replaced_->first == id) id = replaced_->second;
      }
      graph_.operators.push_back(op);
      if (matches(op)) rule(*this);
    }
    return std::move(graph_);
  }

  Graph& graph() { return graph_; }
  Operator& Last() { return graph_.operators.back(); }
  const Tensor& At(TensorId id) const { return graph_.tensors[id]; }

  TensorId Add(Tensor tensor) {
    graph_.tensors.push_back(std::move(tensor));
    return graph_.tensors.size() - 1;
  }
  TensorId AddParameter(std::string name, std::vector<Expr> shape) {
    Tensor tensor{.name = std::move(name), .shape = std::move(shape), .role = Role::kParameter};
    tensor.repeat = At(Last().out[0]).repeat;
    return Add(std::move(tensor));
  }

  /// The last operator writes a new tensor instead, and what is applied next writes its own.
  TensorId Divert(const std::string& suffix) {
    Tensor before = At(Last().out[0]);
    before.name += suffix;
    const TensorId id = Add(std::move(before));
    Last().out[0] = id;
    return id;
  }

  /// As the operator before, with these inputs.
  void Apply(Kind kind, std::vector<TensorId> in, TensorId out) {
    Operator op{.kind = kind, .part = Last().part, .in = std::move(in), .out = {out}};
    op.repeat = Last().repeat;
    op.kernel = Last().kernel;
    op.differentiable = Last().differentiable;
    graph_.operators.push_back(std::move(op));
  }

  /// Operators from here on read `by` where they read `id`.
  void Replace(TensorId id, TensorId by) { replaced_ = {id, by}; }

 private:
  Graph graph_;
  std::vector<Operator> old_;
  std::optional<std::pair<TensorId, TensorId>> replaced_;
};

bool Projects(const Graph& graph, const Operator& op, std::string_view name) {
  return op.part == Part::kProjection && graph.tensors[op.out[0]].name == name;
}

bool IsCoreSoftmax(const Operator& op) {
  return op.part == Part::kCore && op.kind == Kind::kSoftmax;
}

/// One byte for each element of `of`: 1/p elements of p bytes.
Tensor MaskOf(const Tensor& of) {
  Tensor mask{.name = of.name + " mask", .shape = of.shape, .pairs = of.pairs};
  mask.shape.push_back(1 / BytesPerElement(DType::kFloat));
  mask.requires_grad = false;
  mask.repeat = of.repeat;
  return mask;
}

Graph WithBias(Graph graph, const std::string& name) {
  Editor editor(std::move(graph));
  return editor.Behind(
      [&](const Operator& op) {
        return op.kind == Kind::kMatMul && Projects(editor.graph(), op, name);
      },
      [&](Editor& e) {
        const TensorId out = e.Last().out[0];
        const TensorId product = e.Divert(" without bias");
        e.graph().tensors[product].on_chip = true;
        e.Apply(Kind::kAdd, {product, e.AddParameter(name + ".bias", {e.At(out).shape.back()})},
                out);
      });
}

/// RMSNorm behind the projection, by heads of a width or of whole rows.
Graph WithNorm(Graph graph, const std::string& name, const std::optional<Expr>& head_width) {
  Editor editor(std::move(graph));
  return editor.Behind([&](const Operator& op) { return Projects(editor.graph(), op, name); },
                       [&](Editor& e) {
                         const TensorId out = e.Last().out[0];
                         const TensorId rows = e.Divert(" before norm");
                         Tensor view = e.At(rows);
                         view.view_of = rows;
                         if (head_width) {
                           view.shape.back() /= *head_width;
                           view.shape.push_back(*head_width);
                         }
                         const Expr width = view.shape.back();
                         const TensorId by_head = e.Add(std::move(view));
                         const TensorId scale = e.AddParameter(name + "_norm.weight", {width});
                         e.Apply(Kind::kRmsNorm, {by_head, scale}, out);
                       });
}

}  // namespace

Graph WithProjectionBiases(Graph graph, const AttentionShape& shape) {
  if (shape.query_bias) graph = WithBias(std::move(graph), "q");
  if (shape.key_bias) graph = WithBias(std::move(graph), "k");
  if (shape.value_bias) graph = WithBias(std::move(graph), "v");
  if (shape.output_bias) graph = WithBias(std::move(graph), "out");
  return graph;
}

Graph WithQueryKeyNorms(Graph graph, QueryKeyNorm norm, const Expr& head_width) {
  if (norm == QueryKeyNorm::kNone) return graph;
  std::optional<Expr> width;
  if (norm == QueryKeyNorm::kByHead) width = head_width;
  return WithNorm(WithNorm(std::move(graph), "q", width), "k", width);
}

Graph WithSinks(Graph graph, const Expr& heads) {
  Editor editor(std::move(graph));
  return editor.Behind(IsCoreSoftmax, [&](Editor& e) {
    const TensorId sinks = e.AddParameter("sinks", {heads});
    e.Last().in.push_back(sinks);
  });
}

Graph WithWeightDropout(Graph graph) {
  Editor editor(std::move(graph));
  return editor.Behind(
      [&](const Operator& op) { return IsCoreSoftmax(op) && !editor.At(op.out[0]).on_chip; },
      [](Editor& e) {
        const TensorId weights = e.Last().out[0];
        const TensorId mask = e.Add(MaskOf(e.At(weights)));
        Tensor dropped = e.At(weights);
        dropped.name = "dropped " + dropped.name;
        const TensorId out = e.Add(std::move(dropped));
        e.Apply(Kind::kMultiply, {weights, mask}, out);
        e.Replace(weights, out);
      });
}

Graph WithRecomputedCore(Graph graph, const Expr& queries) {
  for (Operator& op : graph.operators) {
    const Tensor& out = graph.tensors[op.out[0]];
    if (op.part != Part::kCore || !out.pairs || out.on_chip) continue;
    op.recomputed = true;
    if (op.kind == Kind::kSoftmax) {
      Tensor statistics{.name = "log-sum-exp", .shape = out.shape};
      statistics.shape.push_back(queries);
      statistics.repeat = out.repeat;
      op.out.push_back(graph.tensors.size());
      graph.tensors.push_back(std::move(statistics));
    }
    graph.tensors[op.out[0]].on_chip = true;
  }
  return graph;
}

Graph WithoutNewKeys(Graph graph) {
  std::erase_if(graph.operators, [&](const Operator& op) {
    return Projects(graph, op, "k") || Projects(graph, op, "v") ||
           Projects(graph, op, "k without bias") || Projects(graph, op, "v without bias");
  });
  return graph;
}

TensorId AddDropout(GraphBuilder& builder, TensorId x) {
  const Tensor of = builder.At(x);
  Tensor mask = MaskOf(of);
  const TensorId id = builder.Buffer(mask.name, mask.shape);
  builder.At(id).role = Role::kActivation;
  return builder.Apply(Kind::kMultiply, {x, id},
                       builder.Activation(of.name + " dropped", of.shape));
}

}  // namespace costcheck
