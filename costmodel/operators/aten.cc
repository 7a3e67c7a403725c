#include "costmodel/operators/aten.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace costcheck {
namespace {

constexpr std::int64_t kDoubleBytes = 8;  ///< a number in LibTorch's argument list becomes a double

using Handles = std::vector<Handle>;

std::int64_t RowsOf(const Dimensions& sizes) {
  std::int64_t rows = 1;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) rows *= sizes[i];
  return rows;
}

Dimensions WithLast(Dimensions sizes, std::int64_t last) {
  sizes.back() = last;
  return sizes;
}

Dimensions AsRows(const Dimensions& sizes) { return {RowsOf(sizes), sizes.back()}; }

Dimensions Broadcast(const Dimensions& a, const Dimensions& b) {
  Dimensions sizes = a.size() < b.size() ? b : a;
  const Dimensions& other = a.size() < b.size() ? a : b;
  const std::size_t offset = sizes.size() - other.size();
  for (std::size_t i = 0; i < other.size(); ++i) {
    if (sizes[offset + i] == 1) sizes[offset + i] = other[i];
  }
  return sizes;
}

/// A matrix that BLAS reads as it lies: one of its strides is 1, the other at least as large as
/// the matrix is wide there.
struct Matrix {
  std::int64_t rows, columns, row_stride, column_stride;

  bool ByColumns() const {
    return row_stride == 1 && column_stride >= std::max<std::int64_t>(1, rows);
  }
  bool ByRows() const {
    return column_stride == 1 && row_stride >= std::max<std::int64_t>(1, columns);
  }
};

Matrix MatrixOf(const Layout& layout) {
  const std::size_t n = layout.sizes.size();
  return {layout.sizes[n - 2], layout.sizes[n - 1], layout.strides[n - 2], layout.strides[n - 1]};
}

/// A matrix by columns without gaps: the gradient of a product's operand lies as the operand.
bool LiesByColumns(const Layout& layout) {
  const Matrix matrix = MatrixOf(layout);
  return matrix.row_stride == 1 && matrix.column_stride == matrix.rows;
}

/// addmm_impl_cpu_ of LinearAlgebra.cpp copies an operand that lies neither way.
bool IsCopied(const Layout& layout) {
  const Matrix matrix = MatrixOf(layout);
  return !matrix.ByColumns() && !matrix.ByRows();
}

}  // namespace

Handle Transposed(const Handle& value) {
  Layout layout = value->layout;
  const std::size_t n = layout.sizes.size();
  std::swap(layout.sizes[n - 2], layout.sizes[n - 1]);
  std::swap(layout.strides[n - 2], layout.strides[n - 1]);
  return SharedAs(value, std::move(layout));
}

Handle Aten::Contiguous(const Handle& value) {
  return value->layout.IsContiguous() ? value : New(value->layout.sizes, NameOf(value));
}

Handle Aten::Reshaped(const Handle& value, const Dimensions& sizes) {
  std::optional<Layout> view = ViewedAs(value->layout, sizes);
  return view ? SharedAs(value, std::move(*view)) : New(sizes, NameOf(value));
}

Tracked Aten::Reshape(const Tracked& x, const Dimensions& sizes) {
  const Dimensions before = x.value->layout.sizes;
  const auto back = [this, before](const Handles& gradients, const Handles&) {
    return Handles{Reshaped(gradients[0], before)};
  };
  return tape_.Record({x}, {}, {Reshaped(x.value, sizes)}, back).front();
}

Tracked Aten::Permute(const Tracked& x, const std::vector<std::size_t>& order) {
  std::vector<std::size_t> inverse(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) inverse[order[i]] = i;
  const auto back = [inverse](const Handles& gradients, const Handles&) {
    return Handles{SharedAs(gradients[0], Permuted(gradients[0]->layout, inverse))};
  };
  const Handle seen = SharedAs(x.value, Permuted(x.value->layout, order));
  return tape_.Record({x}, {}, {seen}, back).front();
}

/// The gradient is one of all elements, zeros beside the narrowed ones.
Tracked Aten::NarrowTo(const Tracked& x, const Dimensions& sizes) {
  const Dimensions before = x.value->layout.sizes;
  const auto back = [this, before](const Handles& gradients, const Handles&) {
    return Handles{New(before, NameOf(gradients[0]))};
  };
  Layout layout = {sizes, x.value->layout.strides};
  if (sizes.size() != before.size()) {
    layout = ContiguousLayout(sizes);
    const std::int64_t apart = x.value->layout.Elements() / layout.Elements();
    for (std::int64_t& stride : layout.strides) stride *= apart;
  }
  const Handle narrow = SharedAs(x.value, std::move(layout));
  return tape_.Record({x}, {}, {narrow}, back).front();
}

Handle Aten::ProductOf(const Handle& a, const Handle& b, const std::string& what) {
  Handle product = New({a->layout.sizes[0], b->layout.sizes[1]}, what);
  const bool empty = product->layout.Elements() == 0 || a->layout.sizes[1] == 0;
  const auto copy = [&](const Handle& of) {
    return !empty && IsCopied(of->layout) ? New(of->layout.sizes, NameOf(of)) : nullptr;
  };
  const Handle copy_of_a = copy(a), copy_of_b = copy(b);
  return product;
}

