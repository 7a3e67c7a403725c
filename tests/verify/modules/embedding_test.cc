#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/verify/modules/module_check.h"
#include "verify/configurations.h"
#include "verify/modules/embedding_rows.h"
#include "verify/modules/modules.h"

namespace costcheck {
namespace {

using Tensors = std::vector<at::Tensor>;

std::optional<at::Tensor> Find(const Module& module, const std::string& name) {
  for (const NamedTensor& parameter : module.parameters()) {
    if (parameter.name == name) return parameter.tensor;
  }
  return std::nullopt;
}

/// Row k has a one in the column that `column_of` gives for token k, or none.
using ColumnOf = std::function<std::optional<std::int64_t>(std::int64_t token)>;
at::Tensor OneHot(const at::Tensor& tokens, std::int64_t columns, const ColumnOf& column_of) {
  at::Tensor hot = at::zeros({tokens.numel(), columns});
  for (std::int64_t k = 0; k < tokens.numel(); ++k) {
    const std::optional<std::int64_t> column = column_of(tokens[k].item<std::int32_t>());
    if (column) hot[k][*column] = 1;
  }
  return hot;
}

at::Tensor WithZeros(const at::Tensor& rows, std::int64_t width) {
  return at::cat({rows, at::zeros({rows.size(0), width - rows.size(1)})}, 1);
}

/// A band by the definition: its rows, the way to d and back.
class ReferenceBand {
 public:
  ReferenceBand(const Module& module, const Sizes& sizes, std::size_t index, std::int64_t first)
      : band_(sizes.bands[index]), first_(first), width_(sizes["d"]) {
    const std::string name = sizes.bands.size() == 1 ? "all" : "band" + std::to_string(index + 1);
    const bool folded = sizes.values.count("folded") > 0 && sizes["folded"] != 0;
    table_ = NamedOf(module, name + ".table");
    std::string owner = name;
    if (!Find(module, name + ".projection.weight")) owner = "shared";
    const bool is_product = folded && band_.width >= width_;
    if (!is_product) projection_ = Find(module, owner + ".projection.weight");
    if (projection_) bias_ = Find(module, owner + ".projection.bias");
    const bool full = sizes.values.count("full_tables") > 0 && sizes["full_tables"] != 0;
    if (full && !folded && band_.hash_rows == 0) offset_ = first;
  }

  at::Tensor Embedded(const at::Tensor& tokens) const {
    const at::Tensor hot = OneHot(tokens, table_.size(0), [this](std::int64_t token) {
      const std::int64_t type = token - first_;
      const std::int64_t row = band_.hash_rows > 0 ? type % band_.hash_rows : type + offset_;
      return type >= 0 && type < band_.types ? std::optional(row) : std::nullopt;
    });
    const at::Tensor rows = at::matmul(hot, table_);
    if (!projection_) return WithZeros(rows, width_);
    at::Tensor out = at::matmul(WithZeros(rows, projection_->size(0)), *projection_);
    if (bias_) out = at::add(out, at::mul(hot.sum(1, true), *bias_));
    return out;
  }

  at::Tensor Logits(const at::Tensor& hidden) const {
    const at::Tensor x = projection_ ? at::matmul(hidden, projection_->t()) : hidden;
    const std::int64_t rows = band_.hash_rows > 0 ? band_.hash_rows : band_.types;
    const at::Tensor used = table_.slice(0, offset_, offset_ + rows);
    return at::matmul(x.slice(1, 0, table_.size(1)), used.t());
  }

