#include "verify/modules/decoder.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "costmodel/model/config.h"
#include "tests/catch.h"
#include "tests/verify/model_configs.h"
#include "tests/verify/modules/module_check.h"
#include "verify/architecture_sizes.h"

namespace costcheck {
namespace {

using Rows = std::vector<at::Tensor>;

/// The models' definitions token by token and head by head: what Llama, Mistral, Qwen2 and Mixtral
/// compute, with nothing of the module's but its parameters.
class PlainModel {
 public:
  PlainModel(const DecoderModule& module, const Architecture& model)
      : module_(module), model_(model), layer_(model.decoder.groups.front().layer) {}

  /// [T, V] for the tokens of one text.
  at::Tensor Logits(const std::vector<std::int64_t>& tokens) const {
    Rows x;
    for (const std::int64_t token : tokens) x.push_back(Get("tokens.table")[token]);
    for (Integer i = 1; i <= model_.decoder.groups.front().count; ++i) {
      const std::string layer = "layer" + ToString(i) + ".";
      x = Added(x, Attention(Normed(x, layer + "attention_norm"), layer + "attention."));
      x = Added(x, Fed(Normed(x, layer + "feed_forward_norm"), layer + "feed_forward."));
    }
    const at::Tensor head = Get(model_.tied_head ? "tokens.table" : "head.weight");
    return at::matmul(at::stack(Normed(x, "norm")), head.t());
  }

 private:
  at::Tensor Get(const std::string& name) const { return NamedOf(module_, name); }

  static Rows Added(const Rows& a, const Rows& b) {
    Rows sums;
    for (std::size_t t = 0; t < a.size(); ++t) sums.push_back(a[t] + b[t]);
    return sums;
  }

  Rows Normed(const Rows& x, const std::string& name) const {
    Rows normed;
    for (const at::Tensor& row : x) {
      normed.push_back(row / at::sqrt((row * row).mean() + 1e-5) * Get(name + ".weight"));
    }
    return normed;
  }

  /// Pair by pair as complex numbers of angle position * 10000^(-2i/w).
  static at::Tensor Turned(const at::Tensor& row, std::size_t position) {
    const std::int64_t pairs = row.size(0) / 2;
    Rows first, second;
    for (std::int64_t i = 0; i < pairs; ++i) {
      const double angle = static_cast<double>(position) *
                           std::pow(10000.0, -static_cast<double>(i) / static_cast<double>(pairs));
      const at::Tensor a = row[i], b = row[i + pairs];
      first.push_back(a * std::cos(angle) - b * std::sin(angle));
      second.push_back(a * std::sin(angle) + b * std::cos(angle));
    }
    first.insert(first.end(), second.begin(), second.end());
    return at::stack(first);
  }

  /// One head's part of a projected row.
  at::Tensor Part(const at::Tensor& x, const std::string& name, std::int64_t head,
                  bool bias) const {
    const std::int64_t w = *ToInt64(layer_.attention.head_width);
    at::Tensor all = at::mv(Get(name + ".weight"), x);
    if (bias) all = all + Get(name + ".bias");
    return all.slice(0, head * w, (head + 1) * w);
  }

  at::Tensor Head(const Rows& x, std::size_t t, std::int64_t head, const std::string& name) const {
    const AttentionShape& shape = layer_.attention;
    const std::int64_t key_head = head / *ToInt64(shape.heads / shape.key_heads);
    const at::Tensor q = Turned(Part(x[t], name + "q", head, shape.query_bias), t);
    const Integer window = shape.window.value_or(Integer(x.size()));
    at::Tensor sum, weights;
    for (std::size_t s = 0; s <= t; ++s) {
      if (Integer(t - s) >= window) continue;
      const at::Tensor k = Turned(Part(x[s], name + "k", key_head, shape.key_bias), s);
      const at::Tensor weight = at::exp(at::dot(q, k) / std::sqrt(static_cast<double>(q.size(0))));
      const at::Tensor value = weight * Part(x[s], name + "v", key_head, shape.value_bias);
      sum = sum.defined() ? sum + value : value;
      weights = weights.defined() ? weights + weight : weight;
    }
    return sum / weights;
  }

  Rows Attention(const Rows& x, const std::string& name) const {
    Rows out;
    for (std::size_t t = 0; t < x.size(); ++t) {
      Rows heads;
      for (std::int64_t h = 0; h < *ToInt64(layer_.attention.heads); ++h) {
        heads.push_back(Head(x, t, h, name));
      }
      out.push_back(at::mv(Get(name + "out.weight"), at::cat(heads)));
    }
    return out;
  }

