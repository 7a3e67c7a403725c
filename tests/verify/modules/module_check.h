#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "verify/modules/module.h"
#include "verify/sizes.h"

// Holds an attention module against the definition, computed densely under a mask, and its products
// against what costmodel predicts.

namespace costcheck {

/// One shape of one component. S is T, B and L are 1 and H_kv is H unless set.
struct ModuleShape {
  std::map<std::string, std::int64_t, std::less<>> values;
  bool causal;

  std::int64_t operator[](const std::string& name) const { return values.at(name); }
  ModuleShape WithDefaults() const;
  Sizes AsSizes() const;
  std::string Text() const;  ///< "T = 7, ..., causal"
};

/// New tensors are float64 while it lives.
class InDoublePrecision {
 public:
  InDoublePrecision();
  ~InDoublePrecision();
  InDoublePrecision(const InDoublePrecision&) = delete;
  InDoublePrecision& operator=(const InDoublePrecision&) = delete;
};

/// Parameter or buffer of that name.
at::Tensor NamedOf(const Module& module, const std::string& name);

/// Makes parameters large enough for weights of attention to differ.
void Enlarge(const Module& module);

/// Normal numbers in the shapes of its inputs, with gradients.
std::vector<at::Tensor> RandomInputs(const Module& module);

/// [B, rows, d] times the parameter [heads*w, d], as [B, rows, heads, w].
at::Tensor Projected(const Module& module, const at::Tensor& rows, const std::string& weight,
                     std::int64_t head_width);

/// sum over keys of exp(q k^T / sqrt(w)) * count * v, divided by the same sum without v; zeros
/// where nothing counts. q [B, T, H, w], k and v [B, S, H_kv, w], `count` (how often a pair occurs,
/// or bool) broadcasts to [B, H, T, S]. Returns [B, T, H*w].
at::Tensor AttendUnderMask(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                           const at::Tensor& count);
/// The weights of that, [B, H, T, S].
at::Tensor WeightsUnderMask(const at::Tensor& q, const at::Tensor& k, const at::Tensor& count);

/// bool [T, S], cell by cell: what the query at position a = S - T + row sees of key j.
using SeesKey = std::function<bool(std::int64_t a, std::int64_t j)>;
at::Tensor MaskOf(const ModuleShape& shape, const SeesKey& sees);

/// The heads' output by definition, from x and context.
using Reference = std::function<at::Tensor(const at::Tensor& x, const at::Tensor& context)>;

/// Runs the module and its reference (which gets the output projection applied) at the same random
/// inputs, and compares output and all gradients. "" or what differs.
std::string DifferenceFrom(const Reference& reference, Module& module);

/// Changes a token, or its key, and looks whether any earlier output changes: "" if none does.
std::string FirstLeak(Module& module, const ModuleShape& shape);

/// The same for gradients alone: whether an output depends on a later token of x.
std::string FirstGradientLeak(Module& module, const ModuleShape& shape);

/// Runs forward and backward, and compares the FLOPs of each with those that costmodel predicts for
/// the component as executed. "" or both.
std::string FlopDifference(Module& module, const std::string& component, const ModuleShape& shape);

}  // namespace costcheck
