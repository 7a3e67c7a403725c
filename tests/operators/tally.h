#pragma once

#include <cmath>
#include <vector>

// Algorithms for one gradient or one forward pass, run on numbers that count what
// is done to them. They share no code with the rules; those are right if their
// counts are the tallies, and the algorithms are right if finite differences of
// the forward pass agree with them.

namespace costcheck::tally {

struct Tally {
  int simple = 0;
  int special = 0;
};
inline Tally counted;

struct Number {
  double value = 0;
};
inline Number Do(int& counter, double value) {
  ++counter;
  return {value};
}
inline Number operator+(Number a, Number b) { return Do(counted.simple, a.value + b.value); }
inline Number operator-(Number a, Number b) { return Do(counted.simple, a.value - b.value); }
inline Number operator*(Number a, Number b) { return Do(counted.simple, a.value * b.value); }
inline Number operator/(Number a, Number b) { return Do(counted.special, a.value / b.value); }
inline Number Larger(Number a, Number b) {
  return Do(counted.simple, a.value < b.value ? b.value : a.value);
}
inline Number Exp(Number a) { return Do(counted.special, std::exp(a.value)); }
inline Number Root(Number a) { return Do(counted.special, std::sqrt(a.value)); }
inline Number Phi(Number a) {
  return Do(counted.special, 0.5 * (1 + std::erf(a.value / std::sqrt(2.0))));
}
inline Number PhiDensity(Number a) {
  return Do(counted.special, std::exp(-a.value * a.value / 2) / std::sqrt(2 * std::acos(-1.0)));
}
inline Number Sigmoid(Number a) { return Do(counted.special, 1 / (1 + std::exp(-a.value))); }

using Row = std::vector<Number>;

inline Row Softmax(const Row& x) {
  Number largest{-1e300}, sum{0};
  for (Number a : x) largest = Larger(largest, a);
  Row y;
  for (Number a : x) y.push_back(Exp(a - largest));
  for (Number a : y) sum = sum + a;
  for (Number& a : y) a = a / sum;
  return y;
}

inline Row SoftmaxBackward(const Row& y, const Row& g) {
  Number sum{0};
  for (std::size_t i = 0; i < y.size(); ++i) sum = sum + g[i] * y[i];
  Row dx;
  for (std::size_t i = 0; i < y.size(); ++i) dx.push_back(y[i] * (g[i] - sum));
  return dx;
}

struct Normed {
  Row y;
  Number mean, reciprocal;
};

inline Normed LayerNorm(const Row& x, const Row& scale, const Row& shift) {
  const Number share{1.0 / static_cast<double>(x.size())}, offset{1e-5};
  Number mean{0}, variance{0};
  for (Number a : x) mean = mean + a;
  mean = mean * share;
  Row y;
  for (Number a : x) y.push_back(a - mean);
  for (Number a : y) variance = variance + a * a;
  const Number reciprocal = Number{1} / Root(variance * share + offset);
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = y[i] * reciprocal * scale[i] + shift[i];
  return {y, mean, reciprocal};
}

inline Row LayerNormBackward(const Row& x, const Normed& forward, const Row& scale, const Row& g,
                             Row& scale_gradient, Row& shift_gradient) {
  const Number share{1.0 / static_cast<double>(x.size())};
  const bool first = scale_gradient.empty();
  Number sum{0}, sum_along{0};
  Row normal, scaled, dx;
  for (std::size_t i = 0; i < x.size(); ++i) {
    normal.push_back((x[i] - forward.mean) * forward.reciprocal);
    scaled.push_back(g[i] * scale[i]);
    sum = sum + scaled[i];
    sum_along = sum_along + scaled[i] * normal[i];
    const Number along = g[i] * normal[i];
    if (first) {
      scale_gradient.push_back(along);
      shift_gradient.push_back(g[i]);
    } else {
      scale_gradient[i] = scale_gradient[i] + along;
      shift_gradient[i] = shift_gradient[i] + g[i];
    }
  }
  sum = sum * share;
  sum_along = sum_along * share;
  for (std::size_t i = 0; i < x.size(); ++i) {
    dx.push_back((scaled[i] - sum - normal[i] * sum_along) * forward.reciprocal);
  }
  return dx;
}

inline Normed RmsNorm(const Row& x, const Row& scale) {
  const Number share{1.0 / static_cast<double>(x.size())}, offset{1e-5};
  Number square{0};
  for (Number a : x) square = square + a * a;
  const Number reciprocal = Number{1} / Root(square * share + offset);
  Row y;
  for (std::size_t i = 0; i < x.size(); ++i) y.push_back(x[i] * reciprocal * scale[i]);
  return {y, {0}, reciprocal};
}

inline Row RmsNormBackward(const Row& x, const Normed& forward, const Row& scale, const Row& g,
                           Row& scale_gradient) {
  const Number share{1.0 / static_cast<double>(x.size())};
  const bool first = scale_gradient.empty();
  Number sum_along{0};
  Row normal, scaled, dx;
  for (std::size_t i = 0; i < x.size(); ++i) {
    normal.push_back(x[i] * forward.reciprocal);
    scaled.push_back(g[i] * scale[i]);
    sum_along = sum_along + scaled[i] * normal[i];
    const Number along = g[i] * normal[i];
    if (first) {
      scale_gradient.push_back(along);
    } else {
      scale_gradient[i] = scale_gradient[i] + along;
    }
  }
  sum_along = sum_along * share;
  for (std::size_t i = 0; i < x.size(); ++i) {
    dx.push_back((scaled[i] - normal[i] * sum_along) * forward.reciprocal);
  }
  return dx;
}

inline Number Log(Number a) { return Do(counted.special, std::log(a.value)); }

/// All log-probabilities of rows, and the mean of the targets' ones, with its sign turned.
struct Likelihood {
  std::vector<Row> log_probabilities;
  Number loss;
};

inline Likelihood CrossEntropy(const std::vector<Row>& rows,
                               const std::vector<std::size_t>& targets) {
  Likelihood result{{}, {0}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Number largest{-1e300}, sum{0};
    for (Number a : rows[i]) largest = Larger(largest, a);
    Row shifted;
    for (Number a : rows[i]) shifted.push_back(a - largest);
    for (Number a : shifted) sum = sum + Exp(a);
    const Number logarithm = Log(sum);
    for (Number& a : shifted) a = a - logarithm;
    result.loss = result.loss + shifted[targets[i]];
    result.log_probabilities.push_back(shifted);
  }
  result.loss = result.loss / Number{-static_cast<double>(rows.size())};
  return result;
}

inline std::vector<Row> CrossEntropyBackward(const std::vector<Row>& log_probabilities,
                                             const std::vector<std::size_t>& targets, Number g) {
  const Number share = g / Number{static_cast<double>(targets.size())};
  std::vector<Row> gradient;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    Row row;
    for (Number a : log_probabilities[i]) row.push_back(Exp(a));
    row[targets[i]] = row[targets[i]] - Number{1};
    for (Number& a : row) a = a * share;
    gradient.push_back(row);
  }
  return gradient;
}

inline Number Gelu(Number x) { return x * Phi(x); }
inline Number GeluBackward(Number x, Number g) { return g * (Phi(x) + x * PhiDensity(x)); }
inline Number Silu(Number x) { return x * Sigmoid(x); }
inline Number SiluBackward(Number x, Number g) {
  const Number s = Sigmoid(x), one{1};
  return g * (s * (one + x * (one - s)));
}
inline Number SigmoidBackward(Number y, Number g) { return g * (y * (Number{1} - y)); }

}  // namespace costcheck::tally
