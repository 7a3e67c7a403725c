#include "verify/corpora/random.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <set>

#include "costmodel/algebra/error.h"
#include "verify/corpora/portable_math.h"

namespace costcheck {
namespace {

constexpr std::size_t kDigits = 16;  // of one word of the state

// The next number of SplitMix64 (Steele, Lea & Flood 2014).
std::uint64_t SplitMix(std::uint64_t& state) {
  std::uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::uint64_t Mixed(std::uint64_t x) { return SplitMix(x); }

// FNV-1a, 64 bits.
std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

Stream::Stream(std::uint64_t seed, std::string_view name, std::uint64_t index) {
  std::uint64_t start = Mixed(Mixed(Mixed(seed) ^ HashOf(name)) + index);
  for (std::uint64_t& word : state_) word = SplitMix(start);
}

std::uint64_t Stream::Next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Stream::Uniform() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

std::uint64_t Stream::Below(std::uint64_t n) {
  COSTCHECK_CHECK(n > 0);
  const std::uint64_t surplus = (0 - n) % n;  // 2^64 mod n
  std::uint64_t drawn = Next();
  while (drawn < surplus) drawn = Next();
  return drawn % n;
}

double Stream::Normal() {
  while (true) {
    const double x = 2 * Uniform() - 1;
    const double y = 2 * Uniform() - 1;
    const double square = x * x + y * y;
    // So near the middle, which no run will see, the quotient could leave double's range.
    if (square < 1 && square > 1e-300) return x * std::sqrt(-2 * PortableLog(square) / square);
  }
}

std::vector<std::int64_t> Stream::Sample(std::int64_t n, std::int64_t count) {
  COSTCHECK_CHECK(0 <= count && count <= n);
  std::set<std::int64_t> chosen;
  for (std::int64_t last = n - count; last < n; ++last) {
    const auto drawn = static_cast<std::int64_t>(Below(static_cast<std::uint64_t>(last) + 1));
    if (!chosen.insert(drawn).second) chosen.insert(last);
  }
  return {chosen.begin(), chosen.end()};
}

std::string Stream::Save() const {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t word : state_) {
    for (int shift = 60; shift >= 0; shift -= 4) text += kHex[(word >> shift) & 15];
  }
  return text;
}

Stream Stream::Restore(std::string_view state) {
  Stream stream;
  const bool whole = state.size() == kDigits * stream.state_.size() &&
                     state.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
                     state.find_first_not_of('0') != std::string_view::npos;
  if (!whole) {
    throw CostError("The state of a random stream is " +
                    std::to_string(kDigits * stream.state_.size()) +
                    " hexadecimal digits, not all 0, but not \"" + std::string(state) + "\".");
  }
  for (std::size_t i = 0; i < stream.state_.size(); ++i) {
    const char* digits = state.data() + i * kDigits;
    std::from_chars(digits, digits + kDigits, stream.state_[i], 16);
  }
  return stream;
}

}  // namespace costcheck
