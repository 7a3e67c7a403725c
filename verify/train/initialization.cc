#include "verify/train/initialization.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/Generator.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <string>
#include <string_view>

#include "verify/corpora/random.h"

namespace costcheck {
namespace {

constexpr double kSmall = 0.02;

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

class Initializer {
 public:
  Initializer(const ModelSpec& model, std::uint64_t seed, const Module& module)
      : model_(model), seed_(seed), module_(module) {}

  void Draw(const NamedTensor& parameter) const {
    const std::string& name = parameter.name;
    if (Contains(name, "norm.")) return;
    if (name.ends_with("bias")) return DrawBias(parameter);
    if (name == "positions" && model_.zero_positions)
      return void(at::Tensor(parameter.tensor).zero_());
    if (!IsLinear(name)) return Normal(parameter, IsPyTorch() ? 1 : kSmall);
    if (IsInputProjection(name) && model_.initialization != Initialization::kGpt) {
      const auto width = static_cast<double>(parameter.tensor.size(1));
      return Uniform(parameter, std::sqrt(6 / (4 * width)));
    }
    if (IsPyTorch()) return Uniform(parameter, BoundOf(parameter));
    Normal(parameter, WritesToSum(name) ? SumDeviation() : kSmall);
  }

 private:
  bool IsPyTorch() const { return model_.initialization == Initialization::kPyTorch; }

  /// Else a table, or numbers an attention or an embedding has a use of its own for.
  static bool IsLinear(std::string_view name) {
    return name.ends_with("weight") || IsMapOfHeads(name);
  }

  /// The small MLPs of sparse heads, one map a head: [heads, in, out].
  static bool IsMapOfHeads(std::string_view name) {
    if (name.ends_with("weight")) return false;
    return Contains(name, ".selector.") || Contains(name, ".approximator.");
  }

  static bool IsInputProjection(std::string_view name) {
    if (!Contains(name, ".attention.")) return false;
    for (const char* own : {".in.weight", ".q.weight", ".k.weight", ".v.weight"}) {
      if (name.ends_with(own)) return true;
    }
    return false;
  }

  static bool WritesToSum(std::string_view name) {
    return name.ends_with(".attention.out.weight") || name.ends_with(".W2.weight");
  }

  double SumDeviation() const {
    const double parts = 2 * static_cast<double>(model_.layers);
    return model_.initialization == Initialization::kGpt ? kSmall / std::sqrt(parts) : kSmall;
  }

  /// 1/sqrt(inputs). Maps are [out, in], but those of heads and the projections of embeddings
  /// are [in, out].
  static double BoundOf(const NamedTensor& weight) {
    const bool from_inputs = Contains(weight.name, "projection.") || IsMapOfHeads(weight.name);
    return 1 / std::sqrt(static_cast<double>(weight.tensor.size(from_inputs ? -2 : -1)));
  }

  void DrawBias(const NamedTensor& bias) const {
    if (!IsPyTorch() || Contains(bias.name, ".attention.")) {
      at::Tensor(bias.tensor).zero_();
      return;
    }
    const std::string weight =
        bias.name.substr(0, bias.name.size() - std::string_view("bias").size()) + "weight";
    for (const NamedTensor& parameter : module_.parameters()) {
      if (parameter.name == weight) return Uniform(bias, BoundOf(parameter));
    }
    // A head that is tied has no weight of its own, and d inputs.
    Uniform(bias, 1 / std::sqrt(static_cast<double>(model_.width)));
  }

  at::Generator GeneratorOf(const std::string& name) const {
    return at::detail::createCPUGenerator(Stream(seed_, "parameter " + name).Next());
  }
  void Normal(const NamedTensor& parameter, double deviation) const {
    at::Tensor(parameter.tensor).normal_(0, deviation, GeneratorOf(parameter.name));
  }
  void Uniform(const NamedTensor& parameter, double bound) const {
    at::Tensor(parameter.tensor).uniform_(-bound, bound, GeneratorOf(parameter.name));
  }

  const ModelSpec& model_;
  std::uint64_t seed_;
  const Module& module_;
};

}  // namespace

void Initialize(const ModelSpec& model, std::uint64_t seed, Module& module) {
  const at::NoGradGuard no_gradients;
  const Initializer initializer(model, seed, module);
  for (const NamedTensor& parameter : module.parameters()) initializer.Draw(parameter);
}

}  // namespace costcheck
