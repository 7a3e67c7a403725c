#include "verify/probe/memory_probe.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <torch/csrc/autograd/custom_function.h>

#include "tests/catch.h"
#include "verify/probe/kept_probe.h"

namespace costcheck {
namespace {

at::Tensor Trained(at::IntArrayRef shape) { return at::randn(shape).requires_grad_(); }

// Each tensor goes with its last reader, except where autograd keeps it.
at::Tensor Attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  auto weights = at::matmul(q, k.transpose(-2, -1));
  weights = at::softmax(weights, -1);
  return at::matmul(weights, v);
}

TEST_CASE("live bytes are what was asked for and not yet released") {
  const MemoryProbe probe;
  REQUIRE(probe.events() == 0);
  auto a = at::empty({7, 11});
  REQUIRE(probe.live() == 7 * 11 * 4);
  auto b = at::empty({13}, at::kDouble);
  REQUIRE(probe.live() == 7 * 11 * 4 + 13 * 8);
  const auto view = a.view({77});
  a.reset();
  REQUIRE(probe.live() == 7 * 11 * 4 + 13 * 8);
  b.reset();
  REQUIRE(probe.live() == 7 * 11 * 4);
  REQUIRE(probe.events() == 3);
}

TEST_CASE("the peak is the greatest number of live bytes, and can be set back") {
  MemoryProbe probe;
  at::empty({1000}).reset();
  REQUIRE(probe.live() == 0);
  REQUIRE(probe.peak() == 4000);
  const auto held = at::empty({5}, at::kByte);
  REQUIRE(probe.peak() == 4000);
  probe.ResetPeak();
  REQUIRE(probe.peak() == 5);
  at::empty({3}, at::kByte).reset();
  REQUIRE(probe.peak() == 8);
}

TEST_CASE("what was there before is not counted, nor is its release") {
  auto before = at::empty({1000});
  const MemoryProbe probe;
  before.reset();
  REQUIRE(probe.live() == 0);
  REQUIRE(probe.events() == 0);
}

TEST_CASE("what outlives a probe does not trouble the next one") {
  at::Tensor left;
  {
    const MemoryProbe probe;
    left = at::empty({1000});
  }
  const MemoryProbe probe;
  left.reset();
  REQUIRE(probe.live() == 0);
  const auto one = at::empty({1});
  REQUIRE(probe.live() == 4);
}

// The scores [B, H, T, T] are S bytes; q, k, v and the output D bytes each; the loss 4, its own
// gradient 4. Forward's peak is when scores become weights. After it, the weights alone are kept.
// Backward's peak is in the softmax: weights, their gradient and that of the scores, beside that
// of v. In the end there are the three gradients.
TEST_CASE("attention of a training step allocates and keeps the bytes worked out by hand") {
  constexpr std::int64_t kB = 2, kH = 4, kT = 256, kE = 32;
  constexpr std::int64_t kS = kB * kH * kT * kT * 4, kD = kB * kH * kT * kE * 4;
  at::set_num_threads(GENERATE(1, 2));
  const auto q = Trained({kB, kH, kT, kE});
  const auto k = Trained({kB, kH, kT, kE});
  const auto v = Trained({kB, kH, kT, kE});
  MemoryProbe probe;
  const auto loss = Attend(q, k, v).sum();
  REQUIRE(probe.live() == kS + 4);
  REQUIRE(probe.peak() == 2 * kS);
  probe.ResetPeak();
  loss.backward();
  at::set_num_threads(1);
  REQUIRE(probe.live() == 3 * kD + 4);
  REQUIRE(probe.peak() == 3 * kS + kD + 8);
}

TEST_CASE("a linear layer keeps nothing of its own, a GELU its input") {
  const auto x = Trained({3, 5, 7});
  const auto w = Trained({11, 7});
  const MemoryProbe probe;
  auto y = at::linear(x, w);
  REQUIRE(probe.live() == 3 * 5 * 11 * 4);
  const auto loss = at::gelu(std::move(y)).sum();
  REQUIRE(probe.live() == 3 * 5 * 11 * 4 + 4);
}

TEST_CASE("kept tensors are listed with what saved them, each storage once") {
  const auto q = Trained({2, 3, 37, 5});
  const auto k = Trained({2, 3, 37, 5});
  const auto v = Trained({2, 3, 37, 5});
  const KeptProbe probe;
  REQUIRE(probe.Kept().empty());
  const auto loss = Attend(q, k, v).sum();
  const auto kept = probe.Kept({q, k, v});
  REQUIRE(kept.size() == 4);
  REQUIRE(KeptBytes(kept) == 2 * 3 * 37 * 37 * 4);
  std::int64_t own = 0;
  for (const SavedTensor& tensor : kept) {
    if (tensor.held_anyway) {
      REQUIRE(tensor.bytes == 2 * 3 * 37 * 5 * 4);
      continue;
    }
    ++own;
    REQUIRE(tensor.saved_by == "aten::_softmax");
    REQUIRE(tensor.shape == "[2, 3, 37, 37]");
    REQUIRE(tensor.saves == 2);  // by the softmax, and as an operand of the second product
  }
  REQUIRE(own == 1);
}

/// Keeps its input and half of its output's bytes as indices.
struct OwnFunction : torch::autograd::Function<OwnFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x) {
    context->save_for_backward({x, at::zeros({x.numel()}, at::kShort)});
    return x.clone();
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    context->get_saved_variables();
    return {gradients[0]};
  }
};

TEST_CASE("what an own autograd function saves is listed without an operator") {
  const auto x = Trained({3, 5});
  const KeptProbe probe;
  const auto loss = OwnFunction::apply(x).sum();
  const auto kept = probe.Kept({x});
  REQUIRE(kept.size() == 2);
  REQUIRE(kept[0].held_anyway);
  REQUIRE(kept[1].saved_by.empty());
  REQUIRE(kept[1].shape == "[15]");
  REQUIRE(KeptBytes(kept) == 30);
  loss.backward();
  REQUIRE(probe.Kept().empty());
}

TEST_CASE("kept bytes are the live bytes after forward, and go with the backward pass") {
  const auto x = Trained({3, 5, 7});
  const auto w = Trained({11, 7});
  const auto loss_of = [&] { return at::gelu(at::linear(x, w)).pow(2).sum(); };
  loss_of().backward();
  const auto expected = w.grad().clone();
  w.mutable_grad().reset();
  const KeptProbe kept;
  const MemoryProbe memory;
  auto loss = loss_of();
  REQUIRE(KeptBytes(kept.Kept({x, w})) + 4 == memory.live());
  loss.backward();
  REQUIRE(kept.Kept().empty());
  REQUIRE(at::equal(w.grad(), expected));
}

TEST_CASE("after a probe nothing is kept in its way any more") {
  const auto x = Trained({3, 5});
  { const KeptProbe probe; }
  const KeptProbe probe;
  at::exp(x).sum().backward();
  REQUIRE(probe.Kept().empty());
  REQUIRE(at::allclose(x.grad(), at::exp(x.detach())));
}

}  // namespace
}  // namespace costcheck
