#include "verify/train/model.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/verify/train/near.h"
#include "tests/verify/train/specs.h"
#include "verify/experiments/parameters.h"
#include "verify/train/attention_core.h"
#include "verify/train/initialization.h"
#include "verify/train/layer.h"

namespace costcheck {
namespace {

using Matrix = std::vector<std::vector<double>>;

Matrix MatrixOf(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.detach().contiguous();
  const std::int64_t columns = tensor.size(-1), rows = tensor.numel() / columns;
  Matrix matrix(static_cast<std::size_t>(rows));
  const auto* from = flat.data_ptr<float>();
  for (auto& row : matrix) {
    row.assign(from, from + columns);
    from += columns;
  }
  return matrix;
}

/// Parameters by name, as plain numbers.
struct Numbers {
  explicit Numbers(const Module& module) {
    for (const NamedTensor& parameter : module.parameters()) {
      by_name[parameter.name] = MatrixOf(parameter.tensor);
    }
  }
  const Matrix& operator[](const std::string& name) const { return by_name.at(name); }

  std::map<std::string, Matrix> by_name;
};

Matrix Affine(const Matrix& x, const Matrix& weight, const Matrix& bias) {
  Matrix out(x.size(), std::vector<double>(weight.size()));
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < weight.size(); ++j) {
      out[i][j] = bias[0][j];
      for (std::size_t k = 0; k < x[i].size(); ++k) out[i][j] += x[i][k] * weight[j][k];
    }
  }
  return out;
}

Matrix Normed(const Matrix& x, const Matrix& weight, const Matrix& bias) {
  Matrix out = x;
  for (auto& row : out) {
    double mean = 0, variance = 0;
    for (const double v : row) mean += v / static_cast<double>(row.size());
    for (const double v : row)
      variance += (v - mean) * (v - mean) / static_cast<double>(row.size());
    for (std::size_t j = 0; j < row.size(); ++j) {
      row[j] = (row[j] - mean) / std::sqrt(variance + 1e-5) * weight[0][j] + bias[0][j];
    }
  }
  return out;
}

Matrix Sum(const Matrix& a, const Matrix& b) {
  Matrix out = a;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < a[i].size(); ++j) out[i][j] += b[i][j];
  }
  return out;
}

Matrix Mapped(Matrix x, const std::function<double(double)>& map) {
  for (auto& row : x) {
    for (double& v : row) v = map(v);
  }
  return x;
}

/// Attention and feed-forward from their definitions, a window after the other.
struct LayerOracle {
  LayerSizes sizes;
  Numbers numbers;

  Matrix Attention(const Matrix& x) const {
    const Matrix projected =
        Affine(x, numbers["attention.in.weight"], numbers["attention.in.bias"]);
    const auto d = static_cast<std::size_t>(sizes.width),
               heads = static_cast<std::size_t>(sizes.heads);
    const auto length = static_cast<std::size_t>(sizes.length);
    const std::size_t w = d / heads;
    Matrix mixed(x.size(), std::vector<double>(d));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t first = i / length * length;
      const std::size_t last = sizes.causal ? i + 1 : first + length;
      for (std::size_t h = 0; h < heads; ++h) {
        std::vector<double> weights;
        double total = 0;
        for (std::size_t j = first; j < last; ++j) {
          double score = 0;
          for (std::size_t c = 0; c < w; ++c) {
            score += projected[i][h * w + c] * projected[j][d + h * w + c];
          }
          weights.push_back(std::exp(score / std::sqrt(static_cast<double>(w))));
          total += weights.back();
        }
        for (std::size_t j = first; j < last; ++j) {
          for (std::size_t c = 0; c < w; ++c) {
            mixed[i][h * w + c] += weights[j - first] / total * projected[j][2 * d + h * w + c];
          }
        }
      }
    }
    return Affine(mixed, numbers["attention.out.weight"], numbers["attention.out.bias"]);
  }

  Matrix FeedForward(const Matrix& x) const {
    const auto activation = [this](double v) {
      return sizes.relu ? std::max(v, 0.0) : v * std::erfc(-v / std::sqrt(2.0)) / 2;
    };
    const Matrix inner = Mapped(Affine(x, numbers["W1.weight"], numbers["W1.bias"]), activation);
    return Affine(inner, numbers["W2.weight"], numbers["W2.bias"]);
  }

  Matrix operator()(Matrix x) const {
    const auto norm = [this](const Matrix& rows, const std::string& name) {
      return Normed(rows, numbers[name + ".weight"], numbers[name + ".bias"]);
    };
    if (sizes.norm_first) {
      x = Sum(x, Attention(norm(x, "attention_norm")));
      return Sum(x, FeedForward(norm(x, "feed_forward_norm")));
    }
    x = norm(Sum(x, Attention(x)), "attention_norm");
    return norm(Sum(x, FeedForward(x)), "feed_forward_norm");
  }
};

