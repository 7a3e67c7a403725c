// The algebra's speed, each goal beside a reference that does the same work in
// the same run: the ratio is what to quote, the machine's own speed cancels.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <unordered_map>
#include <vector>

#include "costmodel/algebra/exact_program.h"
#include "costmodel/algebra/expr.h"
#include "costmodel/algebra/roots.h"

namespace costcheck {
namespace {

constexpr int kSeed = 20250830;

Expr SumOfFour() { return Expr(Symbol("a")) + Symbol("b") + Symbol("c") + Symbol("d"); }

void ExpandPower(benchmark::State& state) {
  const Expr sum = SumOfFour();
  for (auto _ : state) benchmark::DoNotOptimize(Pow(sum, 15));
}
BENCHMARK(ExpandPower)->Unit(benchmark::kMillisecond);

/// Polynomials as a hash map from packed exponents (16 bits each) to coefficient.
using PlainPolynomial = std::unordered_map<std::uint64_t, Integer>;

PlainPolynomial PlainProduct(const PlainPolynomial& a, const PlainPolynomial& b) {
  PlainPolynomial product;
  for (const auto& [x, p] : a) {
    for (const auto& [y, q] : b) product[x + y] += p * q;
  }
  return product;
}

PlainPolynomial PlainPower(int exponent) {
  PlainPolynomial sum;
  for (int i = 0; i < 4; ++i) sum[std::uint64_t{1} << (16 * i)] = 1;
  PlainPolynomial power{{0, 1}};
  for (int i = 0; i < exponent; ++i) power = PlainProduct(power, sum);
  return power;
}

void ExpandPowerReference(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(PlainPower(15));
}
BENCHMARK(ExpandPowerReference)->Unit(benchmark::kMillisecond);

void MultiplyPowers(benchmark::State& state) {
  const Expr f = Pow(SumOfFour(), 15);
  const Expr g = f + 1;
  for (auto _ : state) benchmark::DoNotOptimize(f * g);
}
BENCHMARK(MultiplyPowers)->Unit(benchmark::kMillisecond);

void MultiplyPowersReference(benchmark::State& state) {
  const PlainPolynomial f = PlainPower(15);
  PlainPolynomial g = f;
  g[0] += 1;
  for (auto _ : state) benchmark::DoNotOptimize(PlainProduct(f, g));
}
BENCHMARK(MultiplyPowersReference)->Unit(benchmark::kMillisecond);

/// 30 terms in three symbols, degrees up to 4, coefficients up to 31 bits.
struct ThirtyTerms {
  Expr expr;
  std::vector<std::array<int, 3>> exponents;
  std::vector<Integer> coefficients;
};

ThirtyTerms MakeThirtyTerms() {
  ThirtyTerms made;
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> coefficient(1, 2147483647);
  const std::array<Expr, 3> symbols{Symbol("x"), Symbol("y"), Symbol("z")};
  for (int i = 0; i < 30; ++i) {
    made.exponents.push_back({i % 5, i / 5 % 4, i / 7});
    made.coefficients.emplace_back(coefficient(random));
    Expr term = made.coefficients.back();
    for (std::size_t v = 0; v < 3; ++v) term *= Pow(symbols[v], made.exponents.back()[v]);
    made.expr += term;
  }
  return made;
}

void EvaluateExactly(benchmark::State& state) {
  const ExactProgram program(MakeThirtyTerms().expr, {Symbol("x"), Symbol("y"), Symbol("z")});
  std::int64_t x = 1000;
  for (auto _ : state) {
    const std::array<std::int64_t, 3> point{x++, 37, 4099};
    benchmark::DoNotOptimize(program.EvaluateNumerator(point));
  }
}
BENCHMARK(EvaluateExactly)->Unit(benchmark::kMicrosecond);

void EvaluateExactlyReference(benchmark::State& state) {
  const ThirtyTerms terms = MakeThirtyTerms();
  std::int64_t x = 1000;
  for (auto _ : state) {
    const std::array<Integer, 3> point{Integer(x++), Integer(37), Integer(4099)};
    Integer sum = 0;
    for (std::size_t i = 0; i < terms.coefficients.size(); ++i) {
      Integer term = terms.coefficients[i];
      for (std::size_t v = 0; v < 3; ++v) {
        for (int e = 0; e < terms.exponents[i][v]; ++e) term *= point[v];
      }
      sum += term;
    }
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(EvaluateExactlyReference)->Unit(benchmark::kMicrosecond);

std::vector<std::vector<Integer>> RandomPolynomials(int degree) {
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> coefficient(-2147483647, 2147483647);
  std::vector<std::vector<Integer>> polynomials(2000);
  for (auto& polynomial : polynomials) {
    for (int i = 0; i < degree; ++i) polynomial.emplace_back(coefficient(random));
    int leading = 0;
    while (leading == 0) leading = coefficient(random);
    polynomial.emplace_back(leading);
  }
  return polynomials;
}

/// The median over the polynomials is what the goal names; a mean of whole
/// batches would hide it, so every polynomial is timed by itself.
template <class Work>
void TimeMedian(benchmark::State& state, const Work& work) {
  const auto polynomials = RandomPolynomials(static_cast<int>(state.range(0)));
  std::vector<double> microseconds(polynomials.size());
  for (auto _ : state) {
    for (std::size_t i = 0; i < polynomials.size(); ++i) {
      const auto start = std::chrono::steady_clock::now();
      benchmark::DoNotOptimize(work(polynomials[i]));
      const std::chrono::duration<double, std::micro> taken =
          std::chrono::steady_clock::now() - start;
      microseconds[i] = taken.count();
    }
  }
  std::sort(microseconds.begin(), microseconds.end());
  state.counters["median_us"] = microseconds[microseconds.size() / 2];
  state.counters["p95_us"] = microseconds[microseconds.size() * 95 / 100];
}

void IsolateRealRoots(benchmark::State& state) {
  TimeMedian(state, [](const std::vector<Integer>& p) { return IsolateRoots(p).roots.size(); });
}
BENCHMARK(IsolateRealRoots)->DenseRange(2, 8, 2)->Unit(benchmark::kMillisecond);

/// The number of real roots by Sturm's theorem: remainders of p and p', each with
/// its content divided out, and their sign changes at both infinities.
std::size_t CountBySturm(const std::vector<Integer>& p) {
  std::vector<std::vector<Integer>> chain{p, {}};
  for (std::size_t i = 1; i < p.size(); ++i) chain[1].push_back(p[i] * static_cast<int>(i));
  while (chain.back().size() > 1) {
    std::vector<Integer> r = chain[chain.size() - 2];
    const std::vector<Integer>& q = chain.back();
    while (r.size() >= q.size()) {
      const Integer lead = r.back();
      const std::size_t shift = r.size() - q.size();
      for (Integer& c : r) c *= abs(q.back());
      for (std::size_t i = 0; i < q.size(); ++i) {
        r[i + shift] -= (q.back() < 0 ? Integer(-lead) : lead) * q[i];
      }
      while (!r.empty() && r.back().is_zero()) r.pop_back();
    }
    if (r.empty()) break;
    Integer content = 0;
    for (const Integer& c : r) content = Gcd(content, c);
    for (Integer& c : r) c /= -content;
    chain.push_back(std::move(r));
  }
  const auto changes = [&chain](bool at_minus_infinity) {
    std::size_t count = 0;
    int previous = 0;
    for (const auto& q : chain) {
      const bool odd = q.size() % 2 == 0;
      const int sign = q.back().sign() * (at_minus_infinity && odd ? -1 : 1);
      count += previous != 0 && sign != previous;
      previous = sign;
    }
    return count;
  };
  return changes(true) - changes(false);
}

void IsolateRealRootsReference(benchmark::State& state) { TimeMedian(state, CountBySturm); }
BENCHMARK(IsolateRealRootsReference)->DenseRange(2, 8, 2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace costcheck

BENCHMARK_MAIN();
