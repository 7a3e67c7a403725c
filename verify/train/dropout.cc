#include "verify/train/dropout.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kLanes = 4;  ///< elements a number of 64 bits decides
constexpr std::int64_t kGrain = 1 << 14;
constexpr std::uint32_t kWhole = 1U << 16;
constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15U;

/// The output function of SplitMix64 (Steele, Lea & Flood 2014).
std::uint64_t Mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

/// Elements 4*begin .. min(4*end, count).
void Drop(const DropoutMask& mask, const float* in, float* out, std::int64_t begin,
          std::int64_t end, std::int64_t count) {
  const auto scale = static_cast<float>(static_cast<double>(kWhole) / (kWhole - mask.threshold));
  for (std::int64_t block = begin; block < end; ++block) {
    std::uint64_t bits = Mix(mask.key + static_cast<std::uint64_t>(block + 1) * kGolden);
    const std::int64_t last = std::min(count, (block + 1) * kLanes);
    for (std::int64_t i = block * kLanes; i < last; ++i, bits >>= 16) {
      out[i] = (bits & (kWhole - 1)) < mask.threshold ? 0.0F : in[i] * scale;
    }
  }
}

class DropoutFunction : public torch::autograd::Function<DropoutFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, std::int64_t key,
                            std::int64_t threshold) {
    context->saved_data["key"] = key;
    context->saved_data["threshold"] = threshold;
    return MaskOf(key, threshold)(x);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const DropoutMask mask =
        MaskOf(context->saved_data["key"].toInt(), context->saved_data["threshold"].toInt());
    return {mask(gradients[0]), {}, {}};
  }

 private:
  static DropoutMask MaskOf(std::int64_t key, std::int64_t threshold) {
    return {static_cast<std::uint64_t>(key), static_cast<std::uint32_t>(threshold)};
  }
};

}  // namespace

at::Tensor DropoutMask::operator()(const at::Tensor& x) const {
  const at::Tensor in = x.contiguous();
  at::Tensor out = at::empty_like(in);
  const std::int64_t count = in.numel(), blocks = (count + kLanes - 1) / kLanes;
  const auto* from = in.data_ptr<float>();
  auto* to = out.data_ptr<float>();
  at::parallel_for(0, blocks, kGrain, [&](std::int64_t begin, std::int64_t end) {
    Drop(*this, from, to, begin, end, count);
  });
  return out;
}

Dropout::Dropout(double share)
    : threshold_(static_cast<std::uint32_t>(std::lround(share * static_cast<double>(kWhole)))) {
  COSTCHECK_CHECK(share >= 0 && threshold_ < kWhole);
}

void Dropout::Start(std::uint64_t key) {
  key_ = key;
  calls_ = 0;
  dropping_ = true;
}

std::optional<DropoutMask> Dropout::NextMask() {
  if (!dropping_ || threshold_ == 0) return std::nullopt;
  return DropoutMask{Mix(key_ + ++calls_ * kGolden), threshold_};
}

at::Tensor Dropout::operator()(at::Tensor x) {
  const std::optional<DropoutMask> mask = NextMask();
  if (!mask) return x;
  return DropoutFunction::apply(std::move(x), static_cast<std::int64_t>(mask->key),
                                static_cast<std::int64_t>(mask->threshold));
}

}  // namespace costcheck