double GreatestDifference(const Matrix& a, const Matrix& b) {
  double greatest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < a[i].size(); ++j) {
      greatest = std::max(greatest, std::abs(a[i][j] - b[i][j]));
    }
  }
  return greatest;
}

/// Every parameter away from where it starts, norms among them.
void Shake(const Module& module) {
  const at::NoGradGuard no_gradients;
  for (const NamedTensor& parameter : module.parameters()) {
    at::Tensor(parameter.tensor).add_(at::randn(parameter.tensor.sizes()).mul_(0.4));
  }
}

TEST_CASE("A layer is what its definition says, norms first or last", "[train][model]") {
  at::manual_seed(11);
  const bool causal = GENERATE(true, false), first = GENERATE(true, false);
  const bool relu = GENERATE(true, false);
  const LayerSizes sizes{2, 5, 6, 3, 7, causal, relu, first};
  Dropout dropout(0.3);  // lets all pass until it is started
  TransformerLayer layer(sizes, std::make_unique<DenseSelfAttention>(sizes, dropout), false,
                         dropout);
  Shake(layer);
  const at::Tensor x = at::randn({10, 6});
  const at::Tensor out = layer.Forward(ListOf(x)).front();
  const LayerOracle oracle{sizes, Numbers(layer)};
  CHECK(GreatestDifference(MatrixOf(out), oracle(MatrixOf(x))) < 2e-5);
}

/// softmax(q k^T / sqrt(w) + mask) v with autograd's own operators.
at::Tensor PlainCore(const at::Tensor& projected, const CoreSizes& sizes, const at::Tensor& kept) {
  const auto parts = projected.view({sizes.batch, sizes.length, 3, sizes.heads, sizes.head_width})
                         .permute({2, 0, 3, 1, 4})
                         .unbind(0);
  at::Tensor scores = at::matmul(parts[0], parts[1].transpose(2, 3)) /
                      std::sqrt(static_cast<double>(sizes.head_width));
  if (sizes.causal) {
    scores = scores + at::full({sizes.length, sizes.length}, -1e9).triu(1);
  }
  const at::Tensor weights = at::softmax(scores, -1) * kept.view(scores.sizes());
  return at::matmul(weights, parts[2])
      .transpose(1, 2)
      .reshape({sizes.batch * sizes.length, sizes.heads * sizes.head_width});
}

TEST_CASE("The core of attention has the gradients of plain operators", "[train][model]") {
  at::manual_seed(19);
  const bool drops = GENERATE(false, true);
  const CoreSizes sizes{3, 7, 2, 5, GENERATE(true, false)};
  std::optional<DropoutMask> mask;
  if (drops) mask = DropoutMask{1234, 20000};
  const at::Tensor ones = at::ones({6, 7, 7});
  const at::Tensor kept = mask ? (*mask)(ones) : ones;
  const at::Tensor own = at::randn({21, 30}).set_requires_grad(true);
  const at::Tensor plain = own.detach().clone().set_requires_grad(true);
  const at::Tensor weight = at::randn({21, 10});
  const at::Tensor out = SelfAttentionCore(own, sizes, mask);
  const at::Tensor wanted = PlainCore(plain, sizes, kept);
  CHECK(at::allclose(out, wanted, 1e-4, 1e-5));
  (out * weight).sum().backward();
  (wanted * weight).sum().backward();
  CHECK(at::allclose(own.grad(), plain.grad(), 1e-4, 1e-5));
}

TEST_CASE("With a causal mask no position hears of later ones", "[train][model]") {
  at::manual_seed(5);
  ExperimentSpec spec = SmallSpec(ModelFamily::kTransformer);
  for (const char* attention : {"full", "sliding_window"}) {
    ModelPlan plan{spec.model, spec.arms[0], 13, 5, 7, {}};
    plan.arm.attention = attention;
    if (plan.arm.attention != "full") plan.arm.attention_settings = {{"W", 3}};
    TrainedModel model(plan);
    Shake(model);
    const at::Tensor tokens = at::randint(13, {35}, at::kInt);
    at::Tensor changed = tokens.clone();
    changed[4] = (tokens[4].item<int>() + 1) % 13;  // of the first window
    const at::Tensor before = model.Forward(ListOf(tokens)).front();
    const at::Tensor after = model.Forward(ListOf(changed)).front();
    INFO(attention);
    CHECK(at::equal(before.narrow(0, 0, 4), after.narrow(0, 0, 4)));
    CHECK_FALSE(at::equal(before[4], after[4]));
    CHECK(at::equal(before.narrow(0, 7, 28), after.narrow(0, 7, 28)));
  }
}

