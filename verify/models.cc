#include "verify/models.h"

#include <algorithm>
#include <array>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/attention/frame.h"
#include "costmodel/model/gpt.h"
#include "costmodel/model/parts.h"

namespace costcheck {
namespace {

using OneDefault = std::array<std::string_view, 1>;

constexpr OneDefault kZero = {"0"}, kOne = {"1"}, kWide = {"4*d"}, kAllPositions = {"T"};
constexpr OneDefault kGpt2Layers = {"12"}, kGpt2Width = {"768"}, kGpt2Heads = {"12"},
                     kGpt2Vocabulary = {"50257"}, kGpt2Positions = {"1024"};

constexpr Domain kPositive = Domain::kPositiveInteger;
constexpr Domain kSwitch = Domain::kNonNegativeInteger;

constexpr Parameter kInner = {"f", kPositive, "feed-forward width", kWide};
constexpr Parameter kBias = {"bias", kSwitch, "1: biases", kOne};
constexpr Parameter kNoBias = {"bias", kSwitch, "1: biases", kZero};
constexpr Parameter kVocabulary = {"V", kPositive, "vocabulary", {}};

constexpr std::array<Parameter, 2> kFeedForward = {{kInner, kBias}};
constexpr std::array<Parameter, 1> kLayerNorm = {{kBias}};
constexpr std::array<Parameter, 1> kRmsNorm = {{kNoBias}};
constexpr std::array<Parameter, 1> kLoss = {{kVocabulary}};
constexpr std::array<Parameter, 4> kGpt = {{
    kVocabulary,
    kInner,
    {"L", kPositive, "layers", kOne},
    {"context", kPositive, "rows of the table of positions", kAllPositions},
}};
constexpr std::array<Parameter, 3> kLlama = {
    {kVocabulary, kInner, {"L", kPositive, "layers", kOne}}};
constexpr std::array<Parameter, 6> kGpt2 = {{
    {"V", kPositive, "vocabulary", kGpt2Vocabulary},
    kInner,
    {"L", kPositive, "layers", kGpt2Layers},
    {"d", kPositive, "model width", kGpt2Width},
    {"H", kPositive, "heads", kGpt2Heads},
    {"context", kPositive, "rows of the table of positions", kGpt2Positions},
}};

std::vector<Expr> Rows(const Settings& settings) {
  return {settings.Get("B"), settings.Get("T"), settings.Get("d")};
}

Graph BuildFeedForward(const Settings& settings, bool gated) {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", Rows(settings));
  const FeedForward shape = {"", settings.Get("f"), IsSwitchedOn(settings, "bias")};
  gated ? AddSwiGluFeedForward(builder, x, shape) : AddGeluFeedForward(builder, x, shape);
  return builder.Take(settings.Get("B"));
}

Graph BuildMlp(const Settings& settings) { return BuildFeedForward(settings, false); }
Graph BuildSwiGlu(const Settings& settings) { return BuildFeedForward(settings, true); }

Graph BuildNorm(const Settings& settings, NormKind kind) {
  GraphBuilder builder;
  AddNorm(builder, "norm", builder.Input("x", Rows(settings)), kind,
          IsSwitchedOn(settings, "bias"));
  return builder.Take(settings.Get("B"));
}

Graph BuildLayerNorm(const Settings& settings) { return BuildNorm(settings, NormKind::kLayerNorm); }
Graph BuildRmsNorm(const Settings& settings) { return BuildNorm(settings, NormKind::kRmsNorm); }

Graph BuildLoss(const Settings& settings) {
  GraphBuilder builder;
  const Expr rows = settings.Get("B") * settings.Get("T");
  builder.SetPart(Part::kLoss);
  const TensorId logits = builder.Input("logits", {rows, settings.Get("V")});
  builder.CrossEntropy(logits, builder.Input("targets", {rows}, DType::kIndex));
  return builder.Take(settings.Get("B"));
}

GptConfig Decoder(const Settings& settings) {
  GptConfig config{.attention = FindComponent("full"), .settings = settings};
  // Read through the attention's parameters, they would lose their defaults.
  for (const Parameter& parameter : settings.parameters()) {
    config.settings.Set(std::string(parameter.name), settings.Get(parameter.name));
  }
  const std::optional<Rational> layers = settings.Get("L").AsRational();
  const std::optional<std::int64_t> number =
      layers && IsInteger(*layers) ? ToInt64(Numerator(*layers)) : std::nullopt;
  constexpr std::int64_t kMostLayers = 10000;
  if (!number || *number < 1 || *number > kMostLayers) {
    throw CostError("L = " + Print(settings.Get("L")) + " is no number of layers from 1 to " +
                    std::to_string(kMostLayers));
  }
  config.layers = static_cast<int>(*number);
  return config;
}

Graph BuildGpt(const Settings& settings) {
  GptConfig config = Decoder(settings);
  config.context = settings.Get("context");
  if (SignOf(settings.Get("T") - config.context) == Sign::kPositive) {
    throw CostError("T = " + Print(settings.Get("T")) + " is more than the " +
                    Print(config.context) + " positions that are learned");
  }
  return GptGraph(config);
}

Graph BuildLlama(const Settings& settings) {
  GptConfig config = Decoder(settings);
  config.norm = NormKind::kRmsNorm;
  config.feed_forward = FeedForwardKind::kSwiGlu;
  config.biases = config.learned_positions = config.tied_head = false;
  return GptGraph(config);
}

constexpr Component Model(std::string_view name, std::string_view source,
                          std::span<const Parameter> parameters, Graph (*build)(const Settings&)) {
  return {name, name, source, Family::kAttention, parameters, build};
}

constexpr Component kModels[] = {
    Model("mlp", "Vaswani 2017, Sec. 3.3", kFeedForward, BuildMlp),
    Model("swiglu", "Shazeer 2020 (GLU variants), Eq. 6", kFeedForward, BuildSwiGlu),
    Model("layer_norm", "Ba 2016, Eq. 4", kLayerNorm, BuildLayerNorm),
    Model("rms_norm", "Zhang & Sennrich 2019, Eq. 4", kRmsNorm, BuildRmsNorm),
    Model("cross_entropy", "-log softmax(logits)[target]", kLoss, BuildLoss),
    Model("gpt", "Radford 2019, Sec. 2.3", kGpt, BuildGpt),
    Model("llama", "Touvron 2023, Sec. 2.2", kLlama, BuildLlama),
    Model("gpt2", "Radford 2019, Table 2", kGpt2, BuildGpt),
};

constexpr auto kPointers = [] {
  std::array<const Component*, std::size(kModels)> pointers{};
  for (std::size_t i = 0; i < pointers.size(); ++i) pointers[i] = &kModels[i];
  return pointers;
}();

}  // namespace

std::span<const Component* const> ModelVerifiables() { return kPointers; }

bool HasHeads(const Component& component) {
  constexpr std::array<std::string_view, 5> kWithout = {"mlp", "swiglu", "layer_norm", "rms_norm",
                                                        "cross_entropy"};
  return component.family == Family::kAttention &&
         std::find(kWithout.begin(), kWithout.end(), component.name) == kWithout.end();
}

}  // namespace costcheck
