#include "verify/kernels/gathered_attention.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "costmodel/component.h"
#include "costmodel/operators/cost.h"
#include "tests/catch.h"
#include "tests/verify/kernels/dense_oracle.h"
#include "tests/verify/kernels/pattern_cases.h"
#include "verify/kernels/counted.h"

namespace costcheck {
namespace {

constexpr std::uint64_t kSeed = 20240612;

/// A tensor [B, rows, heads, w] in a layout of its own.
template <class Scalar>
struct Block {
  std::vector<Scalar> numbers;
  HeadRows<Scalar> rows;

  Block(const OracleSizes& sizes, bool of_queries, Random& random) {
    const std::int64_t length = of_queries ? sizes.queries : sizes.keys;
    const std::int64_t heads = of_queries ? sizes.heads : sizes.key_heads;
    const std::int64_t row = sizes.width + Draw(random, 0, 3);
    const bool heads_first = Draw(random, 0, 1) == 0;
    const std::int64_t row_stride = heads_first ? row : row * heads;
    const std::int64_t head_stride = heads_first ? row * length : row;
    numbers.resize(static_cast<std::size_t>(sizes.sequences * heads * length * row));
    for (Scalar& number : numbers) number = Scalar(static_cast<double>(Draw(random, -99, 99)) / 50);
    rows = {numbers.data(), heads * length * row, row_stride, head_stride};
  }
  HeadRows<const Scalar> Read() const {
    return {rows.data, rows.sequence_stride, rows.row_stride, rows.head_stride};
  }
};

/// Cuts 0 .. end into ranges at random.
std::vector<std::pair<std::int64_t, std::int64_t>> Cut(std::int64_t end, bool whole,
                                                       Random& random) {
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
  std::int64_t from = 0;
  do {
    const std::int64_t to = whole ? end : std::min(end, from + Draw(random, 1, end + 1));
    ranges.push_back({from, to});
    from = to;
  } while (from < end);
  return ranges;
}

/// Operands, results and workspace of one pattern.
template <class Scalar>
class Problem {
 public:
  Problem(const PatternCase& drawn, Random& random)
      : pattern_(drawn.Make()),
        // Selecting heads stand in for the key heads: any divisor will do.
        sizes_{drawn.sequences, drawn.text.queries,    drawn.text.keys,
               drawn.heads,     drawn.selecting_heads, Draw(random, 1, 70)},
        q_(sizes_, true, random),
        k_(sizes_, false, random),
        v_(sizes_, false, random),
        grad_(sizes_, true, random),
        out_(sizes_, true, random),
        dq_(sizes_, true, random),
        dk_(sizes_, false, random),
        dv_(sizes_, false, random),
        weights_(Slots()),
        workspace_(Slots()) {}

  void Forward(bool whole, Random& random) {
    const GatherForward<Scalar> kernel = {Operands(), {weights_.data()}, out_.rows};
    ForHeads(sizes_.heads, [&](std::int64_t sequence, std::int64_t head) {
      for (const auto& [from, to] : Cut(pattern_->Rows(), whole, random)) {
        kernel.Run({sequence, head, from, to});
      }
    });
  }

  void Backward(bool whole, Random& random) {
    const GatherBackward<Scalar> kernel = {
        Operands(), {weights_.data()}, grad_.Read(), {workspace_.data()},
        dq_.rows,   dk_.rows,          dv_.rows};
    ForHeads(sizes_.heads, [&](std::int64_t sequence, std::int64_t head) {
      for (const auto& [from, to] : Cut(pattern_->Rows(), whole, random)) {
        kernel.RunRows({sequence, head, from, to});
      }
    });
    ForHeads(sizes_.key_heads, [&](std::int64_t sequence, std::int64_t head) {
      for (const auto& [from, to] : Cut(sizes_.keys, whole, random)) {
        kernel.RunKeys({sequence, head, from, to});
      }
    });
  }

  /// Results without the gaps of their layouts.
  OracleResults Results() const {
    return {Dense(out_.Read(), true), Dense(dq_.Read(), true), Dense(dk_.Read(), false),
            Dense(dv_.Read(), false)};
  }
  OracleOperands DenseOperands() const {
    return {Dense(q_.Read(), true), Dense(k_.Read(), false), Dense(v_.Read(), false),
            Dense(grad_.Read(), true)};
  }
  const OracleSizes& sizes() const { return sizes_; }
  const KeyPattern& pattern() const { return *pattern_; }
  std::int64_t MultiplyAdds() const { return GatherSizesOf().MultiplyAdds(*pattern_); }
  double scale() const { return 0.3; }

