#include "costmodel/algebra/print.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace costcheck {
namespace {

/// A term taken apart: what stands over and under its fraction line.
struct Fraction {
  bool negative = false;
  std::vector<std::string> over, under;
};

class Printer {
 public:
  explicit Printer(Notation notation) : notation_(notation) {}

  std::string OfExpr(const Expr& expr) const {
    const Polynomial& polynomial = expr.numerator();
    if (polynomial.IsMonomial()) return OfTerm(polynomial, 0, expr.denominator());
    const std::string sum = OfSum(polynomial);
    return expr.denominator() == 1 ? sum : Divided(sum, true, OfNumber(expr.denominator()), false);
  }

  std::string OfQuotient(const Expr& a, const Expr& b) const {
    if (b == Expr(1)) return OfExpr(a);
    return Divided(OfExpr(a), IsSum(a), OfExpr(b), !IsOneFactor(b));
  }

 private:
  static bool IsSum(const Expr& expr) {
    return expr.denominator() == 1 && expr.numerator().size() > 1;
  }

  /// True if what is printed can stand after a '/' without parentheses.
  bool IsOneFactor(const Expr& expr) const {
    const Polynomial& polynomial = expr.numerator();
    if (expr.denominator() != 1 || !polynomial.IsMonomial()) return false;
    if (polynomial.IsConstant()) return polynomial.coefficient(0) > 0;
    if (polynomial.variables().size() > 1 || polynomial.coefficient(0) != 1) return false;
    const int exponent = polynomial.exponent(0, 0);
    return exponent == 1 || (exponent > 1 && notation_ == Notation::kText);
  }

  std::string Divided(const std::string& over, bool wrap_over, const std::string& under,
                      bool wrap_under) const {
    if (notation_ == Notation::kLatex) return "\\frac{" + over + "}{" + under + "}";
    return Wrapped(over, wrap_over) + "/" + Wrapped(under, wrap_under);
  }

  static std::string Wrapped(const std::string& text, bool wrap) {
    return wrap ? "(" + text + ")" : text;
  }

  std::string OfNumber(const Integer& value) const {
    return notation_ == Notation::kC ? ToString(value) + ".0" : ToString(value);
  }

  std::string OfSum(const Polynomial& polynomial) const {
    if (polynomial.IsZero()) return OfNumber(0);
    std::string sum = OfTerm(polynomial, 0, 1);
    for (std::size_t term = 1; term < polynomial.size(); ++term) {
      const Fraction fraction = FractionOf(polynomial, term, 1);
      sum += (fraction.negative ? " - " : " + ") + WithoutSign(fraction);
    }
    return sum;
  }

  std::string OfTerm(const Polynomial& polynomial, std::size_t term,
                     const Integer& denominator) const {
    const Fraction fraction = FractionOf(polynomial, term, denominator);
    return (fraction.negative ? "-" : "") + WithoutSign(fraction);
  }

  Fraction FractionOf(const Polynomial& polynomial, std::size_t term,
                      const Integer& denominator) const {
    const Integer& coefficient = polynomial.coefficient(term);
    Fraction fraction;
    fraction.negative = coefficient < 0;
    if (denominator != 1) fraction.under.push_back(OfNumber(denominator));
    for (std::size_t v = 0; v < polynomial.variables().size(); ++v) {
      const int exponent = polynomial.exponent(term, v);
      AddPower(*polynomial.variables()[v], std::abs(exponent),
               exponent > 0 ? fraction.over : fraction.under);
    }
    if (abs(coefficient) != 1 || fraction.over.empty()) {
      fraction.over.insert(fraction.over.begin(), OfNumber(abs(coefficient)));
    }
    return fraction;
  }

  void AddPower(const Atom& atom, int exponent, std::vector<std::string>& factors) const {
    if (exponent == 0) return;
    const std::string base = OfAtom(atom);
    if (notation_ == Notation::kC) {
      factors.insert(factors.end(), static_cast<std::size_t>(exponent), base);
    } else if (exponent == 1) {
      factors.push_back(base);
    } else if (notation_ == Notation::kLatex) {
      factors.push_back(base + "^{" + std::to_string(exponent) + "}");
    } else {
      factors.push_back(base + "^" + std::to_string(exponent));
    }
  }

  std::string WithoutSign(const Fraction& fraction) const {
    const std::string over = Joined(fraction.over);
    if (fraction.under.empty()) return over;
    return Divided(over, false, Joined(fraction.under), fraction.under.size() > 1);
  }

  std::string Joined(const std::vector<std::string>& factors) const {
    std::string product;
    for (const std::string& factor : factors) {
      if (!product.empty()) product += notation_ == Notation::kLatex ? " " : "*";
      product += factor;
    }
    return product;
  }

  std::string OfAtom(const Atom& atom) const {
    switch (atom.kind) {
      case AtomKind::kSymbol:
        return OfName(atom.symbol->name());
      case AtomKind::kMin:
        return OfMin(OfExpr(atom.first), OfExpr(atom.second));
      case AtomKind::kFloorDiv:
        return OfFloor(OfQuotient(atom.first, atom.second));
      case AtomKind::kCeilLog2:
        return OfCeilLog2(OfExpr(atom.first));
    }
    return "";
  }

  std::string OfMin(const std::string& a, const std::string& b) const {
    const std::string_view name = notation_ == Notation::kLatex ? "\\min("
                                  : notation_ == Notation::kC   ? "fmin("
                                                                : "min(";
    return std::string(name) + a + ", " + b + ")";
  }

  std::string OfFloor(const std::string& argument) const {
    if (notation_ != Notation::kLatex) return "floor(" + argument + ")";
    return "\\left\\lfloor " + argument + " \\right\\rfloor";
  }

  std::string OfCeilLog2(const std::string& argument) const {
    switch (notation_) {
      case Notation::kText:
        return "ceillog2(" + argument + ")";
      case Notation::kLatex:
        return "\\left\\lceil \\log_{2}(" + argument + ") \\right\\rceil";
      case Notation::kC:
        // 0 where the argument is at most 1, even where log2 of it is no number.
        return "fmax(0.0, ceil(log2(" + argument + ")))";
    }
    return "";
  }

  /// In LaTeX T stays, H_kv has an index, and sparse_heads is one word.
  std::string OfName(const std::string& name) const {
    if (notation_ != Notation::kLatex || name.size() == 1) return name;
    if (name.size() > 2 && name[1] == '_')
      return name.substr(0, 2) + "{" + Escaped(name.substr(2)) + "}";
    return "\\mathit{" + Escaped(name) + "}";
  }

  static std::string Escaped(const std::string& name) {
    std::string escaped;
    for (const char c : name) {
      if (c == '_') escaped += '\\';
      escaped += c;
    }
    return escaped;
  }

  Notation notation_;
};

}  // namespace

std::string Print(const Expr& expr, Notation notation) { return Printer(notation).OfExpr(expr); }

std::string Print(const Ratio& ratio, Notation notation) {
  return Printer(notation).OfQuotient(ratio.numerator, ratio.denominator);
}

}  // namespace costcheck
