#include "verify/corpora/random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/corpora/chi_square.h"

namespace costcheck {
namespace {

std::vector<double> Equal(std::size_t cells) {
  return std::vector<double>(cells, 1 / static_cast<double>(cells));
}

template <class Key>
std::vector<std::int64_t> CountsOf(const std::map<Key, std::int64_t>& counts) {
  std::vector<std::int64_t> numbers;
  for (const auto& [key, count] : counts) numbers.push_back(count);
  return numbers;
}

TEST_CASE("The generator is xoshiro256** from its published state") {
  const std::string one_to_four =
      "0000000000000001000000000000000200000000000000030000000000000004";
  Stream stream = Stream::Restore(one_to_four);
  CHECK(stream.Next() == 11520);
  CHECK(stream.Next() == 0);
  CHECK(stream.Next() == 1509978240);
  CHECK(stream.Next() == 1215971899390074240);
}

// The numbers are from a program in Python that shares nothing with this one.
TEST_CASE("Seed, name and index set the stream, in every version alike") {
  Stream first(7, "batches");
  CHECK(first.Next() == 0xb73098e2513cf170);
  CHECK(first.Next() == 0xc1214193beb693bd);
  CHECK(first.Next() == 0x0c61a7a21e3ff3bb);
  Stream third(7, "batches", 2);
  CHECK(third.Next() == 0x35fb0c9fec1aa3ea);
  CHECK(third.Next() == 0x4022024e3bb416ee);
}

TEST_CASE("Streams of other seeds, names or indices share no number") {
  std::set<std::uint64_t> seen;
  std::size_t drawn = 0;
  for (const char* name : {"batches", "batchez", "corpus", ""}) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      for (std::uint64_t index = 0; index < 5; ++index) {
        Stream stream(seed, name, index);
        for (int i = 0; i < 11; ++i, ++drawn) seen.insert(stream.Next());
      }
    }
  }
  CHECK(seen.size() == drawn);
}

TEST_CASE("Numbers below n are equally frequent") {
  Stream stream(11, "below");
  std::vector<std::int64_t> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[stream.Below(7)];
  CHECK(CouldBeDrawsOf(Equal(7), counts));
  for (int i = 0; i < 5; ++i) CHECK(stream.Below(1) == 0);
}

// The remainder alone would draw the lowest third half of the time.
TEST_CASE("Numbers below three quarters of 2^64 are as fair as small ones") {
  Stream stream(13, "below");
  constexpr std::uint64_t kThird = std::uint64_t{1} << 62;
  std::vector<std::int64_t> counts(3);
  for (int i = 0; i < 3000; ++i) ++counts[stream.Below(3 * kThird) / kThird];
  CHECK(CouldBeDrawsOf(Equal(3), counts));
}

TEST_CASE("Uniform numbers are multiples of 2^-53 spread evenly over [0, 1)") {
  Stream stream(17, "uniform");
  std::vector<std::int64_t> counts(31);
  for (int i = 0; i < 62000; ++i) {
    const double u = stream.Uniform();
    REQUIRE((0 <= u && u < 1));
    REQUIRE(u * 0x1p53 == std::floor(u * 0x1p53));
    ++counts[static_cast<std::size_t>(u * 31)];
  }
  CHECK(CouldBeDrawsOf(Equal(31), counts));
}

TEST_CASE("Normal numbers have the normal law") {
  Stream stream(19, "normal");
  constexpr int kDraws = 60000;
  constexpr std::array kEnds = {-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0};
  std::vector<std::int64_t> counts(kEnds.size() + 1);
  double fourth = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double z = stream.Normal();
    fourth += z * z * z * z / kDraws;
    const auto cell = std::upper_bound(kEnds.begin(), kEnds.end(), z) - kEnds.begin();
    ++counts[static_cast<std::size_t>(cell)];
  }
  const auto below = [](double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; };
  std::vector<double> law;
  for (const double end : kEnds) law.push_back(below(end));
  law.push_back(1);
  std::adjacent_difference(law.begin(), law.end(), law.begin());
  CHECK(CouldBeDrawsOf(law, counts));
  // The fourth power has mean 3 and variance 96.
  CHECK(std::abs(fourth - 3) < 5 * std::sqrt(96.0 / kDraws));
}

TEST_CASE("Every order of a shuffle is equally frequent") {
  Stream stream(23, "shuffle");
  std::map<std::vector<int>, std::int64_t> counts;
  for (int i = 0; i < 24000; ++i) {
    std::vector<int> items = {1, 2, 3, 4};
    stream.Shuffle(std::span(items));
    ++counts[items];
  }
  REQUIRE(counts.size() == 24);
  CHECK(CouldBeDrawsOf(Equal(24), CountsOf(counts)));
}

TEST_CASE("Every set of a sample is equally frequent, in rising order") {
  Stream stream(29, "sample");
  std::map<std::vector<std::int64_t>, std::int64_t> counts;
  for (int i = 0; i < 20000; ++i) {
    const std::vector<std::int64_t> sample = stream.Sample(6, 3);
    REQUIRE(std::is_sorted(sample.begin(), sample.end()));
    ++counts[sample];
  }
  REQUIRE(counts.size() == 20);
  CHECK(CouldBeDrawsOf(Equal(20), CountsOf(counts)));
  CHECK(stream.Sample(5, 0).empty());
  CHECK(stream.Sample(3, 3) == std::vector<std::int64_t>{0, 1, 2});
}

TEST_CASE("A saved stream goes on as if it had not been saved") {
  Stream stream(31, "checkpoint");
  stream.Normal();
  const std::string state = stream.Save();
  CHECK(state.size() == 64);
  Stream restored = Stream::Restore(state);
  for (int i = 0; i < 100; ++i) REQUIRE(stream.Next() == restored.Next());
  CHECK(stream.Save() == restored.Save());
}

TEST_CASE("What is no saved state is refused with its text") {
  const std::string good = Stream(1, "x").Save();
  for (const std::string& bad : {good.substr(1), good + "0", "g" + good.substr(1),
                                 std::string(64, '0'), " " + good.substr(1), std::string()}) {
    CHECK(ErrorTextOf([&] { Stream::Restore(bad); }).find("\"" + bad + "\"") != std::string::npos);
  }
}

}  // namespace
}  // namespace costcheck
