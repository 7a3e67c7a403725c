#include "verify/modules/rotary.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <complex>
#include <cstdint>

#include "tests/catch.h"
#include "tests/verify/modules/module_check.h"
#include "verify/probe/flop_probe.h"
#include "verify/probe/kept_probe.h"
#include "verify/probe/memory_probe.h"

namespace costcheck {
namespace {

double Largest(const at::Tensor& tensor) { return at::abs(tensor).max().item<double>(); }

/// The pairs of a row [w] times exp(i * position * frequency).
at::Tensor Turned(const at::Tensor& row, std::int64_t position, double base) {
  const std::int64_t half = row.size(0) / 2;
  at::Tensor turned = at::empty_like(row);
  for (std::int64_t i = 0; i < half; ++i) {
    const double frequency = 1 / std::pow(base, static_cast<double>(i) / static_cast<double>(half));
    const std::complex<double> pair(row[i].item<double>(), row[i + half].item<double>());
    const auto product = pair * std::polar(1.0, static_cast<double>(position) * frequency);
    turned[i] = product.real();
    turned[i + half] = product.imag();
  }
  return turned;
}

}  // namespace

TEST_CASE("Rotary positions turn each pair of a row as a complex number", "[verify][rotary]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(61);
  const std::int64_t width = GENERATE(2, 6, 10);
  const double base = GENERATE(10000.0, 37.0);
  const Rotary rotary(11, width, base);
  const at::Tensor rows = at::randn({2, 7, 3, width});
  const at::Tensor got = rotary(rows);
  REQUIRE(got.sizes() == rows.sizes());
  CHECK(got.is_contiguous());
  for (std::int64_t b = 0; b < 2; ++b) {
    for (std::int64_t t = 0; t < 7; ++t) {
      for (std::int64_t h = 0; h < 3; ++h) {
        CHECK(Largest(got[b][t][h] - Turned(rows[b][t][h], t, base)) < 1e-13);
      }
    }
  }
}

TEST_CASE("A product of turned rows depends on their distance alone, and norms stay",
          "[verify][rotary]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(62);
  constexpr std::int64_t kLength = 13;
  const Rotary rotary(kLength, 6);
  const at::Tensor query = at::randn({1, 1, 1, 6}), key = at::randn({1, 1, 1, 6});
  const at::Tensor queries = rotary(query.expand({1, kLength, 1, 6})).view({kLength, 6});
  const at::Tensor keys = rotary(key.expand({1, kLength, 1, 6})).view({kLength, 6});
  const at::Tensor products = at::matmul(queries, keys.t());
  for (std::int64_t m = 1; m < kLength; ++m) {
    for (std::int64_t n = 1; n < kLength; ++n) {
      CHECK(Largest(products[m][n] - products[m - 1][n - 1]) < 1e-13);
    }
  }
  CHECK(Largest(products[5][3] - products[3][5]) > 1e-3);  // and does depend on it
  CHECK(Largest(at::sum(at::square(queries), 1) - at::sum(at::square(query))) < 1e-13);
}

TEST_CASE("The gradient of rotary positions agrees with finite differences", "[verify][rotary]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(63);
  const Rotary rotary(5, 6);
  const at::Tensor rows = at::randn({2, 5, 3, 6}).set_requires_grad(true);
  const at::Tensor of_output = at::randn(rows.sizes());
  const auto sum = [&] { return at::sum(at::mul(at::sin(rotary(rows)), of_output)); };
  const at::Tensor gradient = torch::autograd::grad({sum()}, {rows}).front().view(-1);
  const c10::NoGradGuard no_gradient;
  const at::Tensor numbers = rows.view(-1);
  constexpr double kStep = 1e-6;
  for (std::int64_t i = 0; i < numbers.numel(); ++i) {
    numbers[i].add_(kStep);
    const double above = sum().item<double>();
    numbers[i].sub_(2 * kStep);
    const double below = sum().item<double>();
    numbers[i].add_(kStep);
    CHECK(std::abs((above - below) / (2 * kStep) - gradient[i].item<double>()) < 1e-8);
  }
}

TEST_CASE("Rotary positions keep nothing but their tables, and multiply no matrices",
          "[verify][rotary]") {
  const Rotary rotary(7, 10);
  const at::Tensor leaf = at::randn({2, 7, 3, 10}).set_requires_grad(true);
  const std::int64_t bytes = leaf.numel() * 4;
  FlopProbe flops;
  KeptProbe kept;
  MemoryProbe memory;
  at::Tensor rows = at::add(leaf, 1);  // nobody's but the module's
  const at::Tensor out = rotary(std::move(rows));
  CHECK(memory.live() == bytes);  // the output
  CHECK(memory.peak() == 3 * bytes);
  const std::vector<SavedTensor> saved = kept.Kept({rotary.cosines(), rotary.sines()});
  CHECK(saved.size() == 2);
  CHECK(KeptBytes(saved) == 0);
  out.sum().backward();
  const FlopReport report = flops.Stop();
  CHECK(report.forward == 0);
  CHECK(report.backward == 0);
}

}  // namespace costcheck
