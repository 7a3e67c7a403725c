#include "tests/crossover/random_cost.h"

#include <algorithm>
#include <array>

namespace costcheck {

namespace {

constexpr int kLargestDegree = 3;
constexpr std::array<int, 7> kBlocks = {2, 3, 4, 6, 8, 12, 16};

int Log2Rounded(Wide value) {
  int exponent = 0;
  while ((Wide{1} << exponent) < value) ++exponent;
  return exponent;
}

RandomCost Times(const RandomCost& a, const RandomCost& b) {
  return {a.expr * b.expr, [a, b](Wide t) { return a.value(t) * b.value(t); }, a.degree + b.degree};
}

RandomCost Plus(const RandomCost& a, const RandomCost& b) {
  return {a.expr + b.expr, [a, b](Wide t) { return a.value(t) + b.value(t); },
          std::max(a.degree, b.degree)};
}

RandomCost Smaller(const RandomCost& a, const RandomCost& b) {
  return {Min(a.expr, b.expr), [a, b](Wide t) { return std::min(a.value(t), b.value(t)); },
          std::max(a.degree, b.degree)};
}

RandomCost Larger(const RandomCost& a, const RandomCost& b) {
  return {Max(a.expr, b.expr), [a, b](Wide t) { return std::max(a.value(t), b.value(t)); },
          std::max(a.degree, b.degree)};
}

}  // namespace

RandomCost RandomCosts::Leaf() {
  const Expr T = Symbol("T");
  const int kind = Pick(logs_ ? 4 : 3);
  if (kind == 3) return {CeilLog2(T), [](Wide t) { return Log2Rounded(t); }, 1};
  if (kind > 0) return {T, [](Wide t) { return t; }, 1};
  const int constant = Pick(2) == 0 ? Pick(12) : Pick(3000);
  return {Expr(constant), [constant](Wide) { return constant; }, 0};
}

RandomCost RandomCosts::Block(const RandomCost& a) {
  const int block = kBlocks[static_cast<std::size_t>(Pick(kBlocks.size()))];
  if (Pick(2) == 0) {
    return {FloorDiv(a.expr, block), [a, block](Wide t) { return a.value(t) / block; }, a.degree};
  }
  return {CeilDiv(a.expr, block), [a, block](Wide t) { return (a.value(t) + block - 1) / block; },
          a.degree};
}

RandomCost RandomCosts::Next(int depth) {
  if (depth == 0) return Leaf();
  const RandomCost a = Next(depth - 1);
  const RandomCost b = Next(Pick(depth));
  switch (Pick(7)) {
    case 0:
      return Smaller(a, b);
    case 1:
      return Larger(a, b);
    case 2:
    case 3:
      return Block(a);
    case 4:
      return Plus(a, b);
    default:
      return a.degree + b.degree <= kLargestDegree ? Times(a, b) : Plus(a, b);
  }
}

BruteAnswer BruteForce(const std::function<Wide(Wide)>& a, const std::function<Wide(Wide)>& b,
                       std::int64_t from, std::int64_t to) {
  BruteAnswer answer;
  int order = 0;
  for (std::int64_t t = from; t <= to; ++t) {
    const Wide difference = a(t) - b(t);
    const int sign = difference > 0 ? 1 : difference < 0 ? -1 : 0;
    if (sign == 0) answer.ties.push_back(t);
    if (sign == 1 && answer.first_cheaper == 0) answer.first_cheaper = t;
    if (sign == -1 && answer.first_dearer == 0) answer.first_dearer = t;
    if (sign != 0 && sign == -order) {
      const bool tie = !answer.ties.empty() && answer.ties.back() == t - 1;
      answer.changes.push_back({t, sign > 0, tie});
    }
    if (sign != 0) order = sign;
  }
  return answer;
}

}  // namespace costcheck
