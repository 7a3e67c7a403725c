#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "costmodel/operators/tape.h"

// LibTorch's operators, as far as memory goes: what each allocates and releases on a CPU, forward
// and backward, and what autograd saves of it. Sizes and strides are followed exactly, so that a
// view is a view and a copy a copy wherever LibTorch makes it one. Floats have four bytes.
//
// Sources: ATen/native (LinearAlgebra.cpp, TensorShape.cpp, BinaryOps.cpp) and
// tools/autograd/derivatives.yaml of LibTorch 1.13.

namespace costcheck {

inline constexpr std::int64_t kFloatBytes = 4;
inline constexpr std::int64_t kIndexBytes = 4;  ///< int32, of own kernels
inline constexpr std::int64_t kLongBytes = 8;   ///< int64, of LibTorch's own look-ups

class Aten {
 public:
  /// Some of LibTorch's operators hold something for each thread.
  Aten(MemoryLog& log, Tape& tape, int threads) : log_(log), tape_(tape), threads_(threads) {}

  Tape& tape() { return tape_; }
  Handle New(Dimensions sizes, const std::string& what) {
    return log_.NewArray(std::move(sizes), kFloatBytes, what);
  }
  Handle NewArray(Dimensions sizes, std::int64_t element_bytes, const std::string& what) {
    return log_.NewArray(std::move(sizes), element_bytes, what);
  }

  /// A view, or the copy that at::reshape makes where a view will not do.
  Tracked Reshape(const Tracked& x, const Dimensions& sizes);
  Tracked Permute(const Tracked& x, const std::vector<std::size_t>& order);

  /// The first elements of the one dimension that is shorter in `sizes`; with other dimensions, one
  /// of several that lie side by side.
  Tracked NarrowTo(const Tracked& x, const Dimensions& sizes);

  /// One view for each index of a dimension, which goes; their gradients are put together at once.
  std::vector<Tracked> Unbind(const Tracked& x, std::size_t dimension);
  /// Parts side by side along a dimension; their gradients are views.
  Tracked Concatenate(const std::vector<Tracked>& parts, std::size_t dimension,
                      const std::string& what);

  /// a [m, k] times b [k, n].
  Tracked Product(const Tracked& a, const Tracked& b, const std::string& what);
  /// a [N, m, k] times b [N, k, n].
  Tracked BatchedProduct(const Tracked& a, const Tracked& b, const std::string& what);
  /// x [.., n] times weight [m, n] transposed: at::linear, on rows where x has more than two
  /// dimensions.
  Tracked Linear(const Tracked& x, const Tracked& weight, const std::string& what);
  /// The same plus a bias [m], by at::addmm on rows.
  Tracked BiasedLinear(const Tracked& x, const Tracked& weight, const Tracked& bias,
                       const std::string& what);

  /// Times a number that is no array.
  Tracked Scale(const Tracked& x, const std::string& what);
  Tracked Add(const Tracked& a, const Tracked& b, const std::string& what);
  Tracked AddInPlace(const Tracked& sum, const Tracked& term);
  Tracked Multiply(const Tracked& a, const Tracked& b, const std::string& what);
  Tracked Divide(const Tracked& a, const Tracked& b, const std::string& what);
  /// An elementwise function or softmax that saves what it puts out, or what it reads.
  Tracked SavingOutput(const Tracked& x, const std::string& what);
  Tracked SavingInput(const Tracked& x, const std::string& what);
  /// Sums of as many elements each as there are sums fewer than elements.
  Tracked SumTo(const Tracked& x, const Dimensions& sizes, const std::string& what);

  // Composed operators, or with saved numbers of their own.
  /// {x, weight} or {x, weight, bias}, by at::layer_norm.
  Tracked LayerNorm(const std::vector<Tracked>& in, const std::string& what);
  /// The same, of squares, mean, reciprocal root and products.
  Tracked RmsNorm(std::vector<Tracked> in, const std::string& what);
  /// Rows of a table, of `sizes` in all; saves the index.
  Tracked LookUp(const Tracked& table, const Tracked& index, const Dimensions& sizes,
                 const std::string& what);
  /// Log-softmax, targets as int64, and at::nll_loss.
  Tracked CrossEntropy(Tracked logits, Tracked targets);
  /// `part` copied to its place in `whole`.
  Tracked CopyInto(const Tracked& whole, const Tracked& part);

  // The same on arrays, for the insides of other operators.
  Handle Reshaped(const Handle& value, const Dimensions& sizes);
  Handle Contiguous(const Handle& value);
  /// Copies what BLAS cannot read as it lies, and releases the copies.
  Handle ProductOf(const Handle& a, const Handle& b, const std::string& what);
  Handle BatchedProductOf(const Handle& a, const Handle& b, const std::string& what);
  /// Lies as the first operand that has the result's sizes, if that lies without gaps.
  Handle ElementwiseOf(const std::vector<Handle>& operands, const std::string& what);
  /// Times a number: LibTorch makes it an array of one double, and that one of one float.
  Handle ScaledOf(const Handle& value, const std::string& what);
  /// What a number makes of itself while it is added to an array, or multiplied, in place.
  void NumberInPlace();

 private:
  MemoryLog& log_;
  Tape& tape_;
  int threads_;
};

Handle Transposed(const Handle& value);  ///< the last two dimensions

}  // namespace costcheck