 private:
  std::size_t Slots() const {
    return static_cast<std::size_t>(sizes_.sequences * sizes_.heads *
                                    pattern_->Offset(pattern_->Rows()));
  }
  GatherSizes GatherSizesOf() const {
    return {sizes_.sequences, sizes_.queries,   sizes_.keys,
            sizes_.heads,     sizes_.key_heads, sizes_.width};
  }
  GatherOperands<Scalar> Operands() const {
    return {*pattern_, GatherSizesOf(), Scalar(scale()), q_.Read(), k_.Read(), v_.Read()};
  }
  template <class Function>
  void ForHeads(std::int64_t heads, const Function& run) const {
    for (std::int64_t sequence = 0; sequence < sizes_.sequences; ++sequence) {
      for (std::int64_t head = 0; head < heads; ++head) run(sequence, head);
    }
  }
  static double Value(double number) { return number; }
  static double Value(float number) { return number; }
  template <class Real>
  static double Value(const Counted<Real>& number) {
    return number.value();
  }
  std::vector<double> Dense(const HeadRows<const Scalar>& rows, bool of_queries) const {
    std::vector<double> dense;
    ForHeads(of_queries ? sizes_.heads : sizes_.key_heads,
             [&](std::int64_t sequence, std::int64_t head) {
               for (std::int64_t i = 0; i < (of_queries ? sizes_.queries : sizes_.keys); ++i) {
                 const Scalar* row = rows.Row(sequence, head, i);
                 for (std::int64_t c = 0; c < sizes_.width; ++c) dense.push_back(Value(row[c]));
               }
             });
    return dense;
  }

  std::unique_ptr<KeyPattern> pattern_;
  OracleSizes sizes_;
  Block<Scalar> q_, k_, v_, grad_, out_, dq_, dk_, dv_;
  std::vector<Scalar> weights_, workspace_;
};

template <class Check>
void ForCases(int number, std::int64_t longest, const Check& check) {
  Random random(kSeed);
  for (const CaseMaker make : CaseMakers()) {
    for (int i = 0; i < number; ++i) {
      const PatternCase drawn = make(DrawSizes(random, longest), random);
      INFO("seed " << kSeed << ", case " << i << ", " << drawn.Describe());
      check(drawn, random);
    }
  }
}

double Difference(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double greatest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) greatest = std::max(greatest, std::abs(a[i] - b[i]));
  return greatest;
}

template <class Scalar>
void CompareWithOracle(const PatternCase& drawn, Random& random, double tolerance) {
  Problem<Scalar> problem(drawn, random);
  problem.Forward(false, random);
  problem.Backward(false, random);
  const OracleResults got = problem.Results();
  const OracleResults wanted =
      AttendDensely(problem.sizes(), problem.scale(), problem.DenseOperands(), drawn.sees);
  INFO("w = " << problem.sizes().width);
  REQUIRE(Difference(got.out, wanted.out) < tolerance);
  REQUIRE(Difference(got.dq, wanted.dq) < tolerance);
  REQUIRE(Difference(got.dk, wanted.dk) < tolerance);
  REQUIRE(Difference(got.dv, wanted.dv) < tolerance);
}

TEST_CASE("Gathering gives what a product under a mask gives, and its gradients", "[gathered]") {
  ForCases(30, 29, [](const PatternCase& drawn, Random& random) {
    CompareWithOracle<double>(drawn, random, 1e-11);
  });
}

TEST_CASE("In single precision likewise", "[gathered]") {
  ForCases(10, 29, [](const PatternCase& drawn, Random& random) {
    CompareWithOracle<float>(drawn, random, 3e-3);
  });
}

TEST_CASE("The bits do not depend on how rows and keys are cut into ranges", "[gathered]") {
  ForCases(10, 29, [](const PatternCase& drawn, Random& random) {
    Problem<float> problem(drawn, random);
    problem.Forward(true, random);
    problem.Backward(true, random);
    const OracleResults whole = problem.Results();
    problem.Forward(false, random);
    problem.Backward(false, random);
    const OracleResults cut = problem.Results();
    REQUIRE(whole.out == cut.out);
    REQUIRE(whole.dq == cut.dq);
    REQUIRE(whole.dk == cut.dk);
    REQUIRE(whole.dv == cut.dv);
  });
}

/// Operations of one run.
template <class Function>
OperationTally Tally(const Function& run) {
  TallyOfThread() = {};
  run();
  return TallyOfThread();
}

TEST_CASE("As many products are multiplied and added as are reported", "[gathered]") {
  ForCases(20, 17, [](const PatternCase& drawn, Random& random) {
    Problem<Counted<float>> problem(drawn, random);
    const OperationTally forward = Tally([&] { problem.Forward(false, random); });
    const OperationTally backward = Tally([&] { problem.Backward(false, random); });
    REQUIRE(forward.product_multiplies == kProductsForward * problem.MultiplyAdds());
    REQUIRE(forward.product_additions == kProductsForward * problem.MultiplyAdds());
    REQUIRE(backward.product_multiplies == kProductsBackward * problem.MultiplyAdds());
    REQUIRE(backward.product_additions == kProductsBackward * problem.MultiplyAdds());
  });
}

/// What costmodel says of one case, and which pairs it must count there: gathering all visible keys
/// skips what its product under a mask executes.
struct Predicted {
  Graph graph;
  PairRule executed;

