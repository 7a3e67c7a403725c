#include <algorithm>
#include <map>
#include <utility>

#include "costmodel/algebra/normal_form.h"

namespace costcheck {
namespace {

/// What is known of a variable from below; each implies those before it.
enum class Bound { kNone, kNonNegative, kPositive, kAtLeastOne };

/// Polynomials looked at for one answer; atoms within atoms would take forever.
constexpr int kLargestWork = 400;
/// Terms that x = 1 + x' may make of a polynomial.
constexpr std::size_t kMostShiftedTerms = 4096;

Sign Flipped(Sign sign) {
  switch (sign) {
    case Sign::kNegative:
      return Sign::kPositive;
    case Sign::kNonPositive:
      return Sign::kNonNegative;
    case Sign::kNonNegative:
      return Sign::kNonPositive;
    case Sign::kPositive:
      return Sign::kNegative;
    case Sign::kZero:
    case Sign::kUnknown:
      break;
  }
  return sign;
}

/// What holds where one of the two does.
Sign Weaker(Sign a, Sign b) {
  if (a == b) return a;
  if (ProvesNonNegative(a) && ProvesNonNegative(b)) return Sign::kNonNegative;
  if (ProvesNonPositive(a) && ProvesNonPositive(b)) return Sign::kNonPositive;
  return Sign::kUnknown;
}

/// The lesser of two signs that a lower bound proves, as a statement about what
/// lies above it: nothing, if the bound may be negative.
Sign FromBelow(Sign bound) {
  if (bound == Sign::kZero) return Sign::kNonNegative;
  return ProvesNonNegative(bound) ? bound : Sign::kUnknown;
}
Sign FromAbove(Sign bound) { return Flipped(FromBelow(Flipped(bound))); }

/// polynomial = slope * variable + rest.
struct Line {
  Polynomial slope, rest;
};

/// Nothing if the variable has another power than the first.
std::optional<Line> LineIn(const Polynomial& polynomial, const Variable& variable) {
  Line line;
  for (auto& [exponent, part] : PartsBy(polynomial, variable)) {
    if (exponent != 0 && exponent != 1) return std::nullopt;
    (exponent == 1 ? line.slope : line.rest) = part;
  }
  return line;
}

class SignProver {
 public:
  Sign Prove(const Polynomial& polynomial);

 private:
  /// The bounds of a polynomial's variables, in their order.
  using Bounds = std::vector<Bound>;

  /// A bound that was found, and the work it took.
  struct Found {
    Bound bound;
    int work;
  };
  struct Before {
    bool operator()(const Variable& a, const Variable& b) const { return Compare(a, b) < 0; }
  };

  Bound BoundOf(const Variable& variable);
  Bound BoundOfAtom(const Atom& atom);
  Bound BoundOfExpr(const Expr& expr);
  Sign ProveByCoefficients(const Polynomial& polynomial);
  Sign ProveByAtoms(const Polynomial& polynomial);
  Sign ProveByMin(const Line& line, const Atom& min);
  Sign ProveByFloor(const Line& line, const Atom& floor);

