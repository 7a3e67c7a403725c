#include "costmodel/algebra/error.h"

#include <random>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

/// Edit distance by its recursive definition; a swap of neighbours is one edit.
std::size_t PlainDistance(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a.size() + b.size();
  const std::size_t replaced =
      PlainDistance(a.substr(1), b.substr(1)) + (a.front() == b.front() ? 0 : 1);
  const bool swaps = a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0];
  const std::size_t swapped = swaps ? PlainDistance(a.substr(2), b.substr(2)) + 1 : replaced;
  return std::min(
      {replaced, swapped, PlainDistance(a.substr(1), b) + 1, PlainDistance(a, b.substr(1)) + 1});
}

}  // namespace

TEST_CASE("the nearest name has the least edit distance", "[error]") {
  CHECK(NearestName("sliding_windw", {"full", "sliding_window", "window_global"}) ==
        "sliding_window");
  CHECK(NearestName("Tt", {"W", "T"}) == "T");
  CHECK(NearestName("tabel", {"list", "table"}) == "table");  // one swap
  CHECK(NearestName("heads", {"heads", "head"}) == "heads");
  CHECK(NearestName("hd", {"hda", "hd1"}) == "hda");  // the first of two that are equally near
}

TEST_CASE("a name that is not near has no nearest name", "[error]") {
  CHECK(NearestName("full", {"linformer", "nsa"}).empty());
  CHECK(NearestName("abcdef", {"abcxyz"}).empty());  // distance 3, limit 2
  CHECK(NearestName("abcdef", {"abcdyz"}) == "abcdyz");
  CHECK(NearestName("T", {}).empty());
  CHECK(NearestName("", {"longer"}).empty());
}

TEST_CASE("the nearest name agrees with the recursive definition of the distance", "[error]") {
  constexpr unsigned kSeed = 20;
  INFO("seed " << kSeed);
  std::mt19937 random(kSeed);
  const auto word = [&] {
    std::string text;
    for (auto length = random() % 6; length > 0; --length) text += "abc"[random() % 3];
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    const std::string name = word(), candidate = word() + "a";
    const std::size_t limit = std::max<std::size_t>(1, std::max(name.size(), candidate.size()) / 3);
    INFO(name << " " << candidate);
    CHECK((NearestName(name, {candidate}) == candidate) ==
          (PlainDistance(name, candidate) <= limit));
  }
}

TEST_CASE("a proposal is a clause of its own or nothing", "[error]") {
  CHECK(DidYouMean("ful", {"full"}) == "; did you mean 'full'?");
  CHECK(DidYouMean("xyz", {"full"}).empty());
}

TEST_CASE("a CostError carries its sentence", "[error]") {
  CHECK(ErrorTextOf([] { throw CostError("no value for 'K'"); }) == "no value for 'K'");
  COSTCHECK_CHECK(1 + 1 == 2);  // a condition that holds does nothing
}

}  // namespace costcheck
