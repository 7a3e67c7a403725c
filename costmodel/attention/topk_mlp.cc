#include "costmodel/attention/topk_mlp.h"

#include "costmodel/algebra/print.h"
#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"

namespace costcheck {
namespace {

/// The approximator takes K rows from every query, zeros where keys are absent.
Pairs ApproximatedPairs(const Lengths& lengths, const Expr& kept) {
  const Expr padded = lengths.queries * kept;
  const Expr useful = KeptPairs(lengths, kept).useful;
  return MakePairs(lengths, {.unmasked = padded, .useful = useful, .executed = padded});
}

class TopkMlp {
 public:
  explicit TopkMlp(const Settings& settings)
      : frame_(ReadFrame(settings)),
        kept_(settings.Get("K")),
        hidden_(settings.Get("h")),
        sparse_(settings.Get("sparse_heads")),
        exact_(settings.Get("exact_heads")),
        topk_(settings.Get("topk_heads")),
        selects_(IsSwitchedOn(settings, "selection")),
        builder_(frame_.layers) {}

  Graph Build();

 private:
  void AddProjections();
  TensorId Select(TensorId q);
  void AddSparseHeads();
  void AddExactHeads();
  void AddTopkHeads();
  void NameWhatIsLeftOut();

  /// The part of a tensor of all heads that belongs to some.
  TensorId SomeHeads(TensorId of, const Expr& heads) {
    return builder_.View(builder_.At(of).name + " of some heads", of,
                         frame_.QueryRows(heads, frame_.head_width));
  }
  /// in x a new matrix for every head of `heads`, then ReLU if `relu`.
  TensorId HeadwiseProduct(const std::string& name, TensorId in, const Expr& inner, TensorId out);

