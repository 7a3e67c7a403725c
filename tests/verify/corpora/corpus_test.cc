#include "verify/corpora/corpus.h"

#include <algorithm>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "verify/corpora/share.h"
#include "verify/corpora/zipf.h"

namespace costcheck {
namespace {

Corpus Small(std::vector<std::int32_t> tokens, std::int64_t types) {
  return {"small", types, std::move(tokens), nullptr};
}

TEST_CASE("A drawn corpus knows its source") {
  const auto source = std::make_shared<const UnigramLaw>(Zipf(17, 1.2));
  Stream stream(5, "corpus"), same(5, "corpus");
  const Corpus corpus = DrawCorpus("zipf", source, 101, stream);
  CHECK(corpus.tokens == source->Draw(101, same));
  CHECK(corpus.types == 17);
  CHECK(corpus.source == source);
  CHECK(corpus.bytes == 0);
  CHECK_NOTHROW(CheckTokens(corpus));
  CHECK(ErrorTextOf([&] { DrawCorpus("none", source, 0, stream); }) ==
        "The corpus none has to have at least 1 token, not 0.");
}

TEST_CASE("The first token out of range is reported with its position") {
  CHECK_NOTHROW(CheckTokens(Small({0, 6, 3}, 7)));
  CHECK_NOTHROW(CheckTokens(Small({}, 7)));
  CHECK(ErrorTextOf([] {
          CheckTokens(Small({0, 6, 7, -1}, 7));
        }) ==
        "The corpus small has the token 7 at position 2 (the first is 0), but its 7 types are 0 "
        "to 6.");
  CHECK(ErrorTextOf([] { CheckTokens(Small({-1}, 7)); }).find("token -1 at position 0") !=
        std::string::npos);
}

TEST_CASE("A split puts every token on one side, in order") {
  const Corpus corpus = Small({4, 5, 6, 7, 8, 9, 10}, 11);
  for (const double share : {0.1, 0.5, 0.85, 1.0}) {
    const Split split = SplitByPosition(corpus, share);
    std::vector<std::int32_t> joined(split.training.begin(), split.training.end());
    joined.insert(joined.end(), split.validation.begin(), split.validation.end());
    CHECK(joined == corpus.tokens);
    CHECK(static_cast<std::int64_t>(split.training.size()) == ShareOf(share, 7));
  }
  for (const double share : {0.0, -0.2, 1.01}) {
    CHECK(ErrorTextOf([&] { SplitByPosition(corpus, share); }).find("corpus small") !=
          std::string::npos);
  }
}

TEST_CASE("A share is what a person means by it") {
  CHECK(ShareOf(0.29, 100) == 29);  // 0.29 * 100 is 28.999999999999996
  CHECK(ShareOf(0.85, 200000) == 170000);
  CHECK(ShareOf(0.8, 9) == 7);
  CHECK(ShareOf(0.15, 7) == 1);
  CHECK(ShareOf(1, 7) == 7);
  CHECK(ShareOf(0, 7) == 0);
}

TEST_CASE("Types are counted, with the place of their first token") {
  const std::vector<std::int32_t> tokens = {3, 1, 3, 3, 0, 1};
  const TypeCounts counts = CountTypes(tokens, 5);
  CHECK(counts.count == std::vector<std::int64_t>{1, 2, 0, 3, 0});
  CHECK(counts.first_position == std::vector<std::int64_t>{4, 1, 6, 0, 6});
}

}  // namespace
}  // namespace costcheck
