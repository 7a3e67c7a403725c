#include "verify/corpora/text.h"

#include <cmath>
#include <cstdlib>
#include <fstream>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/corpora/near.h"
#include "verify/corpora/share.h"

namespace costcheck {
namespace {

constexpr const char* kLoomings = "tests/verify/corpora/loomings.txt";

std::string TemporaryPath(const std::string& name) {
  const char* folder = std::getenv("TEST_TMPDIR");
  REQUIRE(folder != nullptr);
  return std::string(folder) + "/" + name;
}

TEST_CASE("A text is read byte for byte") {
  const std::string path = TemporaryPath("bytes");
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  std::ofstream(path, std::ios::binary) << every_byte;
  CHECK(ReadText(path) == every_byte);
  CHECK(ReadText(kLoomings).substr(0, 20) == "CHAPTER 1. Loomings.");
}

TEST_CASE("A text that cannot be read is named with the reason") {
  const std::string path = TemporaryPath("absent");
  CHECK(ErrorTextOf([&] { ReadText(path); }).find(path) != std::string::npos);
  CHECK(ErrorTextOf([&] { ReadText(TemporaryPath("")); }).find("Is a directory") !=
        std::string::npos);
  const std::string empty = TemporaryPath("empty");
  std::ofstream file(empty);
  CHECK(ErrorTextOf([&] { ReadText(empty); }) == "The text " + empty + " is empty.");
}

TEST_CASE("Bytes are tokens from 0 to 255") {
  const Corpus corpus = ByteCorpus("bytes", "a\xff\n");
  CHECK(corpus.tokens == std::vector<std::int32_t>{97, 255, 10});
  CHECK(corpus.types == 256);
  CHECK(corpus.bytes == 3);
  CHECK(corpus.source == nullptr);
  CHECK_NOTHROW(CheckTokens(corpus));
}

TEST_CASE("The held-out part of a text has no say in its vocabulary") {
  const std::string text = ReadText(kLoomings);
  const auto training =
      static_cast<std::size_t>(ShareOf(0.7, static_cast<std::int64_t>(text.size())));
  const std::string other = text.substr(0, training) + std::string(text.size() - training, 'q');
  const EncodedText encoded = BytePairCorpus("loomings", text, 400, 0.7);
  const EncodedText changed = BytePairCorpus("other", other, 400, 0.7);
  CHECK(std::equal(encoded.vocabulary.Merges().begin(), encoded.vocabulary.Merges().end(),
                   changed.vocabulary.Merges().begin(), changed.vocabulary.Merges().end()));
  CHECK(encoded.corpus.types == 400);
  CHECK(encoded.corpus.bytes == static_cast<std::int64_t>(text.size()));
  CHECK(encoded.vocabulary.Decode(encoded.corpus.tokens) == text);
  CHECK_NOTHROW(CheckTokens(encoded.corpus));
  CHECK(ErrorTextOf([&] { BytePairCorpus("loomings", text, 400, 0); }).find("corpus loomings") !=
        std::string::npos);
}

TEST_CASE("The law of a text is that of its counts") {
  const Corpus corpus = ByteCorpus("text", "abracadabra");
  const UnigramLaw law = LawOf(CountTypes(corpus.tokens, corpus.types));
  CHECK(Near(law.Unigram()['a'], 5.0 / 11, 1e-12));
  CHECK(law.Unigram()['z'] == 0);
  const double entropy =
      -(5 * std::log(5 / 11.0) + 4 * std::log(2 / 11.0) + 2 * std::log(1 / 11.0)) / 11;
  CHECK(Near(law.EntropyRate(), entropy, 1e-12));
}

}  // namespace
}  // namespace costcheck
