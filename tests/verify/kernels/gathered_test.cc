#include "verify/modules/gathered.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <map>
#include <mutex>
#include <thread>

#include "tests/catch.h"
#include "tests/verify/kernels/pattern_cases.h"
#include "verify/probe/flop_probe.h"
#include "verify/probe/memory_probe.h"

namespace costcheck {
namespace {

constexpr std::uint64_t kSeed = 20240613;

/// q, k, v and what the output's gradient is, for one pattern.
struct Operands {
  at::Tensor q, k, v, index, out_grad;
  PatternMaker make;

  Operands(const PatternCase& drawn, std::int64_t width, at::ScalarType type) : make(drawn.make) {
    const auto rows = [&](std::int64_t length, std::int64_t heads) {
      return at::randn({drawn.sequences, length, heads, width}, type);
    };
    // As modules have it: heads behind each other in a row, but q seen through a transposition.
    q = at::randn({drawn.sequences, drawn.heads, drawn.text.queries, width}, type).transpose(1, 2);
    k = rows(drawn.text.keys, drawn.selecting_heads);
    v = rows(drawn.text.keys, drawn.selecting_heads);
    out_grad = rows(drawn.text.queries, drawn.heads);
    for (at::Tensor* tensor : {&q, &k, &v}) tensor->set_requires_grad(true);
    if (!drawn.index.empty()) {
      index = at::empty({static_cast<std::int64_t>(drawn.index.size())}, at::kInt);
      std::copy(drawn.index.begin(), drawn.index.end(), index.data_ptr<std::int32_t>());
    }
  }