  Predicted(const PatternCase& drawn, const OracleSizes& sizes) {
    Settings settings;
    settings.causal = drawn.text.causal;
    for (const auto& [name, value] : drawn.parameters) settings.Set(name, value);
    settings.Set("T", sizes.queries);
    settings.Set("S", sizes.keys);
    settings.Set("B", sizes.sequences);
    settings.Set("H", sizes.heads);
    settings.Set("H_kv", sizes.key_heads);
    settings.Set("w", sizes.width);
    graph = BuildGraph(*FindComponent(drawn.component), settings);
    executed = drawn.component == "full" ? PairRule::kUseful : PairRule::kExecuted;
  }

  /// The core's operators of some kinds.
  template <class CostRule>
  Cost Core(std::initializer_list<Kind> kinds, PairRule pairs, const CostRule& rule) const {
    Cost sum;
    for (const Operator& op : graph.operators) {
      const bool asked = std::find(kinds.begin(), kinds.end(), op.kind) != kinds.end();
      if (asked && op.part == Part::kCore) sum += rule(op, graph, pairs);
    }
    return sum;
  }
};

TEST_CASE("As many multiply-adds are reported as costmodel predicts", "[gathered]") {
  ForCases(20, 43, [](const PatternCase& drawn, Random& random) {
    const Problem<float> problem(drawn, random);
    const Predicted predicted(drawn, problem.sizes());
    const Cost forward = predicted.Core({Kind::kMatMul}, predicted.executed, ForwardCost);
    const Cost backward = predicted.Core({Kind::kMatMul}, predicted.executed, BackwardCost);
    REQUIRE(forward.multiply_adds.value() == Expr(kProductsForward * problem.MultiplyAdds()));
    REQUIRE(backward.multiply_adds.value() == Expr(kProductsBackward * problem.MultiplyAdds()));
  });
}

TEST_CASE("Beside its products forward does what costmodel counts of scale and softmax",
          "[gathered]") {
  ForCases(20, 17, [](const PatternCase& drawn, Random& random) {
    Problem<Counted<float>> problem(drawn, random);
    const OperationTally tally = Tally([&] { problem.Forward(false, random); });
    const Predicted predicted(drawn, problem.sizes());
    const Cost scale = predicted.Core({Kind::kScale}, PairRule::kUseful, ForwardCost);
    const Cost softmax = predicted.Core({Kind::kSoftmax}, PairRule::kUseful, ForwardCost);
    REQUIRE(scale.simple.value() == Expr(tally.multiplies));
    REQUIRE(softmax.simple.value() == Expr(tally.additions + tally.comparisons));
    REQUIRE(softmax.special.value() == Expr(tally.divisions + tally.exponentials));
  });
}

TEST_CASE("A counting scalar computes what its number computes", "[gathered]") {
  ForCases(3, 17, [](const PatternCase& drawn, Random& random) {
    CompareWithOracle<Counted<double>>(drawn, random, 1e-11);
  });
}

TEST_CASE("A query without keys gets zeros", "[gathered]") {
  Random random(kSeed);
  PatternCase drawn;
  drawn.text = {3, 1, true};
  drawn.component = "causal, keys fewer than queries";
  drawn.make = [](const std::int32_t*) {
    return std::make_unique<FullPattern>(TextLengths{3, 1, true});
  };
  Problem<double> problem(drawn, random);
  problem.Forward(true, random);
  problem.Backward(true, random);
  const std::size_t first_two = static_cast<std::size_t>(2 * problem.sizes().width);
  for (std::size_t i = 0; i < first_two; ++i) {
    CHECK(problem.Results().out[i] == 0);
    CHECK(problem.Results().dq[i] == 0);
  }
}

}  // namespace
}  // namespace costcheck
