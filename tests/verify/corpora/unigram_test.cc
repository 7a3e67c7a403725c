#include "verify/corpora/unigram.h"

#include <cmath>
#include <numeric>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/corpora/chi_square.h"
#include "tests/verify/corpora/near.h"
#include "verify/corpora/corpus.h"

namespace costcheck {
namespace {

std::vector<double> RandomWeights(std::size_t types, Stream& stream) {
  std::vector<double> weights(types);
  for (double& weight : weights) {
    const double u = stream.Uniform();
    weight = stream.Below(4) == 0 ? 0 : std::exp(-20 * u);
  }
  weights[stream.Below(types)] = 1;
  return weights;
}

TEST_CASE("Masses sum to the total and follow the weights") {
  Stream stream(43, "weights");
  for (const std::size_t types : {1, 2, 3, 5, 64, 97, 1009}) {
    const std::vector<double> weights = RandomWeights(types, stream);
    const UnigramLaw law(weights);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    CHECK(std::accumulate(law.Masses().begin(), law.Masses().end(), std::int64_t{0}) ==
          law.Total());
    CHECK(law.Total() >= std::int64_t{1} << 51);
    CHECK(law.Total() <= std::int64_t{1} << 52);
    for (std::size_t i = 0; i < types; ++i) {
      REQUIRE((law.Masses()[i] > 0) == (weights[i] > 0));
      REQUIRE(std::abs(law.Unigram()[i] - weights[i] / sum) < 1e-12);
    }
  }
}

TEST_CASE("The columns of the alias table give each type its mass exactly") {
  Stream stream(47, "columns");
  for (const std::size_t types : {1, 2, 3, 5, 64, 97, 1009}) {
    const UnigramLaw law(RandomWeights(types, stream));
    std::vector<std::int64_t> masses(types);
    for (std::size_t i = 0; i < types; ++i) {
      const UnigramLaw::Column& column = law.Columns()[i];
      REQUIRE((0 <= column.own && column.own <= law.Capacity()));
      masses[i] += column.own;
      masses[static_cast<std::size_t>(column.alias)] += law.Capacity() - column.own;
    }
    CHECK(std::equal(masses.begin(), masses.end(), law.Masses().begin()));
  }
}

TEST_CASE("Draws have the law, and types without weight are never drawn") {
  const UnigramLaw law(std::vector<double>{0.5, 0, 3, 0.25, 1.25, 0, 5});
  Stream stream(53, "draws");
  const std::vector<std::int32_t> tokens = law.Draw(50000, stream);
  CHECK(CouldBeDrawsOf(law.Unigram(), CountTypes(tokens, 7).count));
}

TEST_CASE("A longer draw begins with a shorter one") {
  const UnigramLaw law(std::vector<double>{1, 2, 3, 4, 5});
  Stream one(59, "draws"), two(59, "draws");
  const std::vector<std::int32_t> some = law.Draw(10, one);
  const std::vector<std::int32_t> more = law.Draw(17, two);
  CHECK(std::equal(some.begin(), some.end(), more.begin()));
  CHECK(law.Draw(0, one).empty());
}

TEST_CASE("The entropy of a law with dyadic shares is exact") {
  const UnigramLaw law(std::vector<double>{4, 2, 1, 1});
  CHECK(Near(law.EntropyBits(), 1.75, 1e-15));
  CHECK(Near(law.EntropyRate(), 1.75 * std::log(2.0), 1e-15));
  CHECK(UnigramLaw(std::vector<double>{7}).EntropyRate() == 0);
  CHECK(Entropy(std::vector<double>{0, 1, 0}) == 0);
}

TEST_CASE("The expected loss of the law itself is its entropy, of any other more") {
  const UnigramLaw law(std::vector<double>{4, 0, 2, 1, 1});
  std::vector<float> own, equal(5, std::log(0.2F));
  for (const double p : law.Unigram()) own.push_back(static_cast<float>(std::log(p)));
  CHECK(Near(ExpectedLoss(law, 0, own), law.EntropyRate(), 1e-7));
  CHECK(Near(ExpectedLoss(law, 0, equal), std::log(5.0), 1e-7));
}

TEST_CASE("Weights that are no law are refused with their number") {
  const auto text = [](std::vector<double> weights) {
    return ErrorTextOf([&] { UnigramLaw law(weights); });
  };
  CHECK(text({1, 2, -3}).find("type 2 is -3") != std::string::npos);
  CHECK(text({1, std::nan("")}).find("type 1 is") != std::string::npos);
  CHECK(text({INFINITY, 1}).find("type 0 is inf") != std::string::npos);
  CHECK(text({0, 0, 0}).find("these are 3 with the sum 0") != std::string::npos);
  CHECK(text({}).find("these are 0") != std::string::npos);
  CHECK(text(std::vector<double>((1 << 20) + 1, 1.0)).find("1048577") != std::string::npos);
  CHECK(text(std::vector<double>(1 << 20, 1.0)).empty());
}

TEST_CASE("Weights of any size make a law, and none that is positive vanishes") {
  CHECK(Near(UnigramLaw(std::vector<double>{1e-310, 3e-310}).Unigram()[1], 0.75, 1e-12));
  CHECK(Near(UnigramLaw(std::vector<double>{1e307, 3e307}).Unigram()[1], 0.75, 1e-12));
  const UnigramLaw law(std::vector<double>{1e-200, 1, 0});
  CHECK(law.Masses()[0] == 1);
  CHECK(law.Masses()[1] == law.Total() - 1);
  CHECK(law.Masses()[2] == 0);
}

}  // namespace
}  // namespace costcheck
