#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/record_function.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace costcheck {

/// What an operator that LibTorch's dispatcher reports means to a count of FLOPs.
enum class OperatorKind {
  kProduct,     ///< of matrices: costed by the shapes of its operands
  kOwnProduct,  ///< "costcheck::...": costed by the multiply-adds that it reports
  kComposite,   ///< made of operators that are reported themselves: matmul, linear, einsum
  kFree,        ///< a view, an allocation, a question about a tensor: moves no element
  kUncosted     ///< everything else
};

struct OperatorClass {
  OperatorKind kind = OperatorKind::kUncosted;
  /// Of a product: where its left operand stands among the inputs (the right one follows), and
  /// the ranks of both.
  std::size_t left = 0;
  std::int64_t left_rank = 0;
  std::int64_t right_rank = 0;
  /// Known to multiply matrices, or suspected of it, where no observer sees it.
  bool may_hide_products = false;
};

/// By name and by what LibTorch says of the operator: composite if it has a kernel made of other
/// operators and none of its own for the CPU or CUDA, a view if it returns an alias of an input
/// that it does not write to.
OperatorClass ClassifyOperator(const at::RecordFunction& function);

/// Multiply-adds of left [.., m, k] times right [.., k, n]: every element of left with each of the
/// n columns of right (1 if right is a vector). CostError unless ranks and shapes fit and both hold
/// plain real numbers: a sparse or complex product has another count.
std::int64_t MultiplyAdds(const OperatorClass& product, const at::Tensor& left,
                          const at::Tensor& right);

/// "[6, 37, 5]"
std::string ShapeText(const at::Tensor& tensor);

}  // namespace costcheck