  at::Tensor Gated(const at::Tensor& x, const std::string& name) const {
    const at::Tensor first = at::mv(Get(name + "W1.weight"), x);
    const at::Tensor gated = first / (1 + at::exp(-first)) * at::mv(Get(name + "W3.weight"), x);
    return at::mv(Get(name + "W2.weight"), gated);
  }

  /// The best experts of one row, by the softmax of their scores.
  at::Tensor Mixed(const at::Tensor& x, const ExpertsShape& shape, const std::string& name) const {
    const at::Tensor scores = at::exp(at::mv(Get(name + "router.weight"), x));
    std::vector<std::int64_t> order(static_cast<std::size_t>(*ToInt64(shape.routed)));
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
      return scores[a].item<double>() > scores[b].item<double>();
    });
    order.resize(static_cast<std::size_t>(*ToInt64(shape.chosen)));
    at::Tensor sum = at::zeros_like(x), all = at::zeros({});
    for (const std::int64_t expert : order) {
      sum = sum + scores[expert] * Gated(x, name + "expert" + std::to_string(expert + 1) + ".");
      all = all + scores[expert];
    }
    return sum / all;
  }

  Rows Fed(const Rows& x, const std::string& name) const {
    const auto* experts = std::get_if<ExpertsShape>(&layer_.feed_forward);
    Rows fed;
    for (const at::Tensor& row : x) {
      fed.push_back(experts ? Mixed(row, *experts, name) : Gated(row, name));
    }
    return fed;
  }

  const DecoderModule& module_;
  const Architecture& model_;
  const LayerShape& layer_;
};

/// Makes every parameter count, biases and scales among them.
Rows Randomised(const Module& module) {
  const c10::NoGradGuard no_gradients;
  Rows leaves;
  for (const NamedTensor& parameter : module.parameters()) {
    parameter.tensor.copy_(at::randn(parameter.tensor.sizes()).mul_(0.5));
    leaves.push_back(parameter.tensor);
  }
  return leaves;
}

double LargestDifference(const at::Tensor& a, const at::Tensor& b) {
  return at::abs(a - b).max().item<double>();
}

/// What differs of the logits of two texts, and of the gradients of all parameters.
void CheckAgainstPlain(const ConfigText& config, std::int64_t length) {
  const Architecture model = ParseConfig(config.Text(), "config.json");
  DecoderModule module(DecoderSizesOf(model, length, 2));
  const Rows leaves = Randomised(module);
  const at::Tensor tokens = module.MakeInputs()[0];
  const at::Tensor got = module.Logits(tokens);
  Rows wanted;
  for (std::int64_t text = 0; text < 2; ++text) {
    std::vector<std::int64_t> own;
    for (std::int64_t t = 0; t < length; ++t) {
      own.push_back(tokens[text * length + t].item<std::int64_t>());
    }
    wanted.push_back(PlainModel(module, model).Logits(own));
  }
  const at::Tensor expected = at::cat(wanted);
  CHECK(LargestDifference(got, expected) < 1e-10);
  CHECK(at::abs(expected).max().item<double>() > 0.1);
  const at::Tensor direction = at::randn(got.sizes());
  const Rows got_gradients =
      torch::autograd::grad({got}, leaves, {direction}, {}, false, /*allow_unused=*/true);
  const Rows wanted_gradients =
      torch::autograd::grad({expected}, leaves, {direction}, {}, false, /*allow_unused=*/true);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    INFO(module.parameters()[i].name);
    REQUIRE(got_gradients[i].defined() == wanted_gradients[i].defined());
    if (got_gradients[i].defined()) {
      CHECK(LargestDifference(got_gradients[i], wanted_gradients[i]) < 1e-9);
    }
  }
}

}  // namespace

TEST_CASE("A decoder with rotary positions is its definition, forward and backward",
          "[verify][decoder]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(71);
  SECTION("Llama") { CheckAgainstPlain(SmallLlama(), 6); }
  SECTION("Llama with a tied head") {
    CheckAgainstPlain(SmallLlama().Set("tie_word_embeddings", "true"), 5);
  }
  SECTION("Mistral, its window below the text") {
    CheckAgainstPlain(SmallMistral().Set("sliding_window", 3), 7);
  }
  SECTION("Mistral, its window above the text") { CheckAgainstPlain(SmallMistral(), 5); }
  SECTION("Qwen2") { CheckAgainstPlain(SmallQwen2(), 5); }
  SECTION("Mixtral") { CheckAgainstPlain(SmallMixtral(), 7); }
}

}  // namespace costcheck