/// Matrix by matrix, one copy of one at a time where they are copied; LibTorch's own loops read
/// small ones as they lie.
Handle Aten::BatchedProductOf(const Handle& a, const Handle& b, const std::string& what) {
  const Dimensions &sizes = a->layout.sizes, &other = b->layout.sizes;
  Handle product = New({sizes[0], sizes[1], other[2]}, what);
  constexpr std::int64_t kSmall = 400;
  if (sizes[1] * sizes[2] * other[2] < kSmall || sizes[0] == 0) return product;
  const auto copy = [&](const Handle& of) {
    const Dimensions& full = of->layout.sizes;
    return IsCopied(of->layout) ? New({full[1], full[2]}, NameOf(of)) : nullptr;
  };
  const Handle copy_of_a = copy(a), copy_of_b = copy(b);
  return product;
}

Handle Aten::ElementwiseOf(const Handles& operands, const std::string& what) {
  Dimensions sizes = operands.front()->layout.sizes;
  for (const Handle& operand : operands) sizes = Broadcast(sizes, operand->layout.sizes);
  for (const Handle& operand : operands) {
    const Layout& layout = operand->layout;
    if (layout.sizes != sizes) continue;
    Handle result = New(sizes, what);
    return layout.IsDense() ? LaidOutAs(result, layout) : result;
  }
  return New(sizes, what);
}

void Aten::NumberInPlace() {
  const Handle number = log_.NewArray({}, kDoubleBytes, "a number as an array");
  const Handle cast = New({}, "a number as an array");
}

Handle Aten::ScaledOf(const Handle& value, const std::string& what) {
  const Handle number = log_.NewArray({}, kDoubleBytes, "a number as an array");
  const Handle cast = New({}, "a number as an array");
  return ElementwiseOf({value}, what);
}

namespace {

std::string GradientName(const Handle& value) { return "gradient of " + NameOf(value); }

}  // namespace

/// Gradients as derivatives.yaml has them, the second operand's first; each lies by columns where
/// its operand does.
Tracked Aten::Product(const Tracked& a, const Tracked& b, const std::string& what) {
  const bool of_a = a.RequiresGradient(), of_b = b.RequiresGradient();
  const bool a_by_columns = LiesByColumns(a.value->layout);
  const bool b_by_columns = LiesByColumns(b.value->layout);
  const std::string name_a = GradientName(a.value), name_b = GradientName(b.value);
  const auto back = [=, this](const Handles& gradients, const Handles& saved) {
    const Handle& gradient = gradients[0];
    Handles results(2);
    if (of_b && b_by_columns) {
      results[1] = Transposed(ProductOf(Transposed(gradient), saved[0], name_b));
    } else if (of_b) {
      results[1] = ProductOf(Transposed(saved[0]), gradient, name_b);
    }
    if (of_a && a_by_columns) {
      results[0] = Transposed(ProductOf(saved[1], Transposed(gradient), name_a));
    } else if (of_a) {
      results[0] = ProductOf(gradient, Transposed(saved[1]), name_a);
    }
    return results;
  };
  const Handles saved = {of_b ? a.value : nullptr, of_a ? b.value : nullptr};
  return tape_.Record({a, b}, saved, {ProductOf(a.value, b.value, what)}, back).front();
}

Tracked Aten::BatchedProduct(const Tracked& a, const Tracked& b, const std::string& what) {
  const bool of_a = a.RequiresGradient(), of_b = b.RequiresGradient();
  const std::string name_a = GradientName(a.value), name_b = GradientName(b.value);
  const auto back = [=, this](const Handles& gradients, const Handles& saved) {
    Handles results(2);
    if (of_b) results[1] = BatchedProductOf(Transposed(saved[0]), gradients[0], name_b);
    if (of_a) results[0] = BatchedProductOf(gradients[0], Transposed(saved[1]), name_a);
    return results;
  };
  const Handles saved = {of_b ? a.value : nullptr, of_a ? b.value : nullptr};
  return tape_.Record({a, b}, saved, {BatchedProductOf(a.value, b.value, what)}, back).front();
}

Tracked Aten::Linear(const Tracked& x, const Tracked& weight, const std::string& what) {
  const Dimensions sizes = x.value->layout.sizes;
  const Tracked transposed = Permute(weight, {1, 0});
  if (sizes.size() == 2) return Product(x, transposed, what);
  const Tracked product = Product(Reshape(x, AsRows(sizes)), transposed, what);
  return Reshape(product, WithLast(sizes, weight.value->layout.sizes[0]));
}