 private:
  Sizes::Band band_;
  std::int64_t first_, width_, offset_ = 0;
  at::Tensor table_;
  std::optional<at::Tensor> projection_, bias_;
};

/// Logits by a matrix of their own, or where they are tied what `tied` gives.
Tensors WithLogits(const Module& module, const Sizes& sizes, const at::Tensor& embedded,
                   const Tensors& inputs, const std::function<Tensors()>& tied) {
  Tensors outputs = {embedded};
  if (sizes["logits"] == 0) return outputs;
  const Tensors logits = sizes["tied"] != 0
                             ? tied()
                             : Tensors{at::matmul(inputs[1], NamedOf(module, "output.weight").t())};
  outputs.insert(outputs.end(), logits.begin(), logits.end());
  return outputs;
}

Tensors BandsByDefinition(const Module& module, const Sizes& sizes, const Tensors& inputs) {
  std::vector<ReferenceBand> bands;
  std::int64_t first = 0;
  for (std::size_t i = 0; i < sizes.bands.size(); ++i) {
    bands.emplace_back(module, sizes, i, first);
    first += sizes.bands[i].types;
  }
  at::Tensor embedded = at::zeros({inputs[0].numel(), sizes["d"]});
  for (const ReferenceBand& band : bands) embedded = at::add(embedded, band.Embedded(inputs[0]));
  return WithLogits(module, sizes, embedded, inputs, [&] {
    Tensors logits;
    for (const ReferenceBand& band : bands) logits.push_back(band.Logits(inputs[1]));
    return logits;
  });
}

Tensors QuotientRemainderByDefinition(const Module& module, const Sizes& sizes,
                                      const Tensors& inputs) {
  const std::int64_t m = sizes["divisor"];
  const at::Tensor quotient = NamedOf(module, "all.quotient.table");
  const at::Tensor remainder = NamedOf(module, "all.remainder.table");
  const at::Tensor by_quotient =
      OneHot(inputs[0], quotient.size(0), [m](std::int64_t token) { return token / m; });
  const at::Tensor by_remainder =
      OneHot(inputs[0], remainder.size(0), [m](std::int64_t token) { return token % m; });
  const at::Tensor a = at::matmul(by_quotient, quotient), b = at::matmul(by_remainder, remainder);
  return WithLogits(module, sizes, sizes["additive"] != 0 ? at::add(a, b) : at::mul(a, b), inputs,
                    [&] { return Tensors{at::matmul(inputs[1], inputs[2])}; });
}

/// What the hash functions of a module give: with the importance of function j alone, and with
/// numbered rows, the output of a token is its bucket.
std::vector<std::vector<std::int64_t>> BucketsOf(Module& module, const Sizes& sizes) {
  const c10::NoGradGuard no_gradients;
  Tensors before;
  for (const NamedTensor& parameter : module.parameters()) {
    before.push_back(parameter.tensor.clone());
  }
  const std::int64_t types = sizes["V"];
  at::Tensor table = NamedOf(module, "all.table");
  table.copy_(at::arange(table.size(0)).unsqueeze(1).expand_as(table));
  if (auto projection = Find(module, "all.projection.weight")) {
    projection->zero_();
    (*projection)[0][0] = 1;
  }
  std::vector<std::vector<std::int64_t>> buckets;
  for (std::int64_t j = 0; j < sizes["hash_functions"]; ++j) {
    NamedOf(module, "all.importance").zero_().select(1, j).fill_(1);
    Tensors inputs = module.MakeInputs();
    std::vector<std::int64_t> found;
    for (std::int64_t type = 0; type < types; ++type) {
      inputs[0].fill_(type);
      found.push_back(std::llround(module.Forward(inputs)[0][0][0].item<double>()));
    }
    buckets.push_back(found);
  }
  for (std::size_t i = 0; i < before.size(); ++i) module.parameters()[i].tensor.copy_(before[i]);
  return buckets;
}

Tensors HashByDefinition(Module& module, const Sizes& sizes, const Tensors& inputs) {
  const auto buckets = BucketsOf(module, sizes);
  const at::Tensor table = NamedOf(module, "all.table");
  const at::Tensor own =
      at::matmul(OneHot(inputs[0], sizes["V"], [](std::int64_t token) { return token; }),
                 NamedOf(module, "all.importance"));
  at::Tensor rows = at::zeros({inputs[0].numel(), sizes["E"]});
  for (std::size_t j = 0; j < buckets.size(); ++j) {
    const at::Tensor hot = OneHot(inputs[0], table.size(0), [&](std::int64_t token) {
      return buckets[j][static_cast<std::size_t>(token)];
    });
    const auto column = static_cast<std::int64_t>(j);
    rows = at::add(rows, at::mul(at::matmul(hot, table), own.slice(1, column, column + 1)));
  }
  const auto projection = Find(module, "all.projection.weight");
  const at::Tensor embedded = projection ? at::matmul(rows, *projection) : rows;
  return WithLogits(module, sizes, embedded, inputs, [&] {
    const at::Tensor hidden = projection ? at::matmul(inputs[1], projection->t()) : inputs[1];
    return Tensors{at::matmul(hidden, inputs[2])};
  });
}

Tensors ByDefinition(Module& module, const Configuration& configuration, const Tensors& inputs) {
  if (configuration.name == "qr") {
    return QuotientRemainderByDefinition(module, configuration.sizes, inputs);
  }
  if (configuration.name == "hash") return HashByDefinition(module, configuration.sizes, inputs);
  return BandsByDefinition(module, configuration.sizes, inputs);
}

void CheckNear(const at::Tensor& a, const at::Tensor& b) {
  REQUIRE(a.sizes() == b.sizes());
  if (a.numel() == 0) return;
  const double difference = at::abs(a - b).max().item<double>();
  CHECK(difference <= 1e-11 * (1 + at::abs(b).max().item<double>()));
}

/// Gradients of all leaves from random ones of all outputs; zeros where none arrives.
Tensors Gradients(const Tensors& outputs, const Tensors& of_outputs, const Tensors& leaves) {
  Tensors gradients =
      torch::autograd::grad(outputs, leaves, of_outputs, true, false, /*allow_unused=*/true);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (!gradients[i].defined()) gradients[i] = at::zeros_like(leaves[i]);
  }
  return gradients;
}

Tensors LeavesOf(const Module& module, const Tensors& inputs) {
  Tensors leaves;
  for (const NamedTensor& parameter : module.parameters()) leaves.push_back(parameter.tensor);
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    leaves.push_back(inputs[i].set_requires_grad(true));
  }
  return leaves;
}

