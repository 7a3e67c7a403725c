#include "verify/corpora/windows.h"

#include <algorithm>
#include <numeric>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/corpora/chi_square.h"

namespace costcheck {
namespace {

using Numbers = std::vector<std::int64_t>;

std::vector<std::int32_t> Rising(std::int32_t count) {
  std::vector<std::int32_t> tokens(static_cast<std::size_t>(count));
  std::iota(tokens.begin(), tokens.end(), 0);
  return tokens;
}

TEST_CASE("Every target is what its name says") {
  const std::vector<std::int32_t> tokens = {9, 3, 5, 5, 3, 8, 2};
  const Numbers starts = {1, 0};
  const auto batch = [&](Target target) { return MakeBatch(tokens, starts, target, 4); };

  const Batch next = batch(Target::kNextToken);
  CHECK(next.rows == 2);
  CHECK(next.length == 4);
  CHECK(next.inputs == Numbers{3, 5, 5, 3, 9, 3, 5, 5});
  CHECK(next.targets == Numbers{5, 5, 3, 8, 3, 5, 5, 3});

  const Batch following = batch(Target::kFollowing);
  CHECK(following.inputs == next.inputs);
  CHECK(following.targets == Numbers{8, 3});

  const Batch most_frequent = batch(Target::kMostFrequent);
  CHECK(most_frequent.inputs == next.inputs);
  CHECK(most_frequent.targets == Numbers{3, 5});  // 3 and 5 both twice: the smaller

  const Batch first = batch(Target::kFirst);
  CHECK(first.inputs == Numbers{5, 5, 3, 0, 3, 5, 5, 0});
  CHECK(first.targets == Numbers{3, 9});
}

TEST_CASE("The most frequent token agrees with a count of all") {
  Stream stream(103, "windows");
  for (int round = 0; round < 300; ++round) {
    std::vector<std::int32_t> tokens(1 + stream.Below(13));
    for (std::int32_t& token : tokens) token = static_cast<std::int32_t>(stream.Below(5));
    std::array<int, 5> counts{};
    for (const std::int32_t token : tokens) ++counts[static_cast<std::size_t>(token)];
    const auto expected = std::max_element(counts.begin(), counts.end()) - counts.begin();
    const Batch batch = MakeBatch(tokens, Numbers{0}, Target::kMostFrequent,
                                  static_cast<std::int64_t>(tokens.size()));
    REQUIRE(batch.targets == Numbers{expected});
  }
}

TEST_CASE("A window reads one token more where a target lies behind it") {
  CHECK(WindowSpan(Target::kNextToken, 32) == 33);
  CHECK(WindowSpan(Target::kFollowing, 32) == 33);
  CHECK(WindowSpan(Target::kMostFrequent, 64) == 64);
  CHECK(WindowSpan(Target::kFirst, 64) == 64);
  CHECK(TargetsPerRow(Target::kNextToken, 32) == 32);
  CHECK(TargetsPerRow(Target::kFirst, 32) == 1);
}

TEST_CASE("Consecutive windows have every target of the text once") {
  for (const std::int32_t count : {5, 12, 13, 14, 97, 101}) {
    for (const std::int64_t rows : {1, 3, 50}) {
      const std::vector<std::int32_t> tokens = Rising(count);
      const Batches batches(tokens, {4, rows, Target::kNextToken, WindowOrder::kConsecutive}, 1,
                            "validation", "here");
      Numbers targets;
      for (std::int64_t i = 0; i < batches.PerEpoch(); ++i) {
        const Batch batch = batches.At(i);
        REQUIRE(batch.rows >= 1);
        REQUIRE((batch.rows == rows || i + 1 == batches.PerEpoch()));
        targets.insert(targets.end(), batch.targets.begin(), batch.targets.end());
      }
      Numbers expected(static_cast<std::size_t>((count - 1) / 4 * 4));
      std::iota(expected.begin(), expected.end(), 1);
      REQUIRE(targets == expected);
    }
  }
}

TEST_CASE("Stepped batches start where their steps say, and begin again after an epoch") {
  const std::vector<std::int32_t> tokens = Rising(100);
  WindowSettings settings{16, 4, Target::kMostFrequent, WindowOrder::kStepped, 4, 16};
  const Batches batches(tokens, settings, 1, "training", "here");
  // The last start is 16 b + 12, its window ends at 16 b + 28 <= 100.
  CHECK(batches.PerEpoch() == 5);
  const Batch third = batches.At(2);
  for (std::size_t row = 0; row < 4; ++row) {
    CHECK(third.inputs[16 * row] == static_cast<std::int64_t>(32 + 4 * row));
  }
  CHECK(batches.At(7).inputs == third.inputs);
  settings.batches = 2;
  const Batches few(tokens, settings, 1, "training", "here");
  CHECK(few.PerEpoch() == 2);
  CHECK(few.At(3).inputs == batches.At(1).inputs);
  settings.batches = 50;
  CHECK(Batches(tokens, settings, 1, "training", "here").PerEpoch() == 5);
}

TEST_CASE("Random starts reach every place equally often") {
  Stream stream(107, "starts");
  Numbers counts(7);
  for (const std::int64_t start : RandomStarts(11, 5, 14000, stream)) {
    ++counts[static_cast<std::size_t>(start)];
  }
  CHECK(CouldBeDrawsOf(std::vector<double>(7, 1.0 / 7), counts));
}

TEST_CASE("A batch is the same in every order of asking, and others are others") {
  const std::vector<std::int32_t> tokens = Rising(5000);
  const WindowSettings settings{8, 6};
  const Batches batches(tokens, settings, 109, "batches", "here");
  CHECK(batches.PerEpoch() == 0);
  const Batch tenth = batches.At(10);
  const Batch eleventh = batches.At(11);
  CHECK(batches.At(10).inputs == tenth.inputs);
  CHECK(eleventh.inputs != tenth.inputs);
  CHECK(Batches(tokens, settings, 109, "batches", "here").At(11).inputs == eleventh.inputs);
  CHECK(Batches(tokens, settings, 110, "batches", "here").At(11).inputs != eleventh.inputs);
  CHECK(Batches(tokens, settings, 109, "samples", "here").At(11).inputs != eleventh.inputs);
}

TEST_CASE("Starts go on where a saved stream left off") {
  Stream stream(113, "starts");
  RandomStarts(1000, 33, 16, stream);
  Stream restored = Stream::Restore(stream.Save());
  CHECK(RandomStarts(1000, 33, 16, stream) == RandomStarts(1000, 33, 16, restored));
}

TEST_CASE("Batches that do not fit are refused with the place") {
  const std::vector<std::int32_t> tokens = Rising(32);
  const auto text = [&](const WindowSettings& settings) {
    return ErrorTextOf([&] { Batches(tokens, settings, 1, "batches", "b1.toml:7"); });
  };
  CHECK(text({32, 1}) == "b1.toml:7: a batch reads 33 tokens, but there are only 32.");
  CHECK(text({31, 1}).empty());
  CHECK(text({32, 1, Target::kFirst}).empty());
  const WindowSettings stepped{16, 5, Target::kFirst, WindowOrder::kStepped, 4, 16};
  CHECK(text(stepped).empty());
  CHECK(text({16, 6, Target::kFirst, WindowOrder::kStepped, 4, 16}).find("reads 36 tokens") !=
        std::string::npos);
  CHECK(text({16, 2, Target::kFirst, WindowOrder::kStepped, 4, 0}).find("not 4 and 0.") !=
        std::string::npos);
  CHECK(text({16, 2, Target::kFirst, WindowOrder::kStepped, -1, 4}).find("not -1 and 4.") !=
        std::string::npos);
  CHECK(text({0, 3}).find("not 3 of 0.") != std::string::npos);
  CHECK(text({3, 0}).find("not 0 of 3.") != std::string::npos);
  WindowSettings negative{3, 1};
  negative.batches = -2;
  CHECK(text(negative).find("is -2") != std::string::npos);
}

}  // namespace
}  // namespace costcheck
