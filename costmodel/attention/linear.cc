#include "costmodel/attention/linear.h"

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/attention/frame.h"

namespace costcheck {
namespace {

class Linear {
 public:
  explicit Linear(const Settings& settings)
      : frame_(ReadFrame(settings)),
        features_(settings.Get("m")),
        random_(IsSwitchedOn(settings, "feature_map")),
        runs_(frame_.causal && !frame_.decode),
        builder_(frame_.layers) {
    if (random_ || features_ == frame_.head_width) return;
    throw CostError("linear: m = " + Print(features_) + " is not w = " + Print(frame_.head_width) +
                    ", but an elementwise feature map (feature_map = 0) keeps the width");
  }

  Graph Build();

 private:
  TensorId Features(TensorId rows, const Expr& heads, const std::string& name);
  TensorId KeptState(const std::string& name, std::vector<Expr> shape) {
    return frame_.decode ? builder_.Cache(name + " cache", std::move(shape))
                         : builder_.Activation(name, std::move(shape));
  }
  TensorId Read(TensorId queries, TensorId state);
  TensorId Normaliser(TensorId queries, TensorId keys);

  Frame frame_;
  Expr features_;
  bool random_;
  bool runs_;  ///< a state for every query, each gone when the next one is made
  GraphBuilder builder_;
};

TensorId Linear::Features(TensorId rows, const Expr& heads, const std::string& name) {
  const std::vector<Expr> shape = {frame_.batch, heads, builder_.At(rows).shape[2], features_};
  if (random_) {
    const TensorId matrix =
        builder_.Buffer("random projection of " + name, {frame_.head_width, features_});
    rows = builder_.Apply(Kind::kMatMul, {rows, matrix},
                          builder_.Activation("projected " + name, shape));
  }
  return builder_.Apply(Kind::kExp, {rows}, builder_.Activation("features of " + name, shape));
}

TensorId Linear::Read(TensorId queries, TensorId state) {
  return builder_.Apply(Kind::kMatMul, {queries, state},
                        HeadOutput(builder_, frame_, frame_.heads));
}

/// phi(q) . sum of phi(k), one number a query and head.
TensorId Linear::Normaliser(TensorId queries, TensorId keys) {
  const TensorId sum = KeptState("sum of features", {frame_.batch, frame_.key_heads, features_});
  builder_.Apply(Kind::kReduceSum, {keys}, sum);
  builder_.Last().recomputed = runs_;
  const TensorId products = builder_.Apply(
      Kind::kMultiply, {queries, sum},
      builder_.Activation("normaliser terms", frame_.QueryRows(frame_.heads, features_)));
  return builder_.Apply(Kind::kReduceSum, {products},
                        builder_.Activation("normaliser", frame_.QueryRows(frame_.heads, 1)));
}

Graph Linear::Build() {
  const Inputs inputs = AddInputs(builder_, frame_);
  const TensorId q = ProjectQueries(builder_, frame_, inputs.tokens);
  const TensorId k = ProjectRows(builder_, frame_, inputs.context, "k", frame_.key_heads);
  const TensorId v = ProjectRows(builder_, frame_, inputs.context, "v", frame_.key_heads);
  builder_.SetPart(Part::kCore);
  const TensorId queries = Features(q, frame_.heads, "q");
  const TensorId keys = Features(k, frame_.key_heads, "k");
  if (runs_) builder_.StartKernel();
  const TensorId transposed =
      builder_.View("features of k, transposed", keys,
                    {frame_.batch, frame_.key_heads, features_, frame_.NewKeys()});
  const TensorId state =
      KeptState("state", {frame_.batch, frame_.key_heads, features_, frame_.head_width});
  builder_.Apply(Kind::kMatMul, {transposed, v}, state);
  builder_.Last().recomputed = runs_;
  const TensorId sums = Read(queries, state);
  const TensorId normaliser = Normaliser(queries, keys);
  if (runs_) {  // the current state and sum of features, of all key heads
    const Expr state_bytes =
        FloatBytes(frame_.batch * frame_.key_heads * features_ * (frame_.head_width + 1));
    builder_.Last().workspace = builder_.Last().backward_workspace = state_bytes;
    builder_.EndKernel();
  }
  const TensorId out = HeadOutput(builder_, frame_, frame_.heads);
  builder_.Apply(Kind::kMultiply, {sums, normaliser}, out);
  return Finish(builder_, frame_, out);
}

Graph Build(const Settings& settings) { return Linear(settings).Build(); }

constexpr std::array<std::string_view, 1> kHeadWidth = {"w"};

constexpr std::array<Parameter, 2> kParameters = {{
    {"m", Domain::kPositiveInteger, "features of a head", kHeadWidth},
    {"feature_map", Domain::kNonNegativeInteger, "0: elementwise; 1: random projections",
     attention_defaults::kZero},
}};

}  // namespace

constinit const Component kLinear = {
    "linear",
    "linear attention",
    "Katharopoulos 2020 (arXiv:2006.16236), Eq. 9-12; Choromanski 2020 (arXiv:2009.14794)",
    Family::kAttention,
    kParameters,
    Build};

}  // namespace costcheck
