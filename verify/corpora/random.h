#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace costcheck {

/// Random numbers that are the same on every machine and with every library: xoshiro256** 1.0
/// (Blackman & Vigna 2018), started by SplitMix64, and mappings that use IEEE arithmetic alone.
///
/// A stream is one use of chance ("corpus", "batches", "initial weights"): streams of other names,
/// seeds or indices have nothing to do with it, so that whatever one part of a run draws, another
/// part's numbers stay the same. It is not for secrets.
class Stream {
 public:
  Stream(std::uint64_t seed, std::string_view name, std::uint64_t index = 0);

  /// 64 fair bits.
  std::uint64_t Next();
  /// A multiple of 2^-53 in [0, 1), each equally often: the upper 53 bits of one Next().
  double Uniform();
  /// 0 .. n-1, each equally often: Next() mod n, after dropping the lowest 2^64 mod n numbers.
  /// Requires n > 0.
  std::uint64_t Below(std::uint64_t n);
  /// Standard normal: Marsaglia's polar method, of each pair the first (2.55 Uniform() on average).
  double Normal();

  /// Every order equally often (Fisher & Yates, from the end).
  template <class T>
  void Shuffle(std::span<T> items) {
    for (std::size_t left = items.size(); left > 1; --left) {
      std::swap(items[left - 1], items[static_cast<std::size_t>(Below(left))]);
    }
  }
  /// `count` different numbers of 0 .. n-1, every set equally often, in rising order. Floyd's
  /// method: count draws, whatever n is. Requires count <= n.
  std::vector<std::int64_t> Sample(std::int64_t n, std::int64_t count);

  /// The state: 64 hexadecimal digits.
  std::string Save() const;
  /// A stream that goes on where Save() was called; a CostError for anything else than its result.
  static Stream Restore(std::string_view state);

 private:
  Stream() = default;

  std::array<std::uint64_t, 4> state_{};
};

}  // namespace costcheck