/// at::addmm: the first factor's gradient first, then the second's; the bias takes the gradient as
/// it comes.
Tracked Aten::BiasedLinear(const Tracked& x, const Tracked& weight, const Tracked& bias,
                           const std::string& what) {
  const Dimensions sizes = x.value->layout.sizes;
  const Tracked rows = Reshape(x, AsRows(sizes)), matrix = Permute(weight, {1, 0});
  const bool of_rows = rows.RequiresGradient(), of_matrix = matrix.RequiresGradient();
  const std::string name_x = GradientName(x.value), name_w = GradientName(weight.value);
  const auto back = [=, this](const Handles& gradients, const Handles& saved) {
    Handles results(3);
    if (of_rows) results[0] = ProductOf(gradients[0], Transposed(saved[1]), name_x);
    if (of_matrix) {
      results[1] = Transposed(ProductOf(Transposed(gradients[0]), saved[0], name_w));
    }
    results[2] = gradients[0];
    return results;
  };
  const Handles saved = {of_matrix ? rows.value : nullptr, of_rows ? matrix.value : nullptr};
  const Handle product = ProductOf(rows.value, matrix.value, what);
  return Reshape(tape_.Record({rows, matrix, bias}, saved, {product}, back).front(),
                 WithLast(sizes, weight.value->layout.sizes[0]));
}

Tracked Aten::Scale(const Tracked& x, const std::string& what) {
  const auto back = [this, name = GradientName(x.value)](const Handles& gradients, const Handles&) {
    return Handles{ScaledOf(gradients[0], name)};
  };
  return tape_.Record({x}, {}, {ScaledOf(x.value, what)}, back).front();
}

Tracked Aten::Add(const Tracked& a, const Tracked& b, const std::string& what) {
  const auto back = [](const Handles& gradients, const Handles&) {
    return Handles{gradients[0], gradients[0]};
  };
  return tape_.Record({a, b}, {}, {ElementwiseOf({a.value, b.value}, what)}, back).front();
}

Tracked Aten::AddInPlace(const Tracked& sum, const Tracked& term) {
  const auto back = [](const Handles& gradients, const Handles&) {
    return Handles{gradients[0], gradients[0]};
  };
  return tape_.Record({sum, term}, {}, {sum.value}, back).front();
}

Tracked Aten::Multiply(const Tracked& a, const Tracked& b, const std::string& what) {
  const bool of_a = a.RequiresGradient(), of_b = b.RequiresGradient();
  const std::string name_a = GradientName(a.value), name_b = GradientName(b.value);
  const auto back = [=, this](const Handles& gradients, const Handles& saved) {
    Handles results(2);
    if (of_b) results[1] = ElementwiseOf({gradients[0], saved[0]}, name_b);
    if (of_a) results[0] = ElementwiseOf({gradients[0], saved[1]}, name_a);
    return results;
  };
  const Handles saved = {of_b ? a.value : nullptr, of_a ? b.value : nullptr};
  return tape_.Record({a, b}, saved, {ElementwiseOf({a.value, b.value}, what)}, back).front();
}

/// The divisor's gradient, -g * ((a / b) / b), first.
Tracked Aten::Divide(const Tracked& a, const Tracked& b, const std::string& what) {
  const bool of_a = a.RequiresGradient(), of_b = b.RequiresGradient();
  const std::string name_a = GradientName(a.value), name_b = GradientName(b.value);
  const auto back = [=, this](const Handles& gradients, const Handles& saved) {
    Handles results(2);
    if (of_b) {
      const Handle negative = ElementwiseOf({gradients[0]}, name_b);
      const Handle quotient = ElementwiseOf({saved[0], saved[1]}, name_b);
      const Handle again = ElementwiseOf({quotient, saved[1]}, name_b);
      results[1] = ElementwiseOf({negative, again}, name_b);
    }
    if (of_a) results[0] = ElementwiseOf({gradients[0], saved[1]}, name_a);
    return results;
  };
  const Handles saved = {of_b ? a.value : nullptr, of_a || of_b ? b.value : nullptr};
  return tape_.Record({a, b}, saved, {ElementwiseOf({a.value, b.value}, what)}, back).front();
}

Tracked Aten::SavingOutput(const Tracked& x, const std::string& what) {
  const Handle result = ElementwiseOf({x.value}, what);
  const auto back = [this, name = GradientName(x.value)](const Handles& gradients, const Handles&) {
    return Handles{ElementwiseOf({gradients[0]}, name)};
  };
  return tape_.Record({x}, {result}, {result}, back).front();
}

Tracked Aten::SavingInput(const Tracked& x, const std::string& what) {
  const auto back = [this, name = GradientName(x.value)](const Handles& gradients, const Handles&) {
    return Handles{ElementwiseOf({gradients[0]}, name)};
  };
  return tape_.Record({x}, {x.value}, {ElementwiseOf({x.value}, what)}, back).front();
}

/// The gradient is that of the sums, expanded: a view.
Tracked Aten::SumTo(const Tracked& x, const Dimensions& sizes, const std::string& what) {
  const Dimensions before = x.value->layout.sizes;
  const auto back = [before](const Handles& gradients, const Handles&) {
    return Handles{SharedAs(gradients[0], Expanded(ContiguousLayout({}), before))};
  };
  return tape_.Record({x}, {}, {New(sizes, what)}, back).front();
}

}  // namespace costcheck