TEST_CASE("An arm has as many parameters as its experiment counts", "[train][model]") {
  for (const ModelFamily family : {ModelFamily::kTransformer, ModelFamily::kMeanPool}) {
    ExperimentSpec spec = SmallSpec(family);
    ArmSpec matched = spec.arms[0], factorized = spec.arms[0], tables = spec.arms[1];
    matched.name = "matched";
    matched.matched_to = "banded";
    factorized.name = "factorized";
    factorized.embedding = "factorized";
    factorized.embedding_settings = {{"E", 5}};
    tables.name = "tables";
    tables.embedding_settings = {{"full_tables", 1}, {"bias", 1}};
    spec.arms.insert(spec.arms.end(), {matched, factorized, tables});
    TypeCounts counts;
    for (std::int64_t type = 0; type < 13; ++type) {
      counts.count.push_back(13 - type);
      counts.first_position.push_back(type);
    }
    for (const ArmSpec& arm : spec.arms) {
      INFO(arm.name);
      const ResolvedArm resolved = Resolve(spec, arm);
      ModelPlan plan{resolved.model, resolved.arm, 13, 5, 7, {}};
      if (arm.categories) plan.bands = SortIntoBands(counts, arm.categories->rule);
      CHECK(Integer(TrainedModel(plan).CountParameters()) == ModelParameters(spec, arm));
    }
  }
}

TEST_CASE("A banded embedding reads each type's own row, whatever its band's place",
          "[train][model]") {
  at::manual_seed(3);
  const ExperimentSpec spec = SmallSpec(ModelFamily::kMeanPool);
  TypeCounts counts;  // type 12 is the most frequent
  for (std::int64_t type = 0; type < 13; ++type) {
    counts.count.push_back(type + 1);
    counts.first_position.push_back(0);
  }
  const TypeBands bands = SortIntoBands(counts, spec.arms[1].categories->rule);
  TokenEmbedding embedding(spec.arms[1], 13, 6, false, bands);
  const Numbers numbers(embedding);
  const auto row = [&](int type) {
    return MatrixOf(embedding.Forward(ListOf(at::full({1}, type, at::kInt))).front())[0];
  };
  // floor(0.2*13) = 2 high, from floor(0.7*13) = 9 on low: 12 and 11 high, 10 .. 4 mid, 3 .. 0 low.
  const Matrix& mid = numbers["banded.band2.table"];
  REQUIRE(mid.size() == 7);
  for (int type = 4; type <= 10; ++type) {
    const auto& own = mid[static_cast<std::size_t>(10 - type)];
    const std::vector<double> read = row(type);
    for (std::size_t i = 0; i < read.size(); ++i) CHECK(read[i] == own[i]);
  }
  const Matrix& low = numbers["banded.band3.table"];
  const Matrix& projection = numbers["banded.band3.projection.weight"];
  double first = 0;
  for (std::size_t k = 0; k < 4; ++k) first += low[0][k] * projection[k][0];
  CHECK(std::abs(row(3)[0] - first) < 1e-6);
}

TEST_CASE("A tied head has a logit for every type in the order of types", "[train][model]") {
  at::manual_seed(4);
  ExperimentSpec spec = SmallSpec(ModelFamily::kMeanPool);
  TypeCounts counts;
  for (std::int64_t type = 0; type < 13; ++type) {
    counts.count.push_back(type * 5 % 13 + 1);
    counts.first_position.push_back(0);
  }
  const TypeBands bands = SortIntoBands(counts, spec.arms[1].categories->rule);
  for (const ArmSpec& arm : spec.arms) {
    TokenEmbedding embedding(arm, 13, 6, true,
                             arm.categories ? std::optional(bands) : std::nullopt);
    Shake(embedding);
    const at::Tensor rows = embedding.Forward(ListOf(at::arange(13, at::kInt))).front();
    const at::Tensor hidden = at::randn({3, 6});
    INFO(arm.name);
    CHECK(at::allclose(embedding.TiedLogits(hidden), at::mm(hidden, rows.t()), 1e-4, 1e-5));
  }
  ArmSpec hash = spec.arms[0];
  hash.embedding = "hash";
  CHECK_THROWS_AS(TokenEmbedding(hash, 13, 6, true, std::nullopt), CostError);
}

