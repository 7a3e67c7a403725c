#include "costmodel/model/architecture_graph.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "costmodel/algebra/error.h"
#include "costmodel/model/attention_edits.h"
#include "costmodel/model/parts.h"
#include "costmodel/operators/cost.h"

namespace costcheck {
namespace {

/// One of the two stacks, as far as lengths go.
struct StackText {
  std::string prefix;  ///< of tensors' names: "" or "encoder "
  Expr length;         ///< tokens of its text
  Expr rows;           ///< those that pass through it
};

class ModelMaker {
 public:
  ModelMaker(const Architecture& model, const ModelSizes& sizes, const ModelLengths& lengths,
             const RunChoices& choices)
      : model_(model), sizes_(sizes), lengths_(lengths), choices_(choices) {}

  Graph Tables() {
    table_ = builder_.Parameter(kTableName, {Of("V"), Of("E")});
    if (HasBothStacks() && !IsDecode()) {
      Embed(EncoderText());
      FinishEncoder(builder_.Input("encoded", Rows(EncoderText())));
    }
    Embed(MainText());
    Finish(builder_.Input(kLastName, Rows(MainText())));
    return builder_.Take(lengths_.batch);
  }

  Graph Whole() {
    table_ = builder_.Parameter(kTableName, {Of("V"), Of("E")});
    if (HasBothStacks()) {
      encoded_ =
          IsDecode()
              ? builder_.Input("encoded", Rows(EncoderText()))
              : FinishEncoder(AddLayers(model_.encoder, EncoderText(), Embed(EncoderText())));
    }
    const Stack& stack = model_.decoder.groups.empty() ? model_.encoder : model_.decoder;
    Finish(AddLayers(stack, MainText(), Embed(MainText())));
    return builder_.Take(lengths_.batch);
  }

 private:
  Expr Of(std::string_view name) const { return sizes_.Of(name); }
  bool IsDecode() const { return choices_.phase == Phase::kDecode; }
  bool HasBothStacks() const {
    return !model_.encoder.groups.empty() && !model_.decoder.groups.empty();
  }
  StackText MainText() const {
    return {"", lengths_.tokens, IsDecode() ? Expr(1) : lengths_.tokens};
  }
  StackText EncoderText() const { return {"encoder ", lengths_.encoded, lengths_.encoded}; }
  std::vector<Expr> Rows(const StackText& text) const {
    return {lengths_.batch, text.rows, Of("d")};
  }

  TensorId Dropped(TensorId x) { return choices_.dropout ? AddDropout(builder_, x) : x; }
  TensorId Norm(const std::string& name, const std::optional<NormShape>& norm, TensorId x) {
    return norm ? AddNorm(builder_, name, x, norm->kind, norm->bias) : x;
  }

  TensorId Embed(const StackText& text);
  TensorId AddRows(const StackText& text, TensorId x, const char* name, const char* rows);
  void AddRelativeBias(const StackText& text);
  TensorId AddLayers(const Stack& stack, const StackText& text, TensorId x);
  TensorId AddGroup(const LayerGroup& group, const StackText& text, TensorId x,
                    const std::string& prefix);
  TensorId FinishEncoder(TensorId x) {
    return Dropped(Norm("encoder final norm", model_.encoder.final_norm, x));
  }
  void Finish(TensorId x);
  TensorId Pool(TensorId x);
  TensorId Transformed(TensorId x);
  TensorId Logits(TensorId x);