  at::Tensor Attend() const { return GatheredAttention(q, k, v, index, make, 0.3); }
  std::vector<at::Tensor> Gradients(const at::Tensor& out) const {
    return torch::autograd::grad({out}, {q, k, v}, {out_grad});
  }
};

template <class Check>
void ForCases(int number, std::int64_t longest, const Check& check) {
  Random random(kSeed);
  at::manual_seed(kSeed);
  for (const CaseMaker make : CaseMakers()) {
    for (int i = 0; i < number; ++i) {
      const PatternCase drawn = make(DrawSizes(random, longest), random);
      const std::int64_t width = Draw(random, 1, 37);
      INFO("seed " << kSeed << ", case " << i << ", " << drawn.Describe() << ", w = " << width);
      check(drawn, width, random);
    }
  }
}

/// The loss whose gradient with respect to the output is out_grad.
double Loss(const Operands& operands) {
  const c10::NoGradGuard no_grad;
  return at::mul(operands.Attend(), operands.out_grad).sum().item<double>();
}

/// Central differences of one number of a tensor.
double Slope(const Operands& operands, at::Tensor number) {
  constexpr double kStep = 1e-5;
  const c10::NoGradGuard no_grad;
  number.add_(kStep);
  const double above = Loss(operands);
  number.sub_(2 * kStep);
  const double below = Loss(operands);
  number.add_(kStep);
  return (above - below) / (2 * kStep);
}

TEST_CASE("Gradients are the slopes of the loss, by differences in double precision",
          "[gathered]") {
  ForCases(4, 13, [](const PatternCase& drawn, std::int64_t width, Random& random) {
    const Operands operands(drawn, width, at::kDouble);
    const std::vector<at::Tensor> gradients = operands.Gradients(operands.Attend());
    const at::Tensor inputs[] = {operands.q, operands.k, operands.v};
    for (int i = 0; i < 30; ++i) {
      const auto which = static_cast<std::size_t>(i % 3);
      at::Tensor number = inputs[which].detach(), gradient = gradients[which];
      while (number.dim() > 0) {
        const std::int64_t at = Draw(random, 0, number.size(0) - 1);
        number = number.select(0, at), gradient = gradient.select(0, at);
      }
      const double slope = Slope(operands, number);
      REQUIRE(std::abs(gradient.item<double>() - slope) < 1e-8 + 1e-7 * std::abs(slope));
    }
  });
}

TEST_CASE("Single precision is near double precision", "[gathered]") {
  ForCases(3, 31, [](const PatternCase& drawn, std::int64_t width, Random&) {
    const Operands precise(drawn, width, at::kDouble);
    Operands single = precise;
    for (at::Tensor* tensor : {&single.q, &single.k, &single.v}) {
      *tensor = tensor->detach().to(at::kFloat).set_requires_grad(true);
    }
    single.out_grad = precise.out_grad.to(at::kFloat);
    const at::Tensor out = precise.Attend(), rounded = single.Attend();
    REQUIRE(at::allclose(out, rounded.to(at::kDouble), 1e-3, 1e-4));
    const std::vector<at::Tensor> exact = precise.Gradients(out);
    const std::vector<at::Tensor> near = single.Gradients(rounded);
    for (std::size_t i = 0; i < exact.size(); ++i) {
      REQUIRE(at::allclose(exact[i], near[i].to(at::kDouble), 1e-3, 1e-3));
    }
  });
}

TEST_CASE("A gradient that is one number spread out is read right", "[gathered]") {
  ForCases(1, 17, [](const PatternCase& drawn, std::int64_t width, Random&) {
    Operands operands(drawn, width, at::kDouble);
    const at::Tensor out = operands.Attend();
    operands.out_grad = at::ones({}, at::kDouble).expand(out.sizes());
    const std::vector<at::Tensor> spread = operands.Gradients(out);
    operands.out_grad = at::ones(out.sizes(), at::kDouble);
    const std::vector<at::Tensor> whole = operands.Gradients(operands.Attend());
    for (std::size_t i = 0; i < whole.size(); ++i) REQUIRE(at::equal(spread[i], whole[i]));
  });
}

/// Sets the number of threads while it lives.
class Threads {
 public:
  explicit Threads(int number) : before_(at::get_num_threads()) { at::set_num_threads(number); }
  ~Threads() { at::set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

std::vector<at::Tensor> OutputAndGradients(const Operands& operands, int threads) {
  const Threads set(threads);
  at::Tensor out = operands.Attend();
  std::vector<at::Tensor> results = operands.Gradients(out);
  results.push_back(std::move(out));
  return results;
}

TEST_CASE("One, two and three threads give the same bits", "[gathered]") {
  ForCases(5, 150, [](const PatternCase& drawn, std::int64_t width, Random&) {
    const Operands operands(drawn, width, at::kFloat);
    const std::vector<at::Tensor> one = OutputAndGradients(operands, 1);
    for (const int threads : {2, 3}) {
      const std::vector<at::Tensor> more = OutputAndGradients(operands, threads);
      for (std::size_t i = 0; i < one.size(); ++i) REQUIRE(at::equal(one[i], more[i]));
    }
  });
}

/// A pattern that notes how often each thread asks it.
class Watched : public KeyPattern {
 public:
  using Seen = std::map<std::thread::id, int>;
  Watched(const TextLengths& text, Seen& seen) : pattern_(text), seen_(seen) {}

  std::int64_t Rows() const override { return pattern_.Rows(); }
  std::int64_t Offset(std::int64_t row) const override { return pattern_.Offset(row); }
  void Fill(std::int64_t sequence, std::int64_t head, std::int64_t row,
            std::span<std::int32_t> keys) const override {
    pattern_.Fill(sequence, head, row, keys);
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    ++seen_[std::this_thread::get_id()];
  }

 private:
  FullPattern pattern_;
  Seen& seen_;
};

TEST_CASE("Forward and backward really run on several threads, one head too", "[gathered]") {
  const Threads two(2);
  constexpr int kRows = 131;
  Watched::Seen seen;
  const PatternMaker make = [&](const std::int32_t*) {
    return std::make_unique<Watched>(TextLengths{kRows, kRows, true}, seen);
  };
  const at::Tensor rows = at::randn({1, kRows, 1, 5}).set_requires_grad(true);
  const at::Tensor out = GatheredAttention(rows, rows, rows, {}, make, 1);
  CHECK(seen.size() == 2);
  seen.clear();
  torch::autograd::grad({out.sum()}, {rows});
  CHECK(seen.size() == 2);
  // Each has a range of keys, and for them reads all rows.
  for (const auto& [thread, times] : seen) CHECK(times > kRows);
}

std::int64_t SlotsOf(const PatternCase& drawn) {
  const auto pattern = drawn.Make();
  return drawn.sequences * drawn.heads * pattern->Offset(pattern->Rows());
}

TEST_CASE("The dispatcher's observers are told two products forward and four backward",
          "[gathered]") {
  ForCases(5, 41, [](const PatternCase& drawn, std::int64_t width, Random&) {
    const Operands operands(drawn, width, at::kFloat);
    FlopProbe probe;
    operands.Gradients(operands.Attend());
    const FlopReport report = probe.Stop();
    REQUIRE(report.forward == 2 * 2 * SlotsOf(drawn) * width);
    REQUIRE(report.backward == 2 * 4 * SlotsOf(drawn) * width);
  });
}

TEST_CASE("Weights are kept; backward has one more tensor of their size", "[gathered]") {
  ForCases(5, 41, [](const PatternCase& drawn, std::int64_t width, Random&) {
    const Operands operands(drawn, width, at::kFloat);
    const std::int64_t slots = 4 * SlotsOf(drawn);
    const std::int64_t queries = 4 * operands.q.numel(), keys = 4 * operands.k.numel();
    MemoryProbe probe;
    const at::Tensor out = operands.Attend();
    REQUIRE(probe.live() == slots + queries);
    REQUIRE(probe.peak() == slots + queries);
    const std::vector<at::Tensor> gradients = operands.Gradients(out);
    REQUIRE(probe.peak() == 2 * slots + 2 * queries + 2 * keys);
    REQUIRE(probe.live() == 2 * queries + 2 * keys);
  });
}

TEST_CASE("Once backward has run nothing holds the index", "[gathered]") {
  Random random(kSeed);
  const PatternCase drawn = CaseMakers()[6](DrawSizes(random, 17), random);
  const Operands operands(drawn, 5, at::kFloat);
  REQUIRE(operands.index.defined());
  const auto holders = operands.index.use_count();
  const at::Tensor out = operands.Attend();
  CHECK(operands.index.use_count() == holders + 1);
  operands.Gradients(out);
  CHECK(operands.index.use_count() == holders);
}

TEST_CASE("Without gradients nothing is kept", "[gathered]") {
  ForCases(1, 17, [](const PatternCase& drawn, std::int64_t width, Random&) {
    const Operands operands(drawn, width, at::kFloat);
    const c10::NoGradGuard no_grad;
    MemoryProbe probe;
    const at::Tensor out = operands.Attend();
    REQUIRE(!out.requires_grad());
    REQUIRE(probe.live() == 4 * operands.q.numel());
  });
}

}  // namespace
}  // namespace costcheck
