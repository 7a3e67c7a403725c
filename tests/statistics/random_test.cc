#include "statistics/random.h"

#include <array>
#include <cmath>
#include <cstdint>

#include "tests/catch.h"

namespace costcheck {

TEST_CASE("The words are those that the C++ standard fixes", "[statistics][random]") {
  RandomSource random(5489);
  for (int i = 1; i < 10'000; ++i) random.Bits();
  CHECK(random.Bits() == 9981545732273789042u);
}

TEST_CASE("Numbers below a bound are the words modulo it, but for the lowest",
          "[statistics][random]") {
  RandomSource words(7), small(7), large(7);
  for (int i = 0; i < 50; ++i) CHECK(small.Below(11) == words.Bits() % 11);
  // Of 2^64 words, 2^63 + 1 make one whole round: the lowest 2^63 - 1 are drawn again.
  const std::uint64_t bound = (std::uint64_t{1} << 63) + 1;
  RandomSource again(7);
  for (int i = 0; i < 50; ++i) {
    std::uint64_t word = again.Bits();
    while (word < bound - 2) word = again.Bits();
    CHECK(large.Below(bound) == word % bound);
  }
  CHECK(RandomSource(7).Below(1) == 0);
}

TEST_CASE("Numbers below a bound, and in the unit interval, are uniform", "[statistics][random]") {
  RandomSource random(4301);
  std::array<int, 13> counts{}, units{};
  const int draws = 130'000;
  for (int i = 0; i < draws; ++i) {
    ++counts.at(random.Below(13));
    ++units.at(static_cast<std::size_t>(13 * random.Unit()));
  }
  double chi_square = 0, unit_chi_square = 0;
  for (const int count : counts) chi_square += std::pow(count - 10'000, 2) / 10'000;
  for (const int count : units) unit_chi_square += std::pow(count - 10'000, 2) / 10'000;
  // 12 degrees of freedom: above 36.5 once in 3,600.
  CHECK(chi_square < 36.5);
  CHECK(unit_chi_square < 36.5);
}

}  // namespace costcheck
