#include "costmodel/crossover/decide.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "costmodel/algebra/error.h"
#include "costmodel/crossover/sign_chart.h"

namespace costcheck {

namespace {

constexpr int kPointsTried = 4000;
/// Points are drawn from 1 to these, so that windows lie on either side of lengths.
constexpr std::array<int, 5> kLargestTried = {4, 20, 200, 5000, 1 << 30};

Values PointFor(const std::set<Symbol>& symbols, int largest, std::mt19937_64& random) {
  Values point;
  for (const Symbol& symbol : symbols) {
    const bool zero = symbol.domain() == Domain::kNonNegativeInteger && random() % 8 == 0;
    const Integer value = zero ? 0 : 1 + random() % static_cast<unsigned>(largest);
    point[symbol.name()] = Rational(value);
  }
  return point;
}

/// Nothing where a cost is divided by 0 there.
std::optional<bool> AreEqualAt(const Expr& difference, const Values& point) {
  try {
    return Evaluate(difference, point) == 0;
  } catch (const CostError&) {
    return std::nullopt;
  }
}

/// A random point is a root of a polynomial of degree D in N choices for each
/// symbol with probability at most D / N (Schwartz, Zippel).
std::optional<Values> FindWitness(const Expr& difference, const std::set<Symbol>& symbols) {
  std::mt19937_64 random(1);
  for (int i = 0; i < kPointsTried; ++i) {
    const std::size_t scale = static_cast<std::size_t>(i) % kLargestTried.size();
    Values point = PointFor(symbols, kLargestTried[scale], random);
    if (AreEqualAt(difference, point) == false) return point;
  }
  return std::nullopt;
}

}  // namespace

Decision Decide(const Expr& f, const Expr& g, const Symbol& free) {
  const Integer first = free.domain() == Domain::kNonNegativeInteger ? 0 : 1;
  const SignChart chart = MakeSignChart(f - g, free, {first, std::nullopt});
  const auto negative = chart.First(-1);
  const auto positive = chart.First(1);
  if (!negative && !positive) {
    return {chart.complete_to ? Decision::Kind::kUnknown : Decision::Kind::kEqual, {}};
  }
  const Integer& where = negative && (!positive || *negative < *positive) ? *negative : *positive;
  return {Decision::Kind::kDifferent, {{free.name(), Rational(where)}}};
}

Decision Decide(const Expr& f, const Expr& g) {
  const Expr difference = f - g;
  if (difference.IsZero()) return {Decision::Kind::kEqual, {}};
  const std::set<Symbol> inside = SymbolsOf(difference);
  std::set<Symbol> symbols = SymbolsOf(f);
  symbols.merge(SymbolsOf(g));
  if (inside.size() == 1) {
    Decision decision = Decide(difference, Expr(0), *inside.begin());
    if (decision.kind != Decision::Kind::kDifferent) return decision;
    for (const Symbol& symbol : symbols) decision.witness.try_emplace(symbol.name(), 1);
    return decision;
  }
  if (auto witness = FindWitness(difference, symbols)) {
    return {Decision::Kind::kDifferent, std::move(*witness)};
  }
  return {};
}

}  // namespace costcheck
