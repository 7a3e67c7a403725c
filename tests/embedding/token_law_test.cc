#include "costmodel/embedding/token_law.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/catch.h"
#include "tests/embedding/helpers.h"

namespace costcheck {
namespace {

bool Near(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance; }

Rational Exact(const Mass& mass) {
  REQUIRE(mass.exact());
  return std::get<Rational>(mass.value);
}

std::vector<Integer> Integers(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

/// Entropy by long double sums from the smallest term up: shares no code with the model.
double ZipfEntropy(int types, long double s) {
  long double norm = 0, entropy = 0;
  for (int k = types; k >= 1; --k) norm += std::pow(static_cast<long double>(k), -s);
  for (int k = types; k >= 1; --k) {
    const long double mass = std::pow(static_cast<long double>(k), -s) / norm;
    entropy -= mass * std::log(mass);
  }
  return static_cast<double>(entropy);
}

}  // namespace

TEST_CASE("counts are ranked and give exact masses", "[token_law]") {
  const TokenLaw law = TokenLaw::FromCounts(Integers({5, 50, 2, 30, 10, 3}));
  CHECK(law.types() == 6);
  CHECK(law.exact());
  CHECK(Exact(law.MassOfFirst(0)) == 0);
  CHECK(Exact(law.MassOfFirst(1)) == Rational(1, 2));
  CHECK(Exact(law.MassOfFirst(2)) == Rational(4, 5));
  CHECK(Exact(law.MassOfFirst(6)) == 1);
  CHECK(Exact(law.MassOfFirst(7)) == 1);
}

TEST_CASE("a type belongs to a share by the mass before it", "[token_law]") {
  const TokenLaw law = TokenLaw::FromCounts(Integers({50, 30, 10, 5, 3, 2}));
  CHECK(law.TypesBelow(Rational(4, 5)) == 2);  // 0.8 before the third: not below
  CHECK(law.TypesBelow(Rational(4, 5) + Rational(1, 1000)) == 3);
  CHECK(law.TypesBelow(Rational(19, 20)) == 4);
  CHECK(law.TypesBelow(0) == 0);
  CHECK(law.TypesBelow(Rational(1, 1000)) == 1);
  CHECK(law.TypesBelow(1) == 6);
}

TEST_CASE("types that never occur come after all mass", "[token_law]") {
  const TokenLaw law = TokenLaw::FromCounts(Integers({0, 7, 0, 7}));
  CHECK(Exact(law.MassOfFirst(2)) == 1);
  CHECK(law.TypesBelow(1) == 2);
  CHECK(Near(law.EntropyNats(), std::log(2.0), 1e-15));
}

TEST_CASE("the split by mass is the published loop over sorted tokens", "[token_law]") {
  const unsigned seed = 20240607;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> count(0, 97), size(1, 31), percent(0, 100);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<int> counts(static_cast<std::size_t>(size(random)));
    for (int& c : counts) c = count(random);
    counts[0] = 13;
    const TokenLaw law = TokenLaw::FromCounts(Integers(counts));
    std::sort(counts.rbegin(), counts.rend());
    int total = 0, before = 0, below = 0;
    for (int c : counts) total += c;
    const int share = percent(random);
    for (int c : counts) {
      if (100 * before < share * total) ++below;
      before += c;
    }
    CHECK(law.TypesBelow(Rational(share, 100)) == below);
  }
}

TEST_CASE("Zipf entropies are those of an independent sum", "[token_law]") {
  struct Case {
    int types;
    double s, nats;
  };
  for (const Case& c : {Case{100, 1.2, 3.2198}, Case{200, 1.1, 3.8588}, Case{200, 1.4, 2.9483},
                        Case{1000, 1.2, 4.2275}}) {
    INFO("V = " << c.types << ", s = " << c.s);
    const double nats = TokenLaw::Zipf(c.s, c.types).EntropyNats();
    CHECK(Near(nats, c.nats, 5e-5));
    CHECK(Near(nats, ZipfEntropy(c.types, c.s), 1e-13));
  }
}

TEST_CASE("Zipf masses are harmonic shares, marked as real", "[token_law]") {
  const TokenLaw law = TokenLaw::Zipf(1, 3);  // 6/11, 3/11, 2/11
  CHECK_FALSE(law.exact());
  CHECK_FALSE(law.MassOfFirst(1).exact());
  CHECK(Near(ToDouble(law.MassOfFirst(1)), 6.0 / 11, 2e-16));
  CHECK(Near(ToDouble(law.MassOfFirst(2)), 9.0 / 11, 2e-16));
  CHECK(ToDouble(law.MassOfFirst(3)) == 1);
  CHECK(law.TypesBelow(Rational(1, 2)) == 1);
  CHECK(law.TypesBelow(Rational(3, 5)) == 2);
}

TEST_CASE("a Zipf law of exponent 0 is uniform and one type has no entropy", "[token_law]") {
  const TokenLaw uniform = TokenLaw::Zipf(0, 10);
  CHECK(uniform.TypesBelow(Rational(4, 5)) == 8);
  CHECK(Near(uniform.EntropyNats(), std::log(10.0), 1e-14));
  CHECK(TokenLaw::Zipf(1.5, 1).EntropyNats() == 0);
}

TEST_CASE("sums of a million Zipf weights keep their last digits", "[token_law]") {
  const int types = 1'000'000;
  long double from_tail = 0;
  for (int k = types; k > 1000; --k) from_tail += 1 / static_cast<long double>(k);
  long double all = from_tail;
  for (int k = 1000; k >= 1; --k) all += 1 / static_cast<long double>(k);
  const TokenLaw law = TokenLaw::Zipf(1, types);
  const double tail = ToDouble(law.MassOfFirst(types) - law.MassOfFirst(1000));
  CHECK(Near(tail, static_cast<double>(from_tail / all), 3e-16));
}

TEST_CASE("masses add exactly as long as all are exact", "[token_law]") {
  const Mass third{Rational(1, 3)}, real{0.25};
  CHECK(Exact(third + third) == Rational(2, 3));
  CHECK(Exact(third * Rational(3)) == 1);
  CHECK(Exact(third - third) == 0);
  CHECK_FALSE((third + real).exact());
  CHECK(ToDouble(real * Rational(2)) == 0.5);
}

TEST_CASE("laws that make no sense are refused", "[token_law]") {
  CHECK(Contains(ErrorTextOf([] { TokenLaw::FromCounts({}); }), "count"));
  CHECK(Contains(ErrorTextOf([] { TokenLaw::FromCounts({0, 0}); }), "count"));
  CHECK(Contains(ErrorTextOf([] { TokenLaw::FromCounts({3, -1}); }), "-1"));
  CHECK(Contains(ErrorTextOf([] { TokenLaw::Zipf(-0.5, 10); }), "-0.5"));
  CHECK(Contains(ErrorTextOf([] { TokenLaw::Zipf(std::nan(""), 10); }), "nan"));
  CHECK(Contains(ErrorTextOf([] { TokenLaw::Zipf(1, 0); }), "0"));
}

TEST_CASE("counts are read with or without tokens, in three notations", "[token_law]") {
  const std::string text =
      "# a comment\n#\n\n12\nthe\t900\r\nof,007\n, ,5\na b 3\n##ing\t44\n#\t8\n  6  \nlast 0";
  CHECK(ParseCounts(text, "c.txt") == Integers({12, 900, 7, 5, 3, 44, 8, 6, 0}));
}

TEST_CASE("a count may have any number of digits", "[token_law]") {
  CHECK(ParseCounts("x 123456789012345678901234567890", "c")[0] ==
        Integer("123456789012345678901234567890"));
}

TEST_CASE("bad counts are refused with file and line", "[token_law]") {
  const auto message = [](const std::string& text) {
    return ErrorTextOf([&] { ParseCounts(text, "dir/c.txt"); });
  };
  CHECK(Contains(message("3\nthe\n"), "dir/c.txt:2: 'the'"));
  CHECK(Contains(message("\n\nthe -4"), "dir/c.txt:3: '-4'"));
  CHECK(Contains(message("1.5"), "dir/c.txt:1: '1.5'"));
  CHECK(Contains(message("12 the"), "dir/c.txt:1: 'the'"));
  CHECK(Contains(message("#comment"), "dir/c.txt:1: '#comment'"));
  CHECK(Contains(message("a,"), "dir/c.txt:1: ''"));
  CHECK(Contains(message("# only a comment\n"), "dir/c.txt holds no counts"));
  CHECK(Contains(message(""), "holds no counts"));
}

}  // namespace costcheck
