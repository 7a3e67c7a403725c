#include "costmodel/algebra/roots.h"

#include <algorithm>
#include <utility>

#include "costmodel/algebra/descartes.h"
#include "costmodel/algebra/error.h"
#include "costmodel/algebra/square_free.h"

namespace costcheck {

namespace {

using Coefficients = std::vector<Integer>;

/// A part (index / 2^depth, (index + 1) / 2^depth) of (0, 1), and the polynomial
/// that has those roots in (0, 1); or the root index / 2^depth itself.
struct Part {
  Coefficients p;
  Integer index;
  int depth;
  bool is_root = false;
};

RealRoot MakeRoot(const Integer& lower, const Integer& upper, int shift) {
  if (shift >= 0) return {lower, upper, Integer(1) << static_cast<unsigned>(shift)};
  return {lower << static_cast<unsigned>(-shift), upper << static_cast<unsigned>(-shift), 1};
}

/// Divides by x as often as it goes, at most once for a square-free polynomial.
bool DivideByX(Coefficients& p) {
  if (p.empty() || !p.front().is_zero()) return false;
  p.erase(p.begin());
  return true;
}

/// Roots in (0, 2^exponent) of a square-free polynomial, in ascending order.
void BisectUnit(const Coefficients& p, int exponent, std::vector<RealRoot>& roots) {
  std::vector<Part> parts{{ScaleArgument(p, exponent), 0, 0}};
  while (!parts.empty()) {
    Part part = std::move(parts.back());
    parts.pop_back();
    const int bound = part.is_root ? 1 : DescartesBound(part.p);
    if (bound == 0) continue;
    if (bound == 1) {
      const Integer upper = part.is_root ? part.index : Integer(part.index + 1);
      roots.push_back(MakeRoot(part.index, upper, part.depth - exponent));
      continue;
    }
    HalveArgument(part.p);
    Part right{part.p, 2 * part.index + 1, part.depth + 1};
    ShiftByOne(right.p);
    const bool middle = DivideByX(right.p);
    const Part root{{}, right.index, right.depth, true};
    parts.push_back(std::move(right));
    if (middle) parts.push_back(root);
    parts.push_back({std::move(part.p), 2 * part.index, part.depth + 1});
  }
}

/// The roots of a linear polynomial.
RealRoot LinearRoot(const Coefficients& p) {
  const Integer numerator = p[1] > 0 ? Integer(-p[0]) : p[0];
  const Integer denominator = abs(p[1]);
  const Integer common = Gcd(numerator, denominator);
  return {numerator / common, numerator / common, denominator / common};
}

/// True, with both roots appended, if the discriminant is a square.
bool RationalQuadratic(const Coefficients& p, std::vector<RealRoot>& roots) {
  const Integer discriminant = p[1] * p[1] - 4 * p[0] * p[2];
  if (discriminant < 0) return true;
  Integer rest;
  const Integer root = sqrt(discriminant, rest);
  if (!rest.is_zero()) return false;
  const Integer step = p[2] > 0 ? root : Integer(-root);
  roots.push_back(LinearRoot({p[1] + step, 2 * p[2]}));
  if (!root.is_zero()) roots.push_back(LinearRoot({p[1] - step, 2 * p[2]}));
  return true;
}

/// The sign of p just above numerator/denominator: of p, or of its slope at a root.
int SignAbove(const Coefficients& p, const Integer& numerator, const Integer& denominator) {
  const int sign = SignAt(p, numerator, denominator);
  if (sign != 0) return sign;
  Coefficients slope;
  for (std::size_t i = 1; i < p.size(); ++i) slope.push_back(p[i] * i);
  return SignAt(slope, numerator, denominator);
}

/// Halves the interval once; exact if the middle is the root. `above` is the
/// sign of p just above the lower end.
void Halve(const Coefficients& p, int above, RealRoot& root) {
  const Integer middle = root.lower + root.upper;
  root.scale *= 2;
  const int sign = SignAt(p, middle, root.scale);
  root.lower = sign == 0 || sign == above ? middle : Integer(2 * root.lower);
  root.upper = sign == 0 || sign != above ? middle : Integer(2 * root.upper);
}

bool EndIsRoot(const Coefficients& p, const RealRoot& root) {
  return SignAt(p, root.lower, root.scale) == 0 || SignAt(p, root.upper, root.scale) == 0;
}

/// Roots found while halving, and 0, may be ends of other intervals: narrows those.
void ClearEnds(const Coefficients& p, std::vector<RealRoot>& roots) {
  const bool exact =
      std::any_of(roots.begin(), roots.end(), [](const RealRoot& root) { return root.IsExact(); });
  if (!exact && !p.front().is_zero()) return;
  for (RealRoot& root : roots) {
    if (root.IsExact()) continue;
    const int above = SignAbove(p, root.lower, root.scale);
    while (!root.IsExact() && EndIsRoot(p, root)) Halve(p, above, root);
  }
}

std::vector<RealRoot> PositiveRoots(const Coefficients& p) {
  std::vector<RealRoot> roots;
  if (const std::optional<int> bound = PositiveRootBound(p)) BisectUnit(p, *bound, roots);
  return roots;
}

/// Real roots of a square-free polynomial of positive degree, ascending.
std::vector<RealRoot> SquareFreeRoots(const Coefficients& p, bool positive_only) {
  std::vector<RealRoot> roots;
  const bool closed = p.size() == 2 || (p.size() == 3 && RationalQuadratic(p, roots));
  if (p.size() == 2) roots.push_back(LinearRoot(p));
  if (!closed) {
    Coefficients rest = p;
    const bool zero = DivideByX(rest);
    if (!positive_only) {
      for (const RealRoot& root : PositiveRoots(Mirror(rest))) {
        roots.push_back({-root.upper, -root.lower, root.scale});
      }
      std::reverse(roots.begin(), roots.end());
      if (zero) roots.push_back({0, 0, 1});
    }
    for (RealRoot& root : PositiveRoots(rest)) roots.push_back(std::move(root));
    ClearEnds(p, roots);
  }
  if (positive_only) std::erase_if(roots, [](const RealRoot& root) { return root.upper <= 0; });
  return roots;
}

/// Gives each root of the square-free part its multiplicity in the whole.
void AssignMultiplicities(const std::vector<SquareFreeFactor>& factors,
                          std::vector<RealRoot>& roots) {
  for (RealRoot& root : roots) {
    for (const SquareFreeFactor& factor : factors) {
      const int lower = SignAt(factor.coefficients, root.lower, root.scale);
      const int upper = SignAt(factor.coefficients, root.upper, root.scale);
      if (lower * upper < 0 || (root.IsExact() && lower == 0)) {
        root.multiplicity = factor.multiplicity;
      }
    }
  }
}

RootIsolation Isolate(Coefficients p, bool positive_only) {
  Trim(p);
  if (p.size() <= 1) return {{}, std::move(p)};
  if (ProvenSquareFree(p)) return {SquareFreeRoots(p, positive_only), std::move(p)};
  const std::vector<SquareFreeFactor> factors = SquareFreeFactors(p);
  Coefficients whole{1};
  for (const SquareFreeFactor& factor : factors) whole = Multiply(whole, factor.coefficients);
  std::vector<RealRoot> roots = SquareFreeRoots(whole, positive_only);
  AssignMultiplicities(factors, roots);
  return {std::move(roots), std::move(whole)};
}

/// value / 10^digits in decimal, zeros at the end left out.
std::string PlaceDecimalPoint(const Integer& value, int digits) {
  std::string text = ToString(Integer(abs(value)));
  const auto places = static_cast<std::size_t>(digits);
  if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
  text.insert(text.size() - places, ".");
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  if (value < 0) text.insert(0, "-");
  return text;
}

/// The sign of root - numerator / denominator, denominator > 0.
int CompareRoot(const RootIsolation& isolation, const RealRoot& root, const Integer& numerator,
                const Integer& denominator) {
  const Integer scaled = numerator * root.scale;
  if (root.IsExact()) return Integer(root.lower * denominator - scaled).sign();
  if (scaled <= root.lower * denominator) return 1;
  if (scaled >= root.upper * denominator) return -1;
  const int sign = SignAt(isolation.square_free, numerator, denominator);
  if (sign == 0) return 0;
  return sign == SignAt(isolation.square_free, root.lower, root.scale) ? 1 : -1;
}

/// The largest n with (n + offset/2) / step not above the root.
Integer GridFloor(const RootIsolation& isolation, const RealRoot& root, const Integer& step,
                  int offset) {
  const Integer denominator = 2 * root.scale;
  // n <= root * step - offset/2 < n + 1, by halving between the interval's ends.
  Integer low = FloorDivide(2 * root.lower * step - offset * root.scale, denominator);
  Integer high = FloorDivide(2 * root.upper * step - offset * root.scale, denominator);
  while (low < high) {
    const Integer middle = FloorDivide(low + high + 1, 2);
    const int side = offset == 0 ? CompareRoot(isolation, root, middle, step)
                                 : CompareRoot(isolation, root, 2 * middle + offset, 2 * step);
    if (side >= 0) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

}  // namespace

RootIsolation IsolateRoots(std::vector<Integer> coefficients) {
  return Isolate(std::move(coefficients), false);
}

RootIsolation IsolatePositiveRoots(std::vector<Integer> coefficients) {
  return Isolate(std::move(coefficients), true);
}

/// With y = x - low, and y = (high - low) z.
bool MayHaveRootBetween(std::vector<Integer> coefficients, const Integer& low,
                        const std::optional<Integer>& high) {
  COSTCHECK_CHECK(low >= 0 && (!high || low < *high));
  Trim(coefficients);
  if (!HasBothSigns(coefficients)) return false;
  ShiftBy(coefficients, low);
  if (!HasBothSigns(coefficients)) return false;
  if (!high) return true;
  Integer power = 1;
  for (Integer& c : coefficients) {
    c *= power;
    power *= *high - low;
  }
  return DescartesBound(std::move(coefficients)) != 0;
}

int SignAt(const std::vector<Integer>& coefficients, const Integer& numerator,
           const Integer& denominator) {
  Integer value = 0;
  Integer power = 1;
  const bool whole = denominator == 1;
  for (std::size_t i = coefficients.size(); i-- > 0;) {
    value *= numerator;
    value += whole ? coefficients[i] : Integer(coefficients[i] * power);
    if (!whole) power *= denominator;
  }
  return value.sign();
}

int CompareRoot(const RootIsolation& isolation, const RealRoot& root, const Rational& value) {
  return CompareRoot(isolation, root, Numerator(value), Denominator(value));
}

RealRoot RefineRoot(const RootIsolation& isolation, RealRoot root, const Rational& width) {
  COSTCHECK_CHECK(width > 0);
  const Integer limit = Numerator(width);
  if (root.IsExact()) return root;
  const int above = SignAt(isolation.square_free, root.lower, root.scale);
  while ((root.upper - root.lower) * Denominator(width) > limit * root.scale) {
    Halve(isolation.square_free, above, root);
  }
  return root;
}

Integer FloorOfRoot(const RootIsolation& isolation, const RealRoot& root) {
  return GridFloor(isolation, root, 1, 0);
}

std::optional<Rational> RationalRoot(const RootIsolation& isolation, const RealRoot& root) {
  if (root.IsExact()) return root.LowerBound();
  // A rational root is a multiple of 1 / |leading coefficient|.
  const Integer lead = abs(isolation.square_free.back());
  const Rational candidate(GridFloor(isolation, root, lead, 0), lead);
  if (CompareRoot(isolation, root, candidate) != 0) return std::nullopt;
  return candidate;
}

std::string RootDecimal(const RootIsolation& isolation, const RealRoot& root, int digits) {
  COSTCHECK_CHECK(digits >= 0);
  const Integer step = pow(Integer(10), static_cast<unsigned>(digits));
  // The nearest is the floor of root * step + 1/2.
  return PlaceDecimalPoint(GridFloor(isolation, root, step, -1), digits);
}

}  // namespace costcheck
