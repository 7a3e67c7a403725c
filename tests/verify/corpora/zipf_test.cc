#include "verify/corpora/zipf.h"

#include <cmath>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/corpora/chi_square.h"
#include "tests/verify/corpora/near.h"
#include "verify/corpora/corpus.h"

namespace costcheck {
namespace {

struct Figure {
  double s;
  std::int64_t types;
  double entropy;  // nats, to 4 decimals
};

TEST_CASE("The entropies of the experiments' laws are the known ones") {
  const Figure figure =
      GENERATE(Figure{1.2, 1000, 4.2275}, Figure{1.1, 200, 3.8588}, Figure{1.4, 200, 2.9483},
               Figure{1.3, 500, 3.5537}, Figure{1.2, 100, 3.2198}, Figure{0, 64, 4.1589});
  CAPTURE(figure.s, figure.types);
  CHECK(std::abs(Zipf(figure.types, figure.s).EntropyRate() - figure.entropy) < 5e-5);
}

// Of Zipf's law H = ln Z + s * (sum of r^-s ln r) / Z.
TEST_CASE("The entropy agrees with its closed form in long double") {
  for (const double s : {0.0, 0.7, 1.0, 1.2, 3.0}) {
    for (const int types : {1, 2, 17, 997, 50021}) {
      long double z = 0, logs = 0;
      for (int rank = types; rank >= 1; --rank) {
        const long double weight = std::pow(static_cast<long double>(rank), -s);
        z += weight;
        logs += weight * std::log(static_cast<long double>(rank));
      }
      const auto closed = static_cast<double>(std::log(z) + s * logs / z);
      CAPTURE(s, types);
      CHECK(std::abs(Zipf(types, s).EntropyRate() - closed) < 1e-9);
    }
  }
}

TEST_CASE("Probabilities fall as ranks to the power of s") {
  const UnigramLaw law = Zipf(101, 1.3);
  for (std::size_t rank = 2; rank <= 101; ++rank) {
    REQUIRE(Near(law.Unigram()[0] / law.Unigram()[rank - 1], std::pow(rank, 1.3), 1e-10));
  }
}

// The hash is from a program in Python that shares nothing with this one.
TEST_CASE("Two hundred thousand draws have the law, the same ones on every machine") {
  const UnigramLaw law = Zipf(1000, 1.2);
  Stream stream(61, "corpus");
  const std::vector<std::int32_t> tokens = law.Draw(200000, stream);
  CHECK(CouldBeDrawsOf(law.Unigram(), CountTypes(tokens, 1000).count));
  std::uint64_t hash = 0;
  for (const std::int32_t token : tokens) hash = hash * 31 + static_cast<std::uint64_t>(token);
  CHECK(hash == 0xb2945096fad18edf);
}

TEST_CASE("Types and exponents out of range are refused") {
  CHECK(ErrorTextOf([] { Zipf(0, 1); }).find("here 0 and 1.") != std::string::npos);
  CHECK(ErrorTextOf([] { Zipf(10, -0.5); }).find("here 10 and -0.5.") != std::string::npos);
  CHECK(ErrorTextOf([] { Zipf(10, 21); }).find("here 10 and 21.") != std::string::npos);
  CHECK(ErrorTextOf([] { Zipf(10, std::nan("")); }).find("nan") != std::string::npos);
  CHECK(ErrorTextOf([] { Zipf((1 << 20) + 1, 1); }).find("1048577") != std::string::npos);
}

}  // namespace
}  // namespace costcheck
