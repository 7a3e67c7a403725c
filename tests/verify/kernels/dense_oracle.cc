#include "tests/verify/kernels/dense_oracle.h"

#include <cmath>

namespace costcheck {
namespace {

using Matrix = std::vector<std::vector<double>>;

/// Rows of one head, as a matrix.
Matrix Rows(const std::vector<double>& tensor, std::int64_t head, std::int64_t rows,
            std::int64_t width) {
  Matrix matrix;
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto from = tensor.begin() + (head * rows + row) * width;
    matrix.emplace_back(from, from + width);
  }
  return matrix;
}

void AddRows(std::vector<double>& tensor, std::int64_t head, const Matrix& matrix) {
  auto at = tensor.begin();
  if (!matrix.empty()) {
    at += head * static_cast<std::int64_t>(matrix.size() * matrix.front().size());
  }
  for (const std::vector<double>& row : matrix) {
    for (const double number : row) *at++ += number;
  }
}

Matrix Zeros(std::size_t rows, std::size_t columns) {
  return Matrix(rows, std::vector<double>(columns));
}

Matrix Transposed(const Matrix& a, std::size_t columns) {
  Matrix result = Zeros(columns, a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < columns; ++j) result[j][i] = a[i][j];
  }
  return result;
}

/// a [m, n] times b [n, columns].
Matrix Product(const Matrix& a, const Matrix& b, std::size_t columns) {
  Matrix result = Zeros(a.size(), columns);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t n = 0; n < b.size(); ++n) {
      for (std::size_t j = 0; j < columns; ++j) result[i][j] += a[i][n] * b[n][j];
    }
  }
  return result;
}

/// exp of the scores that are seen, over their sum.
Matrix Weights(Matrix scores, const std::function<bool(std::size_t, std::size_t)>& sees) {
  for (std::size_t i = 0; i < scores.size(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < scores[i].size(); ++j) {
      scores[i][j] = sees(i, j) ? std::exp(scores[i][j]) : 0;
      sum += scores[i][j];
    }
    for (double& weight : scores[i]) weight = sum == 0 ? 0 : weight / sum;
  }
  return scores;
}

/// Gradient of the scores from the gradient of the weights, row by row.
Matrix ThroughSoftmax(const Matrix& weights, Matrix grads) {
  for (std::size_t i = 0; i < grads.size(); ++i) {
    double mean = 0;
    for (std::size_t j = 0; j < grads[i].size(); ++j) mean += weights[i][j] * grads[i][j];
    for (std::size_t j = 0; j < grads[i].size(); ++j) {
      grads[i][j] = weights[i][j] * (grads[i][j] - mean);
    }
  }
  return grads;
}

Matrix Scaled(Matrix a, double factor) {
  for (auto& row : a) {
    for (double& number : row) number *= factor;
  }
  return a;
}

}  // namespace

OracleResults AttendDensely(const OracleSizes& sizes, double scale, const OracleOperands& operands,
                            const OracleMask& sees) {
  OracleResults results = {
      std::vector<double>(operands.q.size()), std::vector<double>(operands.q.size()),
      std::vector<double>(operands.k.size()), std::vector<double>(operands.v.size())};
  const auto width = static_cast<std::size_t>(sizes.width);
  const auto keys = static_cast<std::size_t>(sizes.keys);
  for (std::int64_t at = 0; at < sizes.sequences * sizes.heads; ++at) {
    const std::int64_t key_at = at / (sizes.heads / sizes.key_heads);
    const Matrix q = Rows(operands.q, at, sizes.queries, sizes.width);
    const Matrix k = Rows(operands.k, key_at, sizes.keys, sizes.width);
    const Matrix v = Rows(operands.v, key_at, sizes.keys, sizes.width);
    const Matrix grad = Rows(operands.out_grad, at, sizes.queries, sizes.width);
    const Matrix scores = Scaled(Product(q, Transposed(k, width), keys), scale);
    const Matrix weights = Weights(scores, [&](std::size_t row, std::size_t key) {
      return sees(at / sizes.heads, at % sizes.heads, static_cast<std::int64_t>(row),
                  static_cast<std::int64_t>(key));
    });
    const Matrix score_grads =
        Scaled(ThroughSoftmax(weights, Product(grad, Transposed(v, width), keys)), scale);
    AddRows(results.out, at, Product(weights, v, width));
    AddRows(results.dq, at, Product(score_grads, k, width));
    AddRows(results.dk, key_at, Product(Transposed(score_grads, keys), q, width));
    AddRows(results.dv, key_at, Product(Transposed(weights, keys), grad, width));
  }
  return results;
}

}  // namespace costcheck