  const Architecture& model_;
  const ModelSizes& sizes_;
  const ModelLengths& lengths_;
  const RunChoices& choices_;
  GraphBuilder builder_;
  TensorId table_ = 0;
  TensorId encoded_ = 0;
};

/// x plus one row for each token of a table that all sequences share.
TensorId ModelMaker::AddRows(const StackText& text, TensorId x, const char* name,
                             const char* rows) {
  const bool by_position = std::string_view(rows) == "positions";
  std::vector<Expr> shape = {text.rows};
  if (!by_position) shape.insert(shape.begin(), lengths_.batch);
  const TensorId index = builder_.Input(text.prefix + name + " numbers", shape, DType::kIndex);
  shape.push_back(Of("d"));
  const TensorId found =
      builder_.Apply(Kind::kLookup, {builder_.Parameter(name, {Of(rows), Of("d")}), index},
                     builder_.Activation(text.prefix + name + " rows", shape));
  return builder_.Apply(Kind::kAdd, {x, found},
                        builder_.Activation(text.prefix + "x0 + " + name, Rows(text)));
}

/// One row of biases for each distance that two tokens may have.
void ModelMaker::AddRelativeBias(const StackText& text) {
  const Expr distances = IsDecode() ? text.length : 2 * text.length - 1;
  const TensorId table =
      builder_.Parameter(text.prefix + "relative biases", {Of("buckets"), Of("H")});
  const TensorId index = builder_.Input(text.prefix + "distances", {distances}, DType::kIndex);
  builder_.Apply(Kind::kLookup, {table, index},
                 builder_.Activation(text.prefix + "biases by distance", {distances, Of("H")}));
}

TensorId ModelMaker::Embed(const StackText& text) {
  builder_.SetPart(Part::kEmbedding);
  if (model_.positions == PositionKind::kRelativeBias) AddRelativeBias(text);
  const std::vector<Expr> rows = {lengths_.batch, text.rows};
  const TensorId tokens = builder_.Input(text.prefix + "tokens", rows, DType::kIndex);
  TensorId x =
      builder_.Apply(Kind::kLookup, {table_, tokens},
                     builder_.Activation(text.prefix + "embedded", {rows[0], rows[1], Of("E")}));
  if (model_.embedding_width != model_.width) {
    builder_.SetPart(Part::kProjection);
    x = builder_.Linear(text.prefix + "embedding projection", x, Of("E"), Of("d"));
    builder_.SetPart(Part::kEmbedding);
  }
  if (model_.positions == PositionKind::kLearned) x = AddRows(text, x, "W_p", "positions");
  if (model_.token_types != 0) x = AddRows(text, x, "W_t", "token_types");
  return Dropped(Norm(text.prefix + "embedding norm", model_.embedding_norm, x));
}

TensorId ModelMaker::AddGroup(const LayerGroup& group, const StackText& text, TensorId x,
                              const std::string& prefix) {
  const ModelSizes sizes = ModelSizes::OfLayer(group.layer, model_.width);
  const ModelLengths lengths = {text.length, lengths_.encoded, lengths_.batch};
  const Graph layer = LayerGraph(group.layer, sizes, lengths, choices_, Expr(group.count));
  const TensorId out = builder_.Append(layer, x, prefix);
  for (TensorId id = 0; id < layer.tensors.size(); ++id) {
    if (layer.tensors[id].name != std::string(kCrossPrefix) + kContextName) continue;
    // Numbers rise in step on both sides of the splice.
    Tensor& context = builder_.At(out - (layer.operators.back().out[0] - id));
    context.view_of = encoded_;
    context.role = builder_.At(encoded_).role;
    context.repeat = 1;
  }
  return out;
}

TensorId ModelMaker::AddLayers(const Stack& stack, const StackText& text, TensorId x) {
  for (const LayerGroup& group : stack.groups) {
    x = AddGroup(group, text, x, text.prefix + group.name + " ");
  }
  return x;
}

TensorId ModelMaker::Pool(TensorId x) {
  builder_.SetPart(Part::kProjection);
  const Expr B = lengths_.batch, d = Of("d");
  const TensorId first = builder_.View("first token", x, {B, 1, d});
  const TensorId pooled = builder_.Linear("pooler", first, d, d, true);
  return builder_.Apply(Kind::kSigmoid, {pooled}, builder_.Activation("pooled", {B, 1, d}));
}

TensorId ModelMaker::Transformed(TensorId x) {
  builder_.SetPart(Part::kProjection);
  const TensorId rows = builder_.Linear("head transform", x, Of("d"), Of("d"), true);
  const TensorId active = builder_.Apply(
      Kind::kGelu, {rows}, builder_.Activation("head active", builder_.At(rows).shape));
  return AddNorm(builder_, "head norm", active, NormKind::kLayerNorm, true);
}

TensorId ModelMaker::Logits(TensorId x) {
  if (model_.head_transform) x = Transformed(x);
  if (model_.embedding_width != model_.width) {
    builder_.SetPart(Part::kProjection);
    x = builder_.Linear("head projection", x, Of("d"), Of("E"));
  }
  builder_.SetPart(Part::kLogits);
  if (!model_.tied_head) return builder_.Linear("head", x, Of("E"), Of("V"), model_.head_bias);
  std::vector<Expr> shape = builder_.At(x).shape;
  shape.back() = Of("V");
  const TensorId columns = builder_.View("W_e^T", table_, {Of("E"), Of("V")});
  const TensorId logits =
      builder_.Apply(Kind::kMatMul, {x, columns}, builder_.Activation("logits", shape));
  if (!model_.head_bias) return logits;
  builder_.At(logits).on_chip = true;
  return builder_.Apply(Kind::kAdd, {logits, builder_.Parameter("head.bias", {Of("V")})},
                        builder_.Activation("logits + bias", shape));
}

/// Log-probabilities take 4 bytes, whatever a float takes.
void AddLoss(GraphBuilder& builder, TensorId logits) {
  builder.SetPart(Part::kLoss);
  const std::vector<Expr>& shape = builder.At(logits).shape;
  builder.CrossEntropy(logits, builder.Input("targets", {shape[0], shape[1]}, DType::kIndex));
  Tensor& log_probabilities = builder.At(builder.Last().out[1]);
  log_probabilities.shape.push_back(4 / BytesPerElement(DType::kFloat));
}

void ModelMaker::Finish(TensorId x) {
  const Stack& stack = model_.decoder.groups.empty() ? model_.encoder : model_.decoder;
  x = Norm("final norm", stack.final_norm, x);
  const TensorId pooled = model_.pooler ? Pool(x) : x;
  if (model_.classes != 0) {
    builder_.SetPart(Part::kLogits);
    builder_.Linear("classifier", pooled, Of("d"), Of("classes"), true);
  }
  if (!model_.head) return;
  const TensorId logits = Logits(x);
  if (choices_.phase == Phase::kTraining) AddLoss(builder_, logits);
}

}  // namespace

void CheckPhase(const Architecture& architecture, Phase phase) {
  if (phase != Phase::kDecode && phase != Phase::kPrefill) return;
  if (!architecture.decoder.groups.empty()) return;
  throw CostError(architecture.name + " is an encoder: it has no phase " +
                  std::string(Name(phase)));
}

Graph ArchitectureGraph(const Architecture& architecture, const ModelLengths& lengths,
                        const RunChoices& choices) {
  CheckPhase(architecture, choices.phase);
  const ModelSizes sizes = ModelSizes::OfTables(architecture);
  return ModelMaker(architecture, sizes, lengths, choices).Whole();
}

Architecture WithSingleLayers(Architecture architecture) {
  for (Stack* stack : {&architecture.encoder, &architecture.decoder}) {
    std::vector<LayerGroup> layers;
    for (const LayerGroup& group : stack->groups) {
      for (Integer i = 1; i <= group.count; ++i) {
        layers.push_back({group.name + " " + ToString(i), 1, group.layer});
      }
    }
    stack->groups = std::move(layers);
  }
  return architecture;
}

Graph TablesGraph(const Architecture& architecture, const ModelSizes& sizes,
                  const ModelLengths& lengths, const RunChoices& choices) {
  return ModelMaker(architecture, sizes, lengths, choices).Tables();
}

Graph MultiTokenGraph(const Architecture& architecture, const ModelSizes& sizes,
                      const ModelLengths& lengths, const RunChoices& choices, const Expr& repeat) {
  const Expr vocabulary = sizes.Of("V");
  const LayerShape& layer = architecture.multi_token->layer;
  GraphBuilder builder(repeat);
  const Expr d = sizes.Of("d");
  const Expr rows = choices.phase == Phase::kDecode ? Expr(1) : lengths.tokens;
  const std::vector<Expr> shape = {lengths.batch, rows, d};
  const auto norm = [&](const char* name, TensorId in) {
    return AddNorm(builder, name, in, layer.norm.kind, layer.norm.bias);
  };
  const TensorId tokens = norm("token norm", builder.Input("tokens' rows", shape));
  const TensorId hidden = norm("hidden norm", builder.Input("model's rows", shape));
  builder.SetPart(Part::kProjection);
  const TensorId joined = builder.Activation("joined", {lengths.batch, rows, 2 * d});
  builder.Apply(Kind::kAdd, {tokens, hidden}, joined);
  const TensorId x = builder.Linear("join", joined, 2 * d, d);
  const TensorId out = norm(
      "module norm", builder.Append(LayerGraph(layer, sizes, lengths, choices, repeat), x, ""));
  builder.SetPart(Part::kLogits);
  const TensorId head = builder.Buffer("model's head", {d, vocabulary});
  const TensorId logits = builder.Apply(
      Kind::kMatMul, {out, head}, builder.Activation("logits", {lengths.batch, rows, vocabulary}));
  builder.At(head).requires_grad = true;  // the model's own parameter, counted there
  if (choices.phase == Phase::kTraining) AddLoss(builder, logits);
  return builder.Take(lengths.batch * repeat);
}

}  // namespace costcheck