void CheckByDefinition(const Configuration& configuration) {
  INFO(configuration.label);
  const auto module = FindModule(configuration.name)->make(configuration.sizes);
  Enlarge(*module);
  const Tensors inputs = module->MakeInputs();
  const Tensors leaves = LeavesOf(*module, inputs);
  const Tensors wanted = ByDefinition(*module, configuration, inputs);
  const Tensors got = module->Forward(inputs);
  REQUIRE(got.size() == wanted.size());
  Tensors of_outputs;
  for (std::size_t i = 0; i < got.size(); ++i) {
    CheckNear(got[i], wanted[i]);
    of_outputs.push_back(at::randn(got[i].sizes()));
  }
  const Tensors got_gradients = Gradients(got, of_outputs, leaves);
  const Tensors wanted_gradients = Gradients(wanted, of_outputs, leaves);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    INFO("leaf " << i);
    CheckNear(got_gradients[i], wanted_gradients[i]);
  }
}

}  // namespace

TEST_CASE("An embedding gives what one-hot products give, forward and backward",
          "[verify][embedding]") {
  const InDoublePrecision in_double_precision;
  constexpr std::uint64_t kSeed = 20;
  at::manual_seed(kSeed);
  INFO("seed " << kSeed);
  for (const char* name : {"full_table", "factorized", "banded", "adaptive", "hash", "qr"}) {
    std::mt19937_64 generator(kSeed);
    for (int i = 0; i < 30; ++i) CheckByDefinition(RandomConfiguration(name, generator));
  }
}

TEST_CASE("Adaptive bands without a list of bands are the default ones", "[verify][embedding]") {
  for (const std::int64_t vocabulary : {2, 3, 4, 6, 7, 29}) {
    Sizes sizes;
    sizes.values = {{"B", 2},
                    {"T", 5},
                    {"d", 13},
                    {"V", vocabulary},
                    {"factor", 2},
                    {"bias", 0},
                    {"tied", 1},
                    {"logits", 0},
                    {"folded", 0},
                    {"first_cutoff", 3},
                    {"second_cutoff", 7}};
    const std::int64_t first = std::min<std::int64_t>(vocabulary, 3);
    const std::int64_t second = std::min<std::int64_t>(vocabulary, 7);
    const auto module = FindModule("adaptive")->make(sizes);
    CHECK(NamedOf(*module, "band1.table").sizes().vec() == std::vector<std::int64_t>{first, 13});
    CHECK(NamedOf(*module, "band2.table").sizes().vec() ==
          std::vector<std::int64_t>{second - first, 6});
    CHECK(NamedOf(*module, "band3.table").sizes().vec() ==
          std::vector<std::int64_t>{vocabulary - second, 3});
    CHECK(module->Forward(module->MakeInputs())[0].sizes().vec() ==
          std::vector<std::int64_t>{10, 13});
  }
}

namespace {

Sizes BandedSizes() {
  Sizes sizes;
  sizes.values = {{"B", 3},
                  {"T", 7},
                  {"d", 5},
                  {"V", 23},
                  {"tied", 1},
                  {"logits", 0},
                  {"projection", 1},
                  {"bias", 1},
                  {"full_tables", 1},
                  {"folded", 0},
                  {"shared_projection", 0},
                  {"band_tokens.1", 4},
                  {"band_tokens.2", 0},
                  {"band_tokens.3", 17}};
  sizes.bands = {{2, 7, 0}, {10, 5, 0}, {11, 3, 4}};
  return sizes;
}

}  // namespace

