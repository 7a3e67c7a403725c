#include "costmodel/model/layer_formulas.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "costmodel/model/architecture_graph.h"
#include "costmodel/operators/cost.h"
#include "costmodel/operators/memory.h"

namespace costcheck {
namespace {

const char* const kSplitSizes[] = {"H",        "H_kv",    "f",          "f_expert",
                                   "f_shared", "cross_H", "cross_H_kv", "V"};

bool IsSplit(const Tensor& tensor) {
  for (const Expr& dimension : tensor.shape) {
    for (const char* name : kSplitSizes) {
      if (DependsOn(dimension, Symbol(name))) return true;
    }
  }
  return false;
}

using GraphOf = std::function<Graph(const ModelLengths& lengths, const RunChoices& choices)>;

/// Builds the graph for each phase that is asked for, and reads its formulas off.
class Reader {
 public:
  Reader(const FormulaChoices& choices, GraphOf graph_of, bool causal)
      : choices_(choices), graph_of_(std::move(graph_of)), causal_(causal) {}

  /// All of them; of a graph that `decodes` those of a decoded token too.
  GraphFormulas Read(bool decodes) {
    Graph training = Build(Phase::kTraining);
    ReadParameters(training);
    ReadKept(training);
    std::optional<Graph> decode;
    if (decodes) {
      decode = Build(Phase::kDecode);
      formulas_.cache_bytes = Bound(CacheBytes(*decode).value(), choices_.cache_bytes);
    }
    return WithFlops(std::move(training), std::move(decode));
  }

  /// Parameters, and FLOPs of the phase alone.
  GraphFormulas ReadApart() {
    Graph training = Build(Phase::kTraining);
    ReadParameters(training);
    std::optional<Graph> decode;
    if (choices_.phase == Phase::kDecode) decode = Build(Phase::kDecode);
    return WithFlops(std::move(training), std::move(decode));
  }

 private:
  GraphFormulas WithFlops(Graph training, std::optional<Graph> decode) {
    formulas_.graphs = FlopGraphs(std::move(training), std::move(decode), causal_);
    formulas_.flops = formulas_.graphs.Count(choices_.convention, choices_.phase);
    return std::move(formulas_);
  }

  Graph Build(Phase phase) const {
    const ModelLengths lengths = {Symbol("T"), Symbol("S"), Expr(choices_.batch)};
    RunChoices run;
    run.phase = phase;
    run.recomputing_core = choices_.recomputing_core;
    run.dropout = choices_.dropout && phase == Phase::kTraining;
    run.attention = choices_.attention;
    return graph_of_(lengths, run);
  }

  static Expr Bound(const Expr& bytes, const Rational& element) {
    return Substitute(bytes, {{"p", Expr(element)}});
  }

  void ReadParameters(const Graph& graph) {
    formulas_.parameters = CountParameters(graph).value();
    formulas_.trained = Bound(GradientBytes(graph).value(), 1);
    const TensorId layers = PlaceOfLayers(graph);
    for (TensorId id = 0; id < graph.tensors.size(); ++id) {
      const Tensor& tensor = graph.tensors[id];
      if (tensor.role != Role::kParameter || tensor.view_of) continue;
      const Expr count = ElementsOf(tensor, PairRule::kUseful);
      if (tensor.name.starts_with("expert ")) formulas_.routed += count;
      if (id < layers) formulas_.before_layers += count;
    }
  }

  /// The input that stands for the last layer's rows, where there is one; else 0.
  static TensorId PlaceOfLayers(const Graph& graph) {
    const auto at = std::find_if(graph.tensors.begin(), graph.tensors.end(),
                                 [](const Tensor& tensor) { return tensor.name == kLastName; });
    return at == graph.tensors.end() ? 0 : static_cast<TensorId>(at - graph.tensors.begin());
  }

  void ReadKept(const Graph& graph) {
    const TensorId layers = PlaceOfLayers(graph);
    for (const KeptTensor& kept : KeptTensors(graph, PairRule::kExecuted)) {
      const Tensor& tensor = graph.tensors[kept.tensor];
      KeptItem item{.name = tensor.name,
                    .bytes = Bound(kept.bytes.value(), choices_.activation_bytes)};
      item.of_pairs = tensor.pairs.has_value();
      item.split = IsSplit(tensor);
      item.statistics = kept.statistics;
      item.of_context = tensor.name == std::string(kCrossPrefix) + kContextName;
      item.before_layers = kept.tensor < layers;
      AddToSums(item);
      formulas_.kept.push_back(std::move(item));
    }
  }

  void AddToSums(const KeptItem& item) {
    const auto like = [&](const KeptItem& sum) {
      return sum.of_pairs == item.of_pairs && sum.split == item.split &&
             sum.of_context == item.of_context && sum.before_layers == item.before_layers;
    };
    auto& sums = formulas_.kept_sums;
    const auto at = std::find_if(sums.begin(), sums.end(), like);
    if (at == sums.end()) {
      sums.push_back(item);
    } else {
      at->bytes += item.bytes;
    }
  }

  const FormulaChoices& choices_;
  GraphOf graph_of_;
  bool causal_;
  GraphFormulas formulas_;
};

}  // namespace

GraphFormulas FormulasOfLayer(const LayerShape& layer, const ModelSizes& sizes,
                              const FormulaChoices& choices) {
  const auto graph_of = [&](const ModelLengths& lengths, const RunChoices& run) {
    return LayerGraph(layer, sizes, lengths, run);
  };
  return Reader(choices, graph_of, IsCausal(layer)).Read(IsCausal(layer));
}

GraphFormulas FormulasOfTables(const Architecture& architecture, const ModelSizes& sizes,
                               const FormulaChoices& choices) {
  const auto graph_of = [&](const ModelLengths& lengths, const RunChoices& run) {
    return TablesGraph(architecture, sizes, lengths, run);
  };
  return Reader(choices, graph_of, true).Read(!architecture.decoder.groups.empty());
}

GraphFormulas FormulasOfMultiToken(const Architecture& architecture, const ModelSizes& sizes,
                                   const FormulaChoices& choices) {
  const auto graph_of = [&](const ModelLengths& lengths, const RunChoices& run) {
    return MultiTokenGraph(architecture, sizes, lengths, run);
  };
  return Reader(choices, graph_of, true).ReadApart();
}

}  // namespace costcheck