TEST_CASE("Dropout zeroes its share, keeps the mean and knows its own mask backward",
          "[train][dropout]") {
  Dropout dropout(0.25);
  const at::Tensor ones = at::ones({701, 97}).set_requires_grad(true);
  CHECK(dropout(ones).is_same(ones));
  dropout.Start(77);
  const at::Tensor out = dropout(ones);
  out.sum().backward();
  CHECK(at::equal(out, ones.grad()));
  const double zeros = (out == 0).sum().item<double>() / static_cast<double>(out.numel());
  CHECK(std::abs(zeros - 0.25) < 5 * std::sqrt(0.25 * 0.75 / 67997));
  CHECK(Near(out.max().item<double>(), 4.0 / 3, 1e-6));
  // Neighbours are independent: both dropped in 1/16 of the pairs.
  const at::Tensor dropped = (out == 0).to(at::kFloat);
  const double both = (dropped.narrow(1, 0, 96) * dropped.narrow(1, 1, 96)).mean().item<double>();
  CHECK(std::abs(both - 0.0625) < 0.005);
  CHECK_FALSE(at::equal(dropout(ones), out));  // another place
  dropout.Start(77);
  CHECK(at::equal(dropout(ones), out));
  dropout.Start(78);
  CHECK_FALSE(at::equal(dropout(ones), out));
  dropout.Stop();
  CHECK(dropout(ones).is_same(ones));
}

std::pair<double, double> MeanAndDeviation(const Module& module, const std::string& name) {
  for (const NamedTensor& parameter : module.parameters()) {
    if (parameter.name != name) continue;
    return {parameter.tensor.mean().item<double>(), parameter.tensor.std().item<double>()};
  }
  throw CostError("no parameter " + name);
}

TEST_CASE("Parameters are drawn by the named rule, and alike where arms share them",
          "[train][initialization]") {
  ExperimentSpec spec = SmallSpec(ModelFamily::kTransformer);
  spec.model.width = 48;
  spec.model.inner = 101;
  ModelPlan plan{spec.model, spec.arms[0], 131, 5, 7, {}};
  TrainedModel model(plan);
  const auto deviation = [&](const char* name) { return MeanAndDeviation(model, name).second; };
  plan.model.initialization = Initialization::kGpt;
  Initialize(plan.model, 9, model);
  CHECK(Near(deviation("layer2.W1.weight"), 0.02, 0.05));
  CHECK(Near(deviation("layer2.W2.weight"), 0.01, 0.05));  // 2L = 4
  CHECK(Near(deviation("layer1.attention.out.weight"), 0.01, 0.05));
  CHECK(deviation("head.bias") == 0);
  plan.model.initialization = Initialization::kPyTorch;
  Initialize(plan.model, 9, model);
  CHECK(Near(deviation("tokens.full_table.all.table"), 1, 0.05));
  // Uniform on +-b has deviation b / sqrt(3).
  CHECK(Near(deviation("layer1.W2.weight"), 1 / std::sqrt(3 * 101.0), 0.05));
  CHECK(Near(deviation("layer1.attention.in.weight"), std::sqrt(6 / (4 * 48.0) / 3), 0.05));
  CHECK(deviation("layer1.attention.in.bias") == 0);
  CHECK(Near(deviation("layer1.W2.bias"), 1 / std::sqrt(3 * 101.0), 0.25));
  CHECK(MeanAndDeviation(model, "norm.weight") == std::pair(1.0, 0.0));

  // The maps of sparse heads, [heads, in, out], are linear as well: here from w and 3 w inputs.
  ModelPlan sparse = plan;
  sparse.arm.attention = "topk_mlp";
  sparse.arm.attention_settings = {{"K", 3}, {"h", 101}, {"sparse_heads", 1}};
  TrainedModel heads(sparse);
  Initialize(sparse.model, 9, heads);
  const double head_width = 48.0 / static_cast<double>(plan.model.heads);
  CHECK(Near(MeanAndDeviation(heads, "layer1.attention.selector.in").second,
             1 / std::sqrt(3 * head_width), 0.05));
  CHECK(Near(MeanAndDeviation(heads, "layer1.attention.approximator.in").second,
             1 / std::sqrt(9 * head_width), 0.05));

  ModelPlan other = plan;
  other.arm.embedding = "factorized";
  other.arm.embedding_settings = {{"E", 12}};
  TrainedModel second(other);
  Initialize(other.model, 9, second);
  CHECK(Numbers(model)["layer2.W1.weight"] == Numbers(second)["layer2.W1.weight"]);
  CHECK(Numbers(model)["layer2.W1.weight"] != Numbers(model)["layer1.W1.weight"]);
  Initialize(other.model, 10, second);
  CHECK(Numbers(model)["layer2.W1.weight"] != Numbers(second)["layer2.W1.weight"]);
}

}  // namespace
}  // namespace costcheck