TEST_CASE("The form for inference is the same function", "[verify][embedding]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(3);
  Sizes sizes = BandedSizes();
  sizes.values.insert_or_assign("shared_projection", GENERATE(0, 1));
  const auto module = FindModule("banded")->make(sizes);
  sizes.values.insert_or_assign("folded", 1);
  const auto folded = FindModule("banded")->make(sizes);
  const c10::NoGradGuard no_gradients;
  const at::Tensor tokens = at::arange(23, at::kInt).repeat({21}).slice(0, 0, 21);
  std::int64_t first = 0;
  for (const Sizes::Band& band : sizes.bands) {
    // Each type of the band once, through the module, gives the stored row.
    const std::int64_t types = band.types;
    const at::Tensor inputs = at::arange(21, at::kInt).remainder(types).add(first);
    const at::Tensor rows = module->Forward({inputs})[0].slice(0, 0, types);
    const std::string name = "band" + std::to_string(&band - sizes.bands.data() + 1);
    at::Tensor stored = NamedOf(*folded, name + ".table");
    if (band.width >= 5) {
      stored.copy_(rows);
    } else {
      stored.copy_(NamedOf(*module, name + ".table"));
    }
    first += types;
  }
  for (const NamedTensor& parameter : folded->parameters()) {
    if (parameter.name.find("projection") == std::string::npos) continue;
    const at::Tensor same = NamedOf(*module, parameter.name);
    parameter.tensor.copy_(same.slice(0, 0, parameter.tensor.size(0)));
  }
  CheckNear(folded->Forward({tokens})[0], module->Forward({tokens})[0]);
}

TEST_CASE("Inputs have as many tokens of each band as asked for", "[verify][embedding]") {
  at::manual_seed(4);
  const auto module = FindModule("banded")->make(BandedSizes());
  const at::Tensor tokens = module->MakeInputs()[0];
  REQUIRE(tokens.scalar_type() == at::kInt);
  CHECK(tokens.lt(2).sum().item<std::int64_t>() == 4);
  CHECK(tokens.ge(12).sum().item<std::int64_t>() == 17);
  CHECK(tokens.lt(23).all().item<bool>());
  CHECK_FALSE(at::equal(tokens, std::get<0>(at::sort(tokens))));
}

TEST_CASE("An embedding's bits do not depend on the threads", "[verify][embedding]") {
  Sizes sizes = BandedSizes();
  sizes.values.insert_or_assign("T", 4000);
  sizes.values.insert_or_assign("d", 67);
  sizes.values.insert_or_assign("projection", 0);  // products are LibTorch's own
  for (int i = 1; i <= 3; ++i) sizes.values.erase("band_tokens." + std::to_string(i));
  at::manual_seed(5);
  const auto module = FindModule("banded")->make(sizes);
  const Tensors inputs = module->MakeInputs();
  const int threads = at::get_num_threads();
  std::vector<Tensors> runs;
  for (const int count : {1, 2}) {
    at::set_num_threads(count);
    Tensors outputs = module->Forward(inputs);
    Tensors gradients = Gradients(outputs, {at::ones_like(outputs[0])}, LeavesOf(*module, inputs));
    gradients.push_back(outputs[0]);
    runs.push_back(gradients);
  }
  at::set_num_threads(threads);
  for (std::size_t i = 0; i < runs[0].size(); ++i) CHECK(at::equal(runs[0][i], runs[1][i]));
}

TEST_CASE("A text without tokens and one of a single token are embedded", "[verify][embedding]") {
  for (const std::int64_t length : {0, 1}) {
    Sizes sizes = BandedSizes();
    for (int i = 1; i <= 3; ++i) sizes.values.erase("band_tokens." + std::to_string(i));
    sizes.values.insert_or_assign("T", length);
    sizes.values.insert_or_assign("B", 1);
    const auto module = FindModule("banded")->make(sizes);
    at::Tensor out = module->Forward(module->MakeInputs())[0];
    CHECK(out.sizes().vec() == std::vector<std::int64_t>{length, 5});
    out.backward(at::ones_like(out));
    CHECK(NamedOf(*module, "band1.table").grad().sizes() == at::IntArrayRef({23, 7}));
  }
}

TEST_CASE("A look-up takes an index of any shape", "[verify][embedding]") {
  const at::Tensor table = at::arange(10, at::kDouble).view({5, 2}).set_requires_grad(true);
  const at::Tensor index = at::remainder(at::arange(6, at::kInt), 4).view({2, 3});
  at::Tensor rows = LookUp(table, index);
  CHECK(at::equal(rows, at::index_select(table, 0, index.view({6})).view({2, 3, 2})));
  rows.backward(at::arange(12, at::kDouble).view({2, 3, 2}));
  const at::Tensor wanted =
      at::zeros({5, 2}, at::kDouble)
          .index_add(0, index.view({6}).to(at::kLong), at::arange(12, at::kDouble).view({6, 2}));
  CHECK(at::equal(table.grad(), wanted));
}

}  // namespace costcheck
