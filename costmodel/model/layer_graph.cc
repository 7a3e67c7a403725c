#include "costmodel/model/layer_graph.h"

#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/attention/flash.h"
#include "costmodel/attention/full.h"
#include "costmodel/attention/sliding_window.h"
#include "costmodel/attention/topk_indexer.h"
#include "costmodel/model/attention_edits.h"
#include "costmodel/model/feed_forward.h"
#include "costmodel/model/latent_attention.h"
#include "costmodel/model/parts.h"

namespace costcheck {
namespace {

const Component& ComponentFor(const AttentionShape& shape, const RunChoices& choices) {
  if (choices.attention) return *choices.attention->component;
  if (shape.indexer) return kTopkIndexer;
  if (shape.window) return kSlidingWindow;
  return choices.recomputing_core ? kFlash : kFull;
}

/// Every length and size of the graph under these bindings.
void PutIn(Graph& graph, const Bindings& bindings) {
  const auto put = [&](Expr& expr) { expr = Substitute(expr, bindings); };
  const auto put_pairs = [&](Pairs& pairs) {
    for (Expr* count : {&pairs.dense, &pairs.unmasked, &pairs.useful, &pairs.executed}) put(*count);
  };
  for (Tensor& tensor : graph.tensors) {
    for (Expr& dimension : tensor.shape) put(dimension);
    if (tensor.pairs) put_pairs(*tensor.pairs);
  }
  for (Operator& op : graph.operators) {
    for (Expr& times : op.read_times) put(times);
    for (Expr* expr : {&op.amount, &op.workspace, &op.backward_workspace}) put(*expr);
  }
  for (HeadGroup& group : graph.heads) put_pairs(group.pairs);
}

/// Attention of one layer as a graph of its own, its first input x.
class AttentionMaker {
 public:
  AttentionMaker(const AttentionShape& shape, const ModelSizes& sizes, const ModelLengths& lengths,
                 const RunChoices& choices)
      : shape_(shape), sizes_(sizes), lengths_(lengths), choices_(choices) {}

  Graph Self() const {
    if (shape_.latent && !choices_.attention) return Edited(Latent(), "");
    const Component& component = ComponentFor(shape_, choices_);
    Settings settings = choices_.attention ? choices_.attention->settings : Settings();
    SetHeads(settings, "");
    settings.Set("S", lengths_.tokens);
    settings.causal = shape_.causal && component.has_causal_form;
    if (!choices_.attention) SetOwn(settings);
    return Edited(BuildGraph(component, settings), "");
  }

  Graph Cross() const {
    Settings settings;
    SetHeads(settings, kCross);
    settings.Set("S", Symbol("S"));
    settings.causal = false;
    const Component& component = choices_.recomputing_core ? kFlash : kFull;
    Graph graph = Edited(BuildGraph(component, settings), kCross);
    // Texts of one length would be taken for the same text.
    PutIn(graph, {{"S", lengths_.encoded}});
    return IsDecode() ? WithoutNewKeys(std::move(graph)) : graph;
  }

 private:
  static constexpr char kCross[] = "cross_";  // what names of its sizes begin with

  bool IsDecode() const { return choices_.phase == Phase::kDecode; }

  Graph Latent() const {
    LatentLengths lengths;
    lengths.queries = IsDecode() ? Expr(1) : lengths_.tokens;
    lengths.keys = lengths_.tokens;
    lengths.causal = shape_.causal;
    lengths.decode = IsDecode();
    lengths.batch = lengths_.batch;
    return LatentAttentionGraph(shape_, sizes_, lengths, ModeOf(shape_, IsDecode()));
  }

  void SetHeads(Settings& settings, const std::string& prefix) const {
    settings.Set("T", lengths_.tokens);
    settings.Set("B", lengths_.batch);
    settings.Set("L", 1);
    settings.Set("d", sizes_.Of("d"));
    settings.Set("H", sizes_.Of(prefix + "H"));
    settings.Set("H_kv", sizes_.Of(prefix + "H_kv"));
    settings.Set("w", sizes_.Of(prefix + "w"));
    settings.own_head_width = true;
    settings.phase = choices_.phase;
  }

  void SetOwn(Settings& settings) const {
    if (shape_.window) settings.Set("W", sizes_.Of("W"));
    if (!shape_.indexer) return;
    for (const char* name : {"K", "m", "indexer_heads"}) settings.Set(name, sizes_.Of(name));
  }

  /// What models add to an attention; multi-head latent attention has its biases and norms itself.
  Graph Edited(Graph graph, const std::string& prefix) const {
    if (!shape_.latent) {
      graph = WithProjectionBiases(std::move(graph), shape_);
      graph = WithQueryKeyNorms(std::move(graph), shape_.query_key_norm, sizes_.Of(prefix + "w"));
    }
    if (shape_.sinks) graph = WithSinks(std::move(graph), sizes_.Of(prefix + "H"));
    const Expr queries = IsDecode() ? Expr(1) : lengths_.tokens;
    if (choices_.recomputing_core) graph = WithRecomputedCore(std::move(graph), queries);
    return choices_.dropout ? WithWeightDropout(std::move(graph)) : graph;
  }