  int work_left_ = kLargestWork;
  std::map<Variable, Found, Before> found_;
};

Bound SymbolBound(Domain domain) {
  switch (domain) {
    case Domain::kPositiveInteger:
      return Bound::kAtLeastOne;
    case Domain::kNonNegativeInteger:
      return Bound::kNonNegative;
    case Domain::kPositiveRational:
      return Bound::kPositive;
  }
  return Bound::kNone;
}

Bound SignProver::BoundOfExpr(const Expr& expr) {
  if (ProvesNonNegative(Prove((expr - 1).numerator()))) return Bound::kAtLeastOne;
  const Sign sign = Prove(expr.numerator());
  if (sign == Sign::kPositive) return Bound::kPositive;
  return ProvesNonNegative(sign) ? Bound::kNonNegative : Bound::kNone;
}

/// What was found before counts as the same work again, so that the answer is the same, too.
Bound SignProver::BoundOf(const Variable& variable) {
  if (variable->kind == AtomKind::kSymbol) return BoundOfAtom(*variable);
  const auto at = found_.find(variable);
  if (at != found_.end() && at->second.work <= work_left_) {
    work_left_ -= at->second.work;
    return at->second.bound;
  }
  const int before = work_left_;
  const Bound bound = BoundOfAtom(*variable);
  if (work_left_ >= 0) found_.insert_or_assign(variable, Found{bound, before - work_left_});
  return bound;
}

Bound SignProver::BoundOfAtom(const Atom& atom) {
  switch (atom.kind) {
    case AtomKind::kSymbol:
      return SymbolBound(atom.symbol->domain());
    case AtomKind::kMin:
      return std::min(BoundOfExpr(atom.first), BoundOfExpr(atom.second));
    case AtomKind::kFloorDiv:
      if (!ProvesNonNegative(Prove(atom.second.numerator()))) return Bound::kNone;
      if (ProvesNonNegative(Prove((atom.first - atom.second).numerator()))) {
        return Bound::kAtLeastOne;
      }
      return ProvesNonNegative(Prove(atom.first.numerator())) ? Bound::kNonNegative : Bound::kNone;
    case AtomKind::kCeilLog2:
      return Prove((atom.first - 1).numerator()) == Sign::kPositive ? Bound::kAtLeastOne
                                                                    : Bound::kNonNegative;
  }
  return Bound::kNone;
}

/// The sign that coefficients of one sign show, where no variable is negative.
Sign SignOfCoefficients(const Polynomial& polynomial, const std::vector<Bound>& bounds) {
  bool strict = false, positive = false, negative = false;
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    (polynomial.coefficient(term) > 0 ? positive : negative) = true;
    bool nonzero = true;
    for (std::size_t v = 0; v < bounds.size(); ++v) {
      if (polynomial.exponent(term, v) > 0 && bounds[v] < Bound::kPositive) nonzero = false;
    }
    strict = strict || nonzero;
  }
  if (positive && negative) return Sign::kUnknown;
  const Sign size = strict ? Sign::kPositive : Sign::kNonNegative;
  return positive ? size : Flipped(size);
}

std::size_t ShiftedTerms(const Polynomial& polynomial, const std::vector<Bound>& bounds) {
  std::size_t sum = 0;
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    std::size_t product = 1;
    for (std::size_t v = 0; v < bounds.size() && product <= kMostShiftedTerms; ++v) {
      if (bounds[v] != Bound::kAtLeastOne) continue;
      product *= static_cast<std::size_t>(polynomial.exponent(term, v)) + 1;
    }
    sum += product;
    if (sum > kMostShiftedTerms) break;
  }
  return sum;
}

/// True if coefficients of both signs are left by x = 1 + x': it changes none of a term that no
/// other one exceeds, which has at least as much of every such x and as much of all else.
bool KeepsBothSigns(const Polynomial& polynomial, const std::vector<Bound>& bounds) {
  const auto exceeds = [&](std::size_t a, std::size_t b) {
    for (std::size_t v = 0; v < bounds.size(); ++v) {
      const int more = polynomial.exponent(a, v) - polynomial.exponent(b, v);
      if (more < 0 || (more > 0 && bounds[v] != Bound::kAtLeastOne)) return false;
    }
    return a != b;
  };
  bool positive = false, negative = false;
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    bool& known = polynomial.coefficient(term) > 0 ? positive : negative;
    bool greatest = !known;
    for (std::size_t other = 0; other < polynomial.size() && greatest; ++other) {
      greatest = !exceeds(other, term);
    }
    known = known || greatest;
  }
  return positive && negative;
}

/// The polynomial in x', where x = 1 + x' and x' stands under the name of x.
Polynomial Shifted(const Polynomial& polynomial, const Variable& variable) {
  const Polynomial step = Polynomial::Of(variable) + Polynomial(Integer(1));
  const std::map<int, Polynomial> parts = PartsBy(polynomial, variable);
  Polynomial sum;
  int exponent = parts.rbegin()->first;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    for (; exponent > part->first; --exponent) sum = sum * step;
    sum = sum + part->second;
  }
  for (; exponent > 0; --exponent) sum = sum * step;
  return sum;
}

