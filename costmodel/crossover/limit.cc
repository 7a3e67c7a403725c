#include "costmodel/crossover/limit.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "costmodel/crossover/enclose.h"

namespace costcheck {

namespace {

constexpr std::uint64_t kLargestPeriod = 1 << 16;
/// Leading terms are those of any range without end; from here on few pieces are left.
constexpr std::int64_t kFarOut = std::int64_t{1} << 40;

/// coefficient * x^degree * log^log_degree; coefficient 0 for the zero function.
struct LeadingTerm {
  int degree = 0;
  int log_degree = 0;
  Rational coefficient = 0;

  friend bool operator==(const LeadingTerm& a, const LeadingTerm& b) = default;
  bool IsZero() const { return coefficient == 0; }
};

bool GrowsFaster(const LeadingTerm& a, const LeadingTerm& b) {
  if (a.IsZero() || b.IsZero()) return b.IsZero() && !a.IsZero();
  return std::tie(a.degree, a.log_degree) > std::tie(b.degree, b.log_degree);
}

/// Of one function, by residue; one entry where all residues agree.
using LeadingTerms = std::vector<LeadingTerm>;

Limit QuotientLimit(const LeadingTerm& a, const LeadingTerm& b) {
  if (b.IsZero()) return {Limit::Kind::kNone, 0};
  if (GrowsFaster(b, a)) return {Limit::Kind::kFinite, 0};
  const Rational quotient = a.coefficient / b.coefficient;
  if (!GrowsFaster(a, b)) return {Limit::Kind::kFinite, quotient};
  return {quotient > 0 ? Limit::Kind::kInfinity : Limit::Kind::kMinusInfinity, 0};
}

LeadingTerms LeadingTermsOf(const Piecewise& function) {
  LeadingTerms terms;
  for (const Track& track : function.tracks) {
    const Univariate& p = track.back().value;
    terms.push_back({p.degree(), 0, p.Leading()});
  }
  const bool agree = std::equal(terms.begin() + 1, terms.end(), terms.begin());
  if (agree) terms.resize(1);
  return terms;
}

/// The leading terms of every function that the bounds allow; nothing if unknown.
std::optional<LeadingTerms> LeadingTermsOf(const std::optional<Enclosure>& bounds) {
  if (!bounds) return std::nullopt;
  LeadingTerms lower = LeadingTermsOf(bounds->lower);
  if (bounds->upper && LeadingTermsOf(*bounds->upper) != lower) return std::nullopt;
  return lower;
}

/// The ceil(log2) variables of the polynomial that grow with x.
void CollectLogs(const Expr& expr, const Symbol& x, std::vector<Variable>& logs) {
  for (const Variable& variable : expr.numerator().variables()) {
    if (variable->kind != AtomKind::kCeilLog2) continue;
    if (LimitRatio(variable->first, 1, x).kind != Limit::Kind::kInfinity) continue;
    const bool known = std::any_of(
        logs.begin(), logs.end(), [&](const Variable& log) { return Compare(log, variable) == 0; });
    if (!known) logs.push_back(variable);
  }
}

/// The coefficients of the powers of one variable.
std::map<int, Expr> CoefficientsOf(const Expr& expr, const Variable& variable) {
  const Polynomial& p = expr.numerator();
  const auto found =
      std::find_if(p.variables().begin(), p.variables().end(),
                   [&](const Variable& other) { return Compare(other, variable) == 0; });
  if (found == p.variables().end()) return {{0, expr}};
  const auto index = static_cast<std::size_t>(found - p.variables().begin());
  std::map<int, Expr> coefficients;
  for (std::size_t term = 0; term < p.size(); ++term) {
    const int exponent = p.exponent(term, index);
    const Expr whole(p.Term(term), expr.denominator());
    coefficients[exponent] += whole / Expr(Polynomial::Of(variable, exponent), 1);
  }
  return coefficients;
}

class LimitFinder {
 public:
  LimitFinder(Symbol x, std::vector<Variable> logs) : x_(std::move(x)), logs_(std::move(logs)) {}

  std::optional<LeadingTerms> Leading(const Expr& expr) const {
    if (logs_.empty()) return LeadingOf(expr);
    LeadingTerms result(1);
    for (const auto& [power, coefficient] : CoefficientsOf(expr, logs_.front())) {
      std::optional<LeadingTerms> terms = LeadingOf(coefficient);
      if (!terms || terms->size() > 1) return std::nullopt;
      terms->front().log_degree = power;
      if (GrowsFaster(terms->front(), result.front())) result = *terms;
    }
    return result;
  }

 private:
  std::optional<LeadingTerms> LeadingOf(const Expr& expr) const {
    return LeadingTermsOf(EncloseByBounds(expr, x_, {kFarOut, std::nullopt}, {}));
  }

  Symbol x_;
  std::vector<Variable> logs_;
};

}  // namespace

std::optional<std::string> LimitText(const Limit& limit) {
  switch (limit.kind) {
    case Limit::Kind::kFinite:
      return ToString(limit.value);
    case Limit::Kind::kInfinity:
      return "infinity";
    case Limit::Kind::kMinusInfinity:
      return "-infinity";
    case Limit::Kind::kNone:
    case Limit::Kind::kUnknown:
      break;
  }
  return std::nullopt;
}

Limit LimitRatio(const Expr& a, const Expr& b, const Symbol& x) {
  std::vector<Variable> logs;
  CollectLogs(a, x, logs);
  CollectLogs(b, x, logs);
  if (logs.size() > 1) return {};
  const LimitFinder finder(x, std::move(logs));
  const Expr common = PositiveDenominator(a) * PositiveDenominator(b);
  const auto terms_a = finder.Leading(a * common);
  const auto terms_b = finder.Leading(b * common);
  if (!terms_a || !terms_b) return {};
  const std::uint64_t period = std::lcm(terms_a->size(), terms_b->size());
  if (period > kLargestPeriod) return {};
  const Limit limit = QuotientLimit(terms_a->front(), terms_b->front());
  for (std::uint64_t r = 1; r < period; ++r) {
    const Limit other =
        QuotientLimit((*terms_a)[r % terms_a->size()], (*terms_b)[r % terms_b->size()]);
    if (other != limit) return {Limit::Kind::kNone, 0};
  }
  return limit;
}

}  // namespace costcheck
