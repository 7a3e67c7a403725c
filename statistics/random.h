#pragma once

#include <cstdint>
#include <random>

namespace costcheck {

/// Numbers drawn from std::mt19937_64, whose sequence the C++ standard fixes; its distributions
/// are left to the library, so the mapping is here, and results are the same on every platform.
class RandomSource {
 public:
  explicit RandomSource(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t Bits() { return engine_(); }

  /// Uniform in 0 .. bound - 1, bound >= 1: the word modulo bound. Words below 2^64 mod bound are
  /// drawn again, so that what is left is a whole number of rounds.
  std::uint64_t Below(std::uint64_t bound) {
    const std::uint64_t excess = (0 - bound) % bound;
    std::uint64_t word = engine_();
    while (word < excess) word = engine_();
    return word % bound;
  }

  /// Uniform in [0, 1): the upper 53 bits of a word, times 2^-53.
  double Unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace costcheck
