#include "verify/probe/flop_probe.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <functional>
#include <string>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "verify/probe/own_product.h"

namespace costcheck {
namespace {

FlopReport Counted(const std::function<void()>& work) {
  FlopProbe probe;
  work();
  return probe.Stop();
}

at::Tensor Trained(at::IntArrayRef shape) { return at::randn(shape).requires_grad_(); }

/// Forward and backward of the sum of what `make` returns.
FlopReport CountedStep(const std::function<at::Tensor()>& make) {
  return Counted([&] { make().sum().backward(); });
}

const UncostedOperator* FindUncosted(const FlopReport& report, const std::string& name) {
  const auto found = std::ranges::find(report.uncosted, name, &UncostedOperator::name);
  return found == report.uncosted.end() ? nullptr : &*found;
}

std::string Error(const std::function<void()>& work) {
  FlopProbe probe;
  work();
  try {
    probe.Stop();
  } catch (const CostError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("a product counts two operations for each multiply-add, and backward counts it twice") {
  const auto a = Trained({7, 11});
  const auto b = Trained({11, 13});
  const FlopReport report = CountedStep([&] { return at::mm(a, b); });
  REQUIRE(report.forward == 2 * 7 * 11 * 13);
  REQUIRE(report.backward == 2 * (2 * 7 * 11 * 13));
  REQUIRE(report.operators.size() == 3);
  REQUIRE(report.operators[0].name == "aten::mm");
  REQUIRE(report.operators[0].shapes == "[7, 11] [11, 13]");
  REQUIRE(report.operators[0].calls == 1);
  REQUIRE(!report.operators[0].backward);
  REQUIRE(report.operators[1].backward);
}

TEST_CASE("backward counts only the gradients that are asked for") {
  const auto a = at::randn({7, 11});
  const auto b = Trained({11, 13});
  const FlopReport report = CountedStep([&] { return at::mm(a, b); });
  REQUIRE(report.forward == 2 * 7 * 11 * 13);
  REQUIRE(report.backward == 2 * 7 * 11 * 13);
}

TEST_CASE("calls of one shape are one entry") {
  const auto a = at::randn({3, 5});
  const FlopReport report = Counted([&] {
    for (int i = 0; i < 4; ++i) at::mm(a, a.t());
    at::mm(a.t(), a);
  });
  REQUIRE(report.operators.size() == 2);
  REQUIRE(report.operators[0].shapes == "[3, 5] [5, 3]");
  REQUIRE(report.operators[0].calls == 4);
  REQUIRE(report.operators[0].flops == 4 * (2 * 3 * 5 * 3));
  REQUIRE(report.operators[1].flops == 2 * 5 * 3 * 5);
}

TEST_CASE("every form of product is counted once, whatever it calls inside") {
  const auto batch_a = at::randn({6, 7, 11});
  const auto batch_b = at::randn({6, 11, 13});
  const auto added = at::randn({7, 13});
  const auto added_batch = at::randn({6, 7, 13});
  const auto a = batch_a[0];
  const auto b = batch_b[0];
  const std::int64_t one = 2 * 7 * 11 * 13;
  REQUIRE(Counted([&] { at::bmm(batch_a, batch_b); }).forward == 6 * one);
  REQUIRE(Counted([&] { at::addmm(added, a, b); }).forward == one);
  REQUIRE(Counted([&] { at::baddbmm(added_batch, batch_a, batch_b); }).forward == 6 * one);
  REQUIRE(Counted([&] { at::addbmm(added, batch_a, batch_b); }).forward == 6 * one);
  REQUIRE(Counted([&] { at::mv(a, at::ones(11)); }).forward == 2 * 7 * 11);
  REQUIRE(Counted([&] { at::addmv(at::ones(7), a, at::ones(11)); }).forward == 2 * 7 * 11);
  REQUIRE(Counted([&] { at::dot(at::ones(11), at::ones(11)); }).forward == 2 * 11);
  REQUIRE(Counted([&] { at::vdot(at::ones(11), at::ones(11)); }).forward == 2 * 11);
  auto sum = added.clone();
  REQUIRE(Counted([&] { sum.addmm_(a, b); }).forward == one);
  REQUIRE(Counted([&] { at::mm_out(sum, a, b); }).forward == one);
  auto sums = added_batch.clone();
  REQUIRE(Counted([&] { sums.baddbmm_(batch_a, batch_b); }).forward == 6 * one);
  REQUIRE(Counted([&] { at::bmm_out(sums, batch_a, batch_b); }).forward == 6 * one);
}

TEST_CASE("no element means no operation") {
  const FlopReport report = Counted([] { at::mm(at::ones({0, 5}), at::ones({5, 3})); });
  REQUIRE(report.forward == 0);
  REQUIRE(report.operators.size() == 1);
}

TEST_CASE("composite operators count as their parts, and are not listed") {
  const auto x = Trained({5, 7, 11});
  const auto w = Trained({13, 11});
  const auto bias = Trained({13});
  const std::int64_t one = 2 * 5 * 7 * 11 * 13;
  const bool biased = GENERATE(false, true);
  const FlopReport linear =
      CountedStep([&] { return biased ? at::linear(x, w, bias) : at::linear(x, w); });
  REQUIRE(linear.forward == one);
  REQUIRE(linear.backward == 2 * one);
  for (const char* name : {"aten::linear", "aten::matmul", "aten::t", "aten::reshape"}) {
    REQUIRE(FindUncosted(linear, name) == nullptr);
  }
  const auto y = Trained({5, 11, 3});
  const FlopReport sums = CountedStep([&] { return at::einsum("bik,bkj->bij", {x, y}); });
  REQUIRE(sums.forward == 2 * 5 * 7 * 11 * 3);
  REQUIRE(sums.backward == 2 * (2 * 5 * 7 * 11 * 3));
  REQUIRE(FindUncosted(sums, "aten::einsum") == nullptr);
}

/// Attention over B*H rows of T queries and keys, written plainly.
at::Tensor Attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  const auto scores = at::matmul(q, k.transpose(-2, -1));
  return at::matmul(at::softmax(scores, -1), v);
}

TEST_CASE("attention counts the same with one thread and with two") {
  constexpr std::int64_t kPairs = 2 * 3 * 37 * 37;
  const auto q = Trained({2, 3, 37, 5});
  const auto k = Trained({2, 3, 37, 5});
  const auto v = Trained({2, 3, 37, 5});
  at::set_num_threads(GENERATE(1, 2));
  const FlopReport report = CountedStep([&] { return Attend(q, k, v); });
  at::set_num_threads(1);
  REQUIRE(report.forward == 2 * (2 * kPairs * 5));
  REQUIRE(report.backward == 4 * (2 * kPairs * 5));
}

TEST_CASE("nothing that ran and was not costed is dropped") {
  const auto q = Trained({2, 3, 37, 5});
  const FlopReport report = CountedStep([&] { return Attend(q, q, q); });
  const UncostedOperator* softmax = FindUncosted(report, "aten::_softmax");
  REQUIRE(softmax != nullptr);
  REQUIRE(softmax->calls == 1);
  REQUIRE(softmax->share > 0);
  REQUIRE(FindUncosted(report, "aten::_softmax_backward_data") != nullptr);
  REQUIRE(FindUncosted(report, "aten::sum") != nullptr);
  double sum = 0;
  for (const UncostedOperator& uncosted : report.uncosted) {
    REQUIRE(uncosted.remark.empty());
    sum += uncosted.share;
  }
  REQUIRE(sum > 0);
  REQUIRE(sum < 1);
}

TEST_CASE("a share is of the elements given to all operators, products among them") {
  const auto a = at::ones({2, 3});
  const auto b = at::ones({3, 5});
  const auto c = at::ones({7});
  const FlopReport report = Counted([&] {
    at::mm(a, b);
    at::exp(c);
    at::cat({c, c});
    at::transpose(a, 0, 1).detach().unsafe_split(2);
    at::empty({100});
  });
  const double all = 2 * 3 + 3 * 5 + 7 + 2 * 7;
  REQUIRE(report.uncosted.size() == 2);
  REQUIRE(report.uncosted[0].name == "aten::cat");
  REQUIRE(report.uncosted[0].share == 14 / all);
  REQUIRE(report.uncosted[1].name == "aten::exp");
  REQUIRE(report.uncosted[1].share == 7 / all);
}

TEST_CASE("only a copy that moves elements is listed") {
  const auto a = at::ones({4, 3});
  const FlopReport none = Counted([&] {
    a.reshape({2, 6}).contiguous();
    a.to(at::kFloat).unsqueeze(0).expand({5, 4, 3});
  });
  REQUIRE(none.uncosted.empty());
  const FlopReport some = Counted([&] { a.t().reshape({2, 6}); });
  REQUIRE(!some.uncosted.empty());
}

/// y = x W, whose products no dispatcher sees.
struct OwnLinear : torch::autograd::Function<OwnLinear> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& w) {
    context->save_for_backward({x, w});
    auto y = at::empty({x.size(0), w.size(1)});
    RunOwnProduct("linear", x.numel() * w.size(1), [&] { y.fill_(1); });
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto& x = saved[0];
    const auto& w = saved[1];
    at::Tensor dx;
    RunOwnProduct("linear_backward", x.numel() * w.size(1), [&] { dx = at::zeros_like(x); });
    return {dx, at::mm(x.t(), gradients[0])};
  }
};

TEST_CASE("own kernels count what they report, in forward and in backward") {
  const auto x = Trained({7, 11});
  const auto w = Trained({11, 13});
  const std::int64_t one = 2 * 7 * 11 * 13;
  at::set_num_threads(GENERATE(1, 2));
  const FlopReport report = CountedStep([&] { return OwnLinear::apply(x, w); });
  at::set_num_threads(1);
  REQUIRE(report.forward == one);
  REQUIRE(report.backward == 2 * one);
  REQUIRE(report.operators[0].name == "costcheck::linear");
  REQUIRE(report.operators[0].shapes.empty());
}

TEST_CASE("the products that an own kernel calls count beside its own") {
  const auto a = at::ones({2, 3});
  const FlopReport report = Counted([&] { RunOwnProduct("half", 100, [&] { at::mm(a, a.t()); }); });
  REQUIRE(report.forward == 2 * 100 + 2 * 2 * 3 * 2);
}

TEST_CASE("a probe that saw nothing is an error") {
  REQUIRE(Error([] {}).find("no operator") != std::string::npos);
  REQUIRE(Error([] {
            const at::DisableRecordFunctionGuard blind;
            at::ones({2, 2}).mm(at::ones({2, 2}));
          }).find("no operator") != std::string::npos);
}

TEST_CASE("a product that no rule covers is an error, not a zero") {
  const auto a = at::ones({2, 3});
  const std::string sparse = Error([&] { at::mm(a.to_sparse(), a.t()); });
  REQUIRE(sparse.find("aten::") != std::string::npos);
  REQUIRE(sparse.find("(sparse)") != std::string::npos);
  const auto c = at::ones({3, 3}, at::kComplexFloat);
  REQUIRE(Error([&] { at::mm(c, c); }).find("[3, 3] (complex)") != std::string::npos);
}

TEST_CASE("an own kernel that reports anything but one count is an error") {
  const auto report = [](std::vector<c10::IValue> inputs) {
    return Error([&] {
      RECORD_FUNCTION("costcheck::odd", inputs);
      at::ones({1});
    });
  };
  REQUIRE(report({at::ones({2})}).find("costcheck::odd") != std::string::npos);
  REQUIRE(!report({}).empty());
  REQUIRE(!report({1, 2}).empty());
  REQUIRE(!report({-1}).empty());
  REQUIRE(!report({std::int64_t{1} << 62}).empty());
}

TEST_CASE("an operator that hides products says so") {
  const auto x = at::ones({1, 3, 8, 8});
  const auto w = at::ones({2, 3, 3, 3});
  const FlopReport report = Counted([&] { at::conv2d(x, w); });
  const UncostedOperator* convolution = FindUncosted(report, "aten::convolution");
  REQUIRE(convolution != nullptr);
  REQUIRE(!convolution->remark.empty());
  REQUIRE(FindUncosted(report, "aten::conv2d") == nullptr);
}

TEST_CASE("a product that LibTorch refuses does not unsettle the next count") {
  const auto a = at::ones({2, 3});
  const auto refused = [&] {
    REQUIRE_THROWS(at::mm(a, a));
    REQUIRE_THROWS(at::cat({a, at::ones({2})}));
  };
  REQUIRE(!Error(refused).empty());
  const FlopReport report = Counted([&] { at::exp(at::mm(a, a.t())); });
  REQUIRE(report.forward == 24);
  REQUIRE(report.uncosted.size() == 1);
}

TEST_CASE("one probe follows another, and each sees its own time alone") {
  const auto a = at::ones({2, 3});
  REQUIRE(Counted([&] { at::mm(a, a.t()); }).forward == 24);
  at::mm(a, a.t());
  { FlopProbe unused; }
  REQUIRE(Counted([&] { at::mm(a.t(), a); }).forward == 36);
}

}  // namespace
}  // namespace costcheck
