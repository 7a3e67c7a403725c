#include "verify/probe/operator_kinds.h"

#include <ATen/core/dispatch/Dispatcher.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "costmodel/algebra/error.h"

#ifndef NDEBUG
#error "RecordFunction has another layout without NDEBUG than in the library: compile with -DNDEBUG"
#endif

namespace costcheck {
namespace {

struct Product {
  std::string_view name;
  std::size_t left;
  std::int64_t left_rank;
  std::int64_t right_rank;
};

// Their in-place forms end in "_"; those that write to a given tensor have the same name and take
// it last. What is added (addmm's first input) makes no product.
constexpr std::array kProducts{
    Product{"mm", 0, 2, 2},      Product{"bmm", 0, 3, 3},
    Product{"addmm", 1, 2, 2},   Product{"_addmm_activation", 1, 2, 2},
    Product{"baddbmm", 1, 3, 3}, Product{"addbmm", 1, 3, 3},
    Product{"mv", 0, 2, 1},      Product{"addmv", 1, 2, 1},
    Product{"dot", 0, 1, 1},     Product{"vdot", 0, 1, 1},
};

// Their schemas do not say that they move no element: new tensors without content, views whose
// alias is hidden from autograd, changes of a tensor's sizes and strides in place, and questions.
constexpr std::array<std::string_view, 25> kFree{
    "empty",
    "empty_like",
    "empty_strided",
    "new_empty",
    "new_empty_strided",
    "_unsafe_view",
    "resize_",
    "resize_as_",
    "set_",
    "as_strided_",
    "t_",
    "transpose_",
    "squeeze_",
    "unsqueeze_",
    "swapaxes_",
    "swapdims_",
    "detach",
    "detach_",
    "unsafe_split",
    "unsafe_split_with_sizes",
    "_resize_output_",
    "is_same_size",
    "is_pinned",
    "is_set_to",
    "_efficientzerotensor",
};

// Parts of names of operators that multiply matrices inside a kernel or a library.
constexpr std::array<std::string_view, 20> kHiding{
    "conv",       "attention", "attn",   "lstm",    "gru",      "rnn",
    "mkldnn",     "mkl_",      "cudnn",  "miopen",  "fbgemm",   "quantized",
    "prepacked",  "nnpack",    "sparse", "linalg_", "cholesky", "triangular_solve",
    "_trilinear", "_cdist",
};

// Composite by LibTorch's word, yet they multiply in a library.
constexpr std::array<std::string_view, 2> kOpaque{"fbgemm", "quantized"};

template <class Names>
bool AnyPartOf(const Names& parts, std::string_view name) {
  return std::ranges::any_of(parts,
                             [&](auto part) { return name.find(part) != std::string_view::npos; });
}

bool RemovePrefix(std::string_view& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  return true;
}

bool HidesProducts(std::string_view name) {
  // _int_mm, _scaled_mm, _weight_int8pack_mm and what may come: a product that no rule covers.
  return AnyPartOf(kHiding, name) || name.ends_with("mm") || name.ends_with("matmul");
}

bool IsNamedFree(std::string_view name) {
  // LibTorch reports detach a second time, under its bare name.
  RemovePrefix(name, "aten::");
  return std::ranges::find(kFree, name) != kFree.end();
}

const Product* FindProduct(std::string_view name) {
  if (!RemovePrefix(name, "aten::")) return nullptr;
  if (name.ends_with('_')) name.remove_suffix(1);
  const auto found = std::ranges::find(kProducts, name, &Product::name);
  return found == kProducts.end() ? nullptr : &*found;
}

bool IsComposite(const c10::OperatorName& name) {
  const auto found = c10::Dispatcher::singleton().findSchema(name);
  if (!found) return false;
  return found->hasKernelForDispatchKey(c10::DispatchKey::CompositeImplicitAutograd) &&
         !found->hasKernelForDispatchKey(c10::DispatchKey::CPU) &&
         !found->hasKernelForDispatchKey(c10::DispatchKey::CUDA);
}

bool ReturnsView(const at::RecordFunction& function) {
  const auto schema = function.operator_schema();
  return schema && std::ranges::any_of(schema->returns(), [](const c10::Argument& value) {
           return value.alias_info() != nullptr && !value.alias_info()->isWrite();
         });
}

bool IsPlain(const at::Tensor& tensor) {
  return tensor.layout() == at::kStrided && !tensor.is_complex();
}

bool Fit(const OperatorClass& product, const at::Tensor& left, const at::Tensor& right) {
  if (left.dim() != product.left_rank || right.dim() != product.right_rank) return false;
  if (!IsPlain(left) || !IsPlain(right)) return false;
  if (product.left_rank == 3 && left.size(0) != right.size(0)) return false;
  return left.size(-1) == right.size(product.right_rank == 1 ? 0 : -2);
}

OperatorClass ClassifyDispatched(std::string_view name, const at::RecordFunction& function) {
  if (const Product* product = FindProduct(name)) {
    return {OperatorKind::kProduct, product->left, product->left_rank, product->right_rank, false};
  }
  OperatorClass made;
  const auto operator_name = function.operator_name();
  if (operator_name && IsComposite(*operator_name) && !AnyPartOf(kOpaque, name)) {
    made.kind = OperatorKind::kComposite;
  } else if (IsNamedFree(name) || ReturnsView(function)) {
    made.kind = OperatorKind::kFree;
  } else {
    made.may_hide_products = HidesProducts(name);
  }
  return made;
}

}  // namespace

OperatorClass ClassifyOperator(const at::RecordFunction& function) {
  const std::string_view name = function.name();
  OperatorClass made;
  if (name.starts_with("costcheck::")) {
    made.kind = OperatorKind::kOwnProduct;
    return made;
  }
  // LibTorch's own brackets around a node of the graph.
  if (name.starts_with("autograd::engine::")) {
    made.kind = OperatorKind::kComposite;
    return made;
  }
  return ClassifyDispatched(name, function);
}

std::int64_t MultiplyAdds(const OperatorClass& product, const at::Tensor& left,
                          const at::Tensor& right) {
  const bool fit = left.defined() && right.defined() && Fit(product, left, right);
  const std::int64_t columns = fit && product.right_rank > 1 ? right.size(-1) : 1;
  std::int64_t count = 0;
  if (!fit || __builtin_mul_overflow(left.numel(), columns, &count)) {
    throw CostError("no rule counts the product of " + ShapeText(left) + " and " +
                    ShapeText(right) + ".");
  }
  return count;
}

std::string ShapeText(const at::Tensor& tensor) {
  if (!tensor.defined()) return "nothing";
  std::string text = "[";
  for (const std::int64_t size : tensor.sizes()) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(size);
  }
  text += "]";
  if (tensor.layout() != at::kStrided) text += " (sparse)";
  if (tensor.is_complex()) text += " (complex)";
  return text;
}

}  // namespace costcheck