  const AttentionShape& shape_;
  const ModelSizes& sizes_;
  const ModelLengths& lengths_;
  const RunChoices& choices_;
};

class LayerMaker {
 public:
  LayerMaker(const LayerShape& layer, const ModelSizes& sizes, const ModelLengths& lengths,
             const RunChoices& choices, const Expr& repeat)
      : layer_(layer),
        sizes_(sizes),
        lengths_(lengths),
        choices_(choices),
        repeat_(repeat),
        builder_(repeat) {
    COSTCHECK_CHECK(layer.norms >= 0);
  }

  Graph Make() {
    const Expr rows = choices_.phase == Phase::kDecode ? Expr(1) : lengths_.tokens;
    const TensorId x = builder_.Input("x", {lengths_.batch, rows, sizes_.Of("d")});
    if (layer_.parallel) {
      AddParallel(x);
    } else {
      AddInTurn(x);
    }
    return builder_.Take(lengths_.batch * repeat_);
  }

 private:
  int Sublayers() const { return layer_.cross_attention ? 3 : 2; }
  bool NormsBehind() const { return layer_.norms >= 2 * Sublayers(); }

  TensorId Norm(const std::string& name, TensorId x) {
    return AddNorm(builder_, name, x, layer_.norm.kind, layer_.norm.bias);
  }
  TensorId NormBefore(int sublayer, TensorId x) {
    if (layer_.norms < sublayer || layer_.norm_after_sum) return x;
    return Norm("norm" + std::to_string(sublayer), x);
  }
  /// The sublayer's output as it is added to the residual.
  TensorId Branch(int sublayer, TensorId out) {
    if (NormsBehind()) out = Norm("norm behind " + std::to_string(sublayer), out);
    return choices_.dropout ? AddDropout(builder_, out) : out;
  }

  /// x and what is added to it, normed where norms follow the sum.
  TensorId Sum(int sublayer, const std::string& name, TensorId x, TensorId branch) {
    const TensorId sum = AddResidual(builder_, name, x, branch);
    if (!layer_.norm_after_sum) return sum;
    return Norm("norm" + std::to_string(sublayer), sum);
  }

  AttentionMaker Maker(const AttentionShape& shape) const {
    return {shape, sizes_, lengths_, choices_};
  }
  TensorId Append(Graph graph, TensorId x, const char* prefix) {
    for (Tensor& tensor : graph.tensors) tensor.repeat = repeat_;
    for (Operator& op : graph.operators) op.repeat = repeat_;
    return builder_.Append(graph, x, prefix);
  }
  TensorId Attend(TensorId x) { return Append(Maker(layer_.attention).Self(), x, ""); }
  TensorId Feed(TensorId x) {
    if (const auto* dense = std::get_if<FeedForwardShape>(&layer_.feed_forward)) {
      return AddFeedForward(builder_, x, *dense, sizes_.Of("f"));
    }
    return AddExperts(builder_, x, std::get<ExpertsShape>(layer_.feed_forward), sizes_);
  }

  void AddInTurn(TensorId x) {
    int sublayer = 1;
    x = Sum(sublayer, "x1", x, Branch(1, Attend(NormBefore(1, x))));
    if (layer_.cross_attention) {
      ++sublayer;
      const TensorId attended =
          Append(Maker(*layer_.cross_attention).Cross(), NormBefore(sublayer, x), kCrossPrefix);
      x = Sum(sublayer, "x1 with context", x, Branch(sublayer, attended));
    }
    ++sublayer;
    Sum(sublayer, "x2", x, Branch(sublayer, Feed(NormBefore(sublayer, x))));
  }

  void AddParallel(TensorId x) {
    COSTCHECK_CHECK(!layer_.cross_attention);
    const TensorId normed = NormBefore(1, x);
    const TensorId for_feeding = layer_.norms == 1 ? normed : NormBefore(2, x);
    const TensorId attended = Branch(1, Attend(normed));
    const TensorId fed = Branch(2, Feed(for_feeding));
    builder_.SetPart(Part::kNorm);
    builder_.Apply(Kind::kAdd, {x, attended, fed}, builder_.Activation("x2", builder_.At(x).shape));
  }

  const LayerShape& layer_;
  const ModelSizes& sizes_;
  const ModelLengths& lengths_;
  const RunChoices& choices_;
  Expr repeat_;
  GraphBuilder builder_;
};

}  // namespace

Graph LayerGraph(const LayerShape& layer, const ModelSizes& sizes, const ModelLengths& lengths,
                 const RunChoices& choices, const Expr& repeat) {
  return LayerMaker(layer, sizes, lengths, choices, repeat).Make();
}

bool IsCausal(const LayerShape& layer) { return layer.attention.causal; }

}  // namespace costcheck
