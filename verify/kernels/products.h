#pragma once

#include <cstdint>
#include <cstring>

// The inner loops of kernels of our own, over any scalar. Everything that the dispatcher is told of
// as multiply-adds happens here, n in each call.

namespace costcheck {

/// Several numbers side by side in one register, where the compiler has that for a scalar; else
/// one.
template <class Scalar>
struct Lanes {
  using Pack = Scalar;
  static constexpr std::int64_t kCount = 1;
  static constexpr int kSums = 1;
};

/// 32 bytes a pack, and four running sums: a sum waits for the one before it.
template <>
struct Lanes<float> {
  using Pack = float __attribute__((vector_size(32)));
  static constexpr std::int64_t kCount = 8;
  static constexpr int kSums = 4;
};

template <>
struct Lanes<double> {
  using Pack = double __attribute__((vector_size(32)));
  static constexpr std::int64_t kCount = 4;
  static constexpr int kSums = 4;
};

/// Lives while a product runs, so that a counting scalar can tell its operations apart.
template <class Scalar>
struct ProductScope {};

/// a[0]*b[0] + ... + a[n-1]*b[n-1].
template <class Scalar>
Scalar Dot(const Scalar* a, const Scalar* b, std::int64_t n) {
  using Pack = typename Lanes<Scalar>::Pack;
  constexpr std::int64_t kCount = Lanes<Scalar>::kCount;
  constexpr int kSums = Lanes<Scalar>::kSums;
  [[maybe_unused]] const ProductScope<Scalar> scope;
  Pack sums[kSums] = {};
  std::int64_t i = 0;
  for (; i + kSums * kCount <= n; i += kSums * kCount) {
#pragma GCC unroll 4
    for (int s = 0; s < kSums; ++s) {
      Pack x, y;
      std::memcpy(&x, a + i + s * kCount, sizeof x);
      std::memcpy(&y, b + i + s * kCount, sizeof y);
      sums[s] += x * y;
    }
  }
  if constexpr (kCount == 1) {
    return sums[0];
  } else {
    const Pack pack = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    Scalar sum = 0;
#pragma GCC unroll 8
    for (int lane = 0; lane < kCount; ++lane) sum += pack[lane];
    for (; i < n; ++i) sum += a[i] * b[i];
    return sum;
  }
}

/// y[i] += factor * x[i] for n numbers; x and y do not overlap.
template <class Scalar>
void Axpy(Scalar factor, const Scalar* x, Scalar* y, std::int64_t n) {
  using Pack = typename Lanes<Scalar>::Pack;
  constexpr std::int64_t kCount = Lanes<Scalar>::kCount;
  [[maybe_unused]] const ProductScope<Scalar> scope;
  std::int64_t i = 0;
  for (; i + kCount <= n; i += kCount) {
    Pack in, out;
    std::memcpy(&in, x + i, sizeof in);
    std::memcpy(&out, y + i, sizeof out);
    out += factor * in;
    std::memcpy(y + i, &out, sizeof out);
  }
  for (; i < n; ++i) y[i] += factor * x[i];
}

}  // namespace costcheck