  Frame frame_;
  Expr kept_, hidden_, sparse_, exact_, topk_;
  bool selects_;
  GraphBuilder builder_;
  TensorId q_ = 0, k_ = 0, v_ = 0, index_ = 0, out_ = 0;
};

/// Queries, and what they select; keys, and values.
void TopkMlp::AddProjections() {
  const Inputs inputs = AddInputs(builder_, frame_);
  const bool reads_keys = !exact_.IsZero() || !topk_.IsZero();
  q_ = ProjectQueries(builder_, frame_, inputs.tokens);
  builder_.Last().differentiable = reads_keys;
  if (!sparse_.IsZero()) index_ = Select(SomeHeads(q_, sparse_));
  if (reads_keys) {
    builder_.SetPart(Part::kCore);
    q_ = builder_.Apply(Kind::kScale, {q_}, builder_.Activation("scaled q", builder_.At(q_).shape));
    k_ = ProjectKeys(builder_, frame_, inputs.context, "k", frame_.keys);
  } else {  // projected, but no head reads them
    builder_.SetPart(Part::kProjection);
    builder_.Linear("k", inputs.context, frame_.width, frame_.key_heads * frame_.head_width);
    builder_.Last().differentiable = false;
  }
  v_ = ProjectKeys(builder_, frame_, inputs.context, "v", frame_.keys);
  out_ = HeadOutput(builder_, frame_, frame_.heads);
}

TensorId TopkMlp::HeadwiseProduct(const std::string& name, TensorId in, const Expr& inner,
                                  TensorId out) {
  const Expr outer = builder_.At(out).shape.back();
  return builder_.Apply(Kind::kMatMul, {in, builder_.Parameter(name, {sparse_, inner, outer})},
                        out);
}

TensorId TopkMlp::Select(TensorId q) {
  const TensorId index = builder_.Index("indices", frame_.QueryRows(sparse_, kept_));
  if (!selects_) return index;
  builder_.StartKernel();
  builder_.SetPart(Part::kSelection);
  const std::vector<Expr> hidden = frame_.QueryRows(sparse_, hidden_);
  const TensorId product =
      HeadwiseProduct("selector.in", q, frame_.head_width, builder_.Activation("selector", hidden));
  const TensorId active =
      builder_.Apply(Kind::kRelu, {product}, builder_.Activation("selector relu", hidden));
  const TensorId logits =
      HeadwiseProduct("selector.out", active, hidden_,
                      builder_.Activation("logits", frame_.QueryRows(sparse_, frame_.keys)));
  builder_.Apply(Kind::kTopK, {logits}, index);
  builder_.Last().amount = kept_;
  // Of some queries of one head at a time: hidden numbers, logits, the greatest and their
  // positions, of eight bytes.
  constexpr int kQueriesAtOnce = 128;
  const Expr rows = Min(frame_.queries, kQueriesAtOnce), taken = Min(kept_, frame_.keys);
  builder_.Last().workspace = FloatBytes(rows * (hidden_ + frame_.keys + taken)) + 8 * rows * taken;
  builder_.EndKernel();
  return index;
}

void TopkMlp::AddSparseHeads() {
  if (sparse_.IsZero()) return;
  const Pairs pairs = ApproximatedPairs(frame_, kept_);
  builder_.AddHeads(sparse_, pairs);
  builder_.SetPart(Part::kCore);
  const TensorId rows =
      builder_.PairTensor("value rows", {frame_.batch, sparse_, frame_.head_width}, pairs);
  builder_.StartKernel();
  builder_.Apply(Kind::kGather, {v_, index_}, rows);
  builder_.EndKernel();
  const std::vector<Expr> hidden = frame_.QueryRows(sparse_, hidden_);
  const TensorId product = HeadwiseProduct("approximator.in", rows, kept_ * frame_.head_width,
                                           builder_.Activation("approximator", hidden));
  const TensorId active =
      builder_.Apply(Kind::kRelu, {product}, builder_.Activation("approximator relu", hidden));
  HeadwiseProduct("approximator.out", active, hidden_, SomeHeads(out_, sparse_));
}

void TopkMlp::AddExactHeads() {
  if (exact_.IsZero()) return;
  const Pairs pairs = DensePairs(frame_);
  builder_.AddHeads(exact_, pairs);
  builder_.SetPart(Part::kCore);
  Attend(builder_, {SomeHeads(q_, exact_), k_, v_, exact_, pairs, true}, SomeHeads(out_, exact_));
}

void TopkMlp::AddTopkHeads() {
  if (topk_.IsZero()) return;
  const Pairs pairs = KeptPairs(frame_, kept_);
  builder_.AddHeads(topk_, pairs);
  builder_.SetPart(Part::kCore);
  const TensorId index = builder_.Index("given indices", frame_.QueryRows(topk_, kept_));
  const Core core = {SomeHeads(q_, topk_), k_, v_, topk_, pairs, true};
  AttendGathered(builder_, core, index, topk_, SomeHeads(out_, topk_));
}

void TopkMlp::NameWhatIsLeftOut() {
  const Expr counted = sparse_ + exact_ + topk_;
  if (!(counted == frame_.heads)) {
    builder_.Assume(Print(counted) + " of " + Print(frame_.heads) +
                    " heads are counted, the others cost nothing but their projections");
  }
  if (!selects_) builder_.Assume("the indices cost nothing: no selector, no top-k");
  if (!topk_.IsZero()) builder_.Assume("the keys of the top-k heads are chosen for free");
}

Graph TopkMlp::Build() {
  AddProjections();
  AddSparseHeads();
  AddExactHeads();
  AddTopkHeads();
  NameWhatIsLeftOut();
  return Finish(builder_, frame_, out_);
}

Graph Build(const Settings& settings) { return TopkMlp(settings).Build(); }

constexpr std::array<std::string_view, 1> kAllHeads = {"H"};
constexpr std::array<std::string_view, 1> kOtherHeads = {"H - sparse_heads"};

constexpr std::array<Parameter, 6> kParameters = {{
    kKeptKeysParameter,
    {"h", Domain::kPositiveInteger, "hidden width of selector and approximator", {}},
    {"sparse_heads", Domain::kNonNegativeInteger, "heads made of the two MLPs", kAllHeads},
    {"exact_heads", Domain::kNonNegativeInteger, "heads of full attention", kOtherHeads},
    {"topk_heads", Domain::kNonNegativeInteger, "heads that attend to K keys chosen for free",
     attention_defaults::kZero},
    {"selection", Domain::kNonNegativeInteger, "1: the selector is counted; 0: it is free",
     attention_defaults::kOne},
}};

}  // namespace

constinit const Component kTopkMlp = {"topk_mlp",
                                      "top-k by an MLP selector",
                                      "sparse-attention-mlp, README.md, method and FLOPs tables",
                                      Family::kAttention,
                                      kParameters,
                                      Build};

}  // namespace costcheck
