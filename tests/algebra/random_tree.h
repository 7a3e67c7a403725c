#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "costmodel/algebra/expr.h"

// Random formulas, each with three readings that share no code: the Expr under
// test, its value at a point by plain rational arithmetic, and its text.

namespace costcheck {

struct Tree {
  std::string operation;  ///< a name, a number, or an operation of its children
  std::vector<Tree> children;
};

inline const std::vector<std::string>& IntegerNames() {
  static const std::vector<std::string> names = {"C", "T", "W", "n"};
  return names;
}

/// n may be 0, p may be a fraction, the others are positive integers.
inline Symbol SymbolNamed(const std::string& name) {
  if (name == "n") return Symbol(name, Domain::kNonNegativeInteger);
  if (name == "p") return Symbol(name, Domain::kPositiveRational);
  return Symbol(name);
}

class TreeMaker {
 public:
  explicit TreeMaker(unsigned seed) : random_(seed) {}

  int Pick(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }

  /// An integer at every point, with min, max, floor, ceil and log inside.
  Tree Integral(int depth) {
    if (depth == 0) return Leaf();
    switch (Pick(0, 9)) {
      case 0:
      case 1:
        return {"+", {Integral(depth - 1), Integral(depth - 1)}};
      case 2:
        return {"-", {Integral(depth - 1), Integral(depth - 1)}};
      case 3:
      case 4:
        return {"*", {Integral(depth - 1), Integral(depth - 1)}};
      case 5:
        return {"min", {Integral(depth - 1), Integral(depth - 1)}};
      case 6:
        return {"max", {Integral(depth - 1), Integral(depth - 1)}};
      case 7:
        return {"floordiv", {Integral(depth - 1), PositiveIntegral()}};
      case 8:
        return {"ceildiv", {Integral(depth - 1), PositiveIntegral()}};
      default:
        return {"ceillog2", {Integral(depth - 1)}};
    }
  }

  /// Divisions by monomials and a fractional symbol on top of that.
  Tree Fractional(int depth) {
    if (depth == 0) return Pick(0, 3) == 0 ? Tree{"p", {}} : Leaf();
    switch (Pick(0, 6)) {
      case 0:
        return {"+", {Fractional(depth - 1), Fractional(depth - 1)}};
      case 1:
        return {"-", {Fractional(depth - 1), Fractional(depth - 1)}};
      case 2:
        return {"*", {Fractional(depth - 1), Fractional(depth - 1)}};
      case 3:
        return {"/", {Fractional(depth - 1), Divisor()}};
      case 4:
        return {"min", {Fractional(depth - 1), Fractional(depth - 1)}};
      case 5:
        return {"floordiv", {Fractional(depth - 1), PositiveIntegral()}};
      default:
        return Integral(depth - 1);
    }
  }

  /// Sums, differences and products only.
  Tree Polynomial(int depth) {
    if (depth == 0) return Leaf();
    const char* const operations[] = {"+", "-", "*"};
    return {operations[Pick(0, 2)], {Polynomial(depth - 1), Polynomial(depth - 1)}};
  }

  Values Point() {
    const int size = Pick(0, 9) == 0 ? 100000 : 12;
    Values point;
    for (const std::string& name : IntegerNames()) point[name] = Pick(name == "n" ? 0 : 1, size);
    point["p"] = Rational(Pick(1, 9), Pick(1, 4));
    return point;
  }

 private:
  Tree Leaf() {
    if (Pick(0, 2) == 0) return {std::to_string(Pick(0, 9)), {}};
    return {IntegerNames()[static_cast<std::size_t>(Pick(0, 3))], {}};
  }
  Tree Divisor() {
    const Tree name{IntegerNames()[static_cast<std::size_t>(Pick(0, 2))], {}};
    const Tree number{std::to_string(Pick(1, 9)), {}};
    const int choice = Pick(0, 2);
    return choice == 0 ? number : choice == 1 ? name : Tree{"*", {number, name}};
  }
  Tree PositiveIntegral() {
    if (Pick(0, 3) != 0) return Divisor();
    return {"+", {Divisor(), Leaf()}};
  }

  std::mt19937 random_;
};

inline bool IsLeaf(const Tree& tree) { return tree.children.empty(); }

inline Expr ToExpr(const Tree& tree) {
  if (IsLeaf(tree)) {
    const bool number = tree.operation[0] >= '0' && tree.operation[0] <= '9';
    return number ? Expr(std::stoi(tree.operation)) : Expr(SymbolNamed(tree.operation));
  }
  const Expr a = ToExpr(tree.children[0]);
  if (tree.operation == "ceillog2") return CeilLog2(a);
  const Expr b = ToExpr(tree.children[1]);
  if (tree.operation == "+") return a + b;
  if (tree.operation == "-") return a - b;
  if (tree.operation == "*") return a * b;
  if (tree.operation == "/") return a / b;
  if (tree.operation == "min") return Min(a, b);
  if (tree.operation == "max") return Max(a, b);
  return tree.operation == "floordiv" ? FloorDiv(a, b) : CeilDiv(a, b);
}

/// The greatest integer that is at most the value, by definition and by hand.
inline Rational PlainFloor(const Rational& value) {
  const Integer quotient = Numerator(value) / Denominator(value);
  return Rational(quotient) > value ? Rational(quotient - 1) : Rational(quotient);
}

inline Rational PlainCeilLog2(const Rational& value) {
  Rational power = 1, count = 0;
  for (; power < value; power *= 2) count += 1;
  return count;
}

inline Rational ValueAt(const Tree& tree, const Values& point) {
  if (IsLeaf(tree)) {
    const auto bound = point.find(tree.operation);
    return bound != point.end() ? bound->second : Rational(std::stoi(tree.operation));
  }
  const Rational a = ValueAt(tree.children[0], point);
  if (tree.operation == "ceillog2") return PlainCeilLog2(a);
  const Rational b = ValueAt(tree.children[1], point);
  if (tree.operation == "+") return a + b;
  if (tree.operation == "-") return a - b;
  if (tree.operation == "*") return a * b;
  if (tree.operation == "/") return a / b;
  if (tree.operation == "min") return a < b ? a : b;
  if (tree.operation == "max") return a > b ? a : b;
  if (tree.operation == "floordiv") return PlainFloor(a / b);
  return -PlainFloor(-a / b);
}

inline std::string ToText(const Tree& tree) {
  if (IsLeaf(tree)) return tree.operation;
  const std::string a = ToText(tree.children[0]);
  if (tree.operation == "ceillog2") return "ceillog2(" + a + ")";
  const std::string b = ToText(tree.children[1]);
  if (tree.operation.size() == 1) return "(" + a + ")" + tree.operation + "(" + b + ")";
  return tree.operation + "(" + a + ", " + b + ")";
}

}  // namespace costcheck