Sign SignProver::ProveByCoefficients(const Polynomial& polynomial) {
  Bounds bounds;
  for (const Variable& variable : polynomial.variables()) {
    bounds.push_back(BoundOf(variable));
    if (bounds.back() == Bound::kNone) return Sign::kUnknown;
  }
  // What stands in a denominator is not 0, so it is positive, and so is its power.
  const auto any = [](const Variable&) { return true; };
  const Polynomial cleared =
      polynomial * Inverse(CommonMonomial(polynomial, Polynomial(Integer(1)), any));
  if (cleared.variables().size() != bounds.size()) return Prove(cleared);
  const Sign direct = SignOfCoefficients(cleared, bounds);
  if (direct != Sign::kUnknown) return direct;
  if (KeepsBothSigns(cleared, bounds)) return Sign::kUnknown;
  if (ShiftedTerms(cleared, bounds) > kMostShiftedTerms) return Sign::kUnknown;
  Polynomial shifted = cleared;
  for (std::size_t v = 0; v < bounds.size(); ++v) {
    if (bounds[v] == Bound::kAtLeastOne) shifted = Shifted(shifted, cleared.variables()[v]);
  }
  if (shifted.IsZero()) return Sign::kZero;
  Bounds shifted_bounds;
  for (const Variable& variable : shifted.variables()) {
    const auto place = std::find_if(cleared.variables().begin(), cleared.variables().end(),
                                    [&](const Variable& v) { return Compare(v, variable) == 0; });
    const Bound bound = bounds[static_cast<std::size_t>(place - cleared.variables().begin())];
    shifted_bounds.push_back(bound == Bound::kAtLeastOne ? Bound::kNonNegative : bound);
  }
  return SignOfCoefficients(shifted, shifted_bounds);
}

/// min(a, b) is one of a and b: the line takes one of two values, the greater
/// where the slope is negative and the lesser where it is positive.
Sign SignProver::ProveByMin(const Line& line, const Atom& min) {
  const Sign first = Prove(line.slope * min.first.numerator() + line.rest);
  const Sign second = Prove(line.slope * min.second.numerator() + line.rest);
  const Sign either = Weaker(first, second);
  if (either != Sign::kUnknown) return either;
  const Sign slope = Prove(line.slope);
  for (const Sign value : {first, second}) {
    const Sign implied = ProvesNonPositive(slope)   ? FromBelow(value)
                         : ProvesNonNegative(slope) ? FromAbove(value)
                                                    : Sign::kUnknown;
    if (implied != Sign::kUnknown) return implied;
  }
  return Sign::kUnknown;
}

/// (n - d + 1) / d <= floor(n / d) <= n / d for integers, d > 0; without the 1 for others.
Sign SignProver::ProveByFloor(const Line& line, const Atom& floor) {
  const Polynomial& n = floor.first.numerator();
  const Polynomial& d = floor.second.numerator();
  const Sign slope = Prove(line.slope);
  if (slope == Sign::kUnknown || !ProvesNonNegative(Prove(d))) return Sign::kUnknown;
  const Polynomial step(Integer(IsIntegerValued(n) && IsIntegerValued(d) ? 1 : 0));
  const Polynomial least = line.slope * (n - d + step) + line.rest * d;
  const Polynomial most = line.slope * n + line.rest * d;
  const bool rising = ProvesNonNegative(slope);
  const Sign below = FromBelow(Prove(rising ? least : most));
  return below != Sign::kUnknown ? below : FromAbove(Prove(rising ? most : least));
}

Sign SignProver::ProveByAtoms(const Polynomial& polynomial) {
  for (const Variable& variable : polynomial.variables()) {
    if (variable->kind != AtomKind::kMin && variable->kind != AtomKind::kFloorDiv) continue;
    const std::optional<Line> line = LineIn(polynomial, variable);
    if (!line) continue;
    const Sign sign = variable->kind == AtomKind::kMin ? ProveByMin(*line, *variable)
                                                       : ProveByFloor(*line, *variable);
    if (sign != Sign::kUnknown) return sign;
  }
  return Sign::kUnknown;
}

Sign SignProver::Prove(const Polynomial& polynomial) {
  if (polynomial.IsZero()) return Sign::kZero;
  if (polynomial.IsConstant()) {
    return polynomial.coefficient(0) > 0 ? Sign::kPositive : Sign::kNegative;
  }
  if (--work_left_ < 0) return Sign::kUnknown;
  const Sign sign = ProveByCoefficients(polynomial);
  return sign != Sign::kUnknown ? sign : ProveByAtoms(polynomial);
}

}  // namespace

// The leading coefficient is made positive first, so that an expression and its
// negative are known equally well even where the work runs out.
Sign SignOf(const Expr& expr) {
  const Polynomial& numerator = expr.numerator();
  if (numerator.IsZero() || numerator.coefficient(0) > 0) return SignProver().Prove(numerator);
  return Flipped(SignProver().Prove(numerator * Integer(-1)));
}

}  // namespace costcheck
