#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "claims/claim_file.h"
#include "claims/decide.h"
#include "evidence/lines.h"
#include "tests/catch.h"

// claims/seeds.toml: that it is whole, and what it must find.

namespace costcheck {
namespace {

namespace fs = std::filesystem;

const ClaimFile& Seeds() {
  static const ClaimFile file = LoadClaimFile("claims/seeds.toml");
  return file;
}

/// Whatever runs are recorded in the repository.
std::vector<RunRecord> Records() {
  std::vector<RunRecord> records;
  if (!fs::is_directory("docs/evidence")) return records;
  for (const auto& entry : fs::directory_iterator("docs/evidence")) {
    if (entry.path().extension() != ".jsonl") continue;
    for (StoredRun& run : ReadRunLines(entry.path().string())) {
      records.push_back(std::move(run.record));
    }
  }
  return records;
}

using Outcomes = std::map<std::string, ClaimOutcome, std::less<>>;

const Outcomes& Decided() {
  static const Outcomes outcomes = [] {
    const std::vector<RunRecord> records = Records();
    DecideOptions options;
    options.records = records;
    Outcomes by_id;
    for (ClaimOutcome& outcome : DecideClaims(Seeds(), options)) {
      std::string id = outcome.id;
      by_id.emplace(std::move(id), std::move(outcome));
    }
    return by_id;
  }();
  return outcomes;
}

const ClaimOutcome& OutcomeOf(std::string_view id) {
  INFO(id);
  const auto at = Decided().find(id);
  REQUIRE(at != Decided().end());
  return at->second;
}

std::string VerdictOf(const std::string& id) {
  return std::string(VerdictText(OutcomeOf(id).verdict));
}

const NumberOutcome& NumberOf(std::string_view id, std::size_t index = 0) {
  const ClaimOutcome& outcome = OutcomeOf(id);
  REQUIRE(index < outcome.numbers.size());
  return outcome.numbers[index];
}

/// Of a slip or reading whose name has these words; missing if there is none.
template <class Named>
const Named* Find(const std::vector<Named>& all, const std::string& words) {
  const auto at = std::find_if(all.begin(), all.end(), [&words](const Named& one) {
    return one.name.find(words) != std::string::npos;
  });
  return at == all.end() ? nullptr : &*at;
}

template <class Named>
Rational ValueIn(const std::vector<Named>& all, const std::string& words) {
  const Named* found = Find(all, words);
  INFO(words);
  REQUIRE(found != nullptr);
  const auto* value = std::get_if<Rational>(&found->value);
  REQUIRE(value != nullptr);
  return *value;
}

/// Whether a slip that fits comes to this value.
bool SlipGives(const NumberOutcome& number, const Rational& value) {
  return std::any_of(number.slips.begin(), number.slips.end(),
                     [&](const Slip& slip) { return slip.value == Recomputed(value); });
}

void AddEach(std::vector<std::string>& ids, const std::string& stem, int first, int last,
             const std::string& letters) {
  for (int i = first; i <= last; ++i) {
    const std::string number = (stem == "S" && i < 10 ? "0" : "") + std::to_string(i);
    if (letters.empty()) ids.push_back(stem + number);
    for (const char letter : letters) ids.push_back(stem + number + letter);
  }
}

std::vector<std::string> AllIds() {
  std::vector<std::string> ids;
  AddEach(ids, "S", 1, 8, "abc");
  AddEach(ids, "S", 9, 22, "");
  AddEach(ids, "M", 1, 3, "abc");
  AddEach(ids, "M", 4, 5, "");
  AddEach(ids, "Q", 1, 7, "ab");
  AddEach(ids, "X", 1, 13, "");
  AddEach(ids, "T", 1, 9, "");
  AddEach(ids, "P", 1, 19, "");
  AddEach(ids, "C", 1, 8, "");
  AddEach(ids, "V", 1, 15, "");
  return ids;
}

/// A quote is words of its source, parts of them divided by " ... ".
std::vector<std::string> PartsOf(const std::string& quote) {
  const std::string gap = " ... ";
  std::vector<std::string> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = quote.find(gap, begin);
    parts.push_back(quote.substr(begin, end == std::string::npos ? end : end - begin));
    if (end == std::string::npos) return parts;
    begin = end + gap.size();
  }
}

TEST_CASE("The file has each of the 127 claims once") {
  const std::vector<std::string> expected = AllIds();
  CHECK(expected.size() == 127);
  std::vector<std::string> ids;
  for (const Claim& claim : Seeds().claims) ids.push_back(claim.id);
  CHECK(std::set<std::string>(ids.begin(), ids.end()) ==
        std::set<std::string>(expected.begin(), expected.end()));
  CHECK(ids.size() == expected.size());
}

TEST_CASE("Every quote of the seeds is words of a source and stands on one line") {
  for (const Claim& claim : Seeds().claims) {
    INFO(claim.id);
    CHECK(!claim.where.empty());
    CHECK(!claim.topic.empty());
    CHECK(claim.quote.find('\n') == std::string::npos);
    for (const std::string& part : PartsOf(claim.quote)) {
      INFO(part);
      CHECK(part.size() > 2);
      CHECK(part.front() != ' ');
      CHECK(part.back() != ' ');
    }
  }
}

TEST_CASE("No claim of the seeds is left unexplained") {
  for (const Claim& claim : Seeds().claims) {
    INFO(claim.id);
    const ClaimOutcome& outcome = OutcomeOf(claim.id);
    CHECK(!outcome.note.empty());
    CHECK(!outcome.decided_by.empty());
    CHECK((outcome.decided_by == "nothing") == !claim.open.empty());
    if (!claim.open.empty()) CHECK(outcome.verdict == ClaimVerdict::kOpen);
    if (outcome.verdict == ClaimVerdict::kOpen && claim.open.empty()) {
      CHECK(outcome.decided_by == "experiment");
    }
  }
}

TEST_CASE("The row of 2048d is one of 1280d") {
  CHECK(VerdictOf("S06a") == "inconsistent");
  CHECK(NumberOf("S06a").recomputed == Recomputed(Rational(17'179'869'184)));
  CHECK(ValueIn(NumberOf("S06a").slips, "d = 1,280") == 10'737'418'240);
  CHECK(VerdictOf("S06c") == "inconsistent");
  CHECK(ValueIn(NumberOf("S06c").slips, "d = 1,280") == Rational(320, 21));
  CHECK(VerdictOf("S06b") == "reproduced");
}

TEST_CASE("The GPT-4 rows are a thousand times too small as printed") {
  const std::map<std::string, Rational> flops = {{"S07a", Rational(Integer("2111062325329920"))},
                                                 {"S07b", Rational(Integer("4252017623040"))},
                                                 {"S08a", Rational(Integer("515396075520000000"))},
                                                 {"S08b", Rational(Integer("66437775360000"))}};
  for (const auto& [id, value] : flops) {
    INFO(id);
    CHECK(VerdictOf(id) == "arithmetic error");
    CHECK(NumberOf(id).recomputed == Recomputed(value));
    CHECK(SlipGives(NumberOf(id), value / 1000));
    CHECK(Find(NumberOf(id).slips, "1,000 times too small") != nullptr);
  }
}

TEST_CASE("500x is 496.485x, without choosing the keys, and 1.73x with the rows' own method") {
  CHECK(VerdictOf("S07c") == "convention-dependent");
  const NumberOutcome& number = NumberOf("S07c");
  CHECK(number.recomputed == Recomputed(Rational(16384, 33)));
  CHECK(ValueIn(number.scopes, "rows above, all heads") == Rational(64, 37));
  CHECK(ValueIn(number.scopes, "rows above, one head") == Rational(8192, 37));
  CHECK(ValueIn(number.scopes, "h = 512") == Rational(16, 49));
}

TEST_CASE("The sparse column charges one head of H") {
  for (const auto& [id, heads] :
       std::map<std::string, int>{{"S01b", 2}, {"S03b", 8}, {"S05b", 16}, {"S06b", 32}}) {
    INFO(id);
    const NumberOutcome& number = NumberOf(id);
    const Rational one = std::get<Rational>(number.recomputed);
    const ScopeValue* all = Find(number.scopes, "all heads");
    REQUIRE(all != nullptr);
    CHECK(all->value == Recomputed(Rational(one * heads)));
    CHECK(!all->holds);
  }
}

TEST_CASE("With all heads sparse attention never becomes cheaper") {
  CHECK(VerdictOf("S11") == "inconsistent");
  const NumberOutcome& number = NumberOf("S11");
  CHECK(number.recomputed == Recomputed(Rational(92)));  // 640/7 = 91.43
  for (const std::string reading : {"all heads sparse", "the others exact"}) {
    INFO(reading);
    const ScopeValue* found = Find(number.scopes, reading);
    REQUIRE(found != nullptr);
    CHECK(std::holds_alternative<std::monostate>(found->value));
    CHECK(found->why_not.find("at no T") != std::string::npos);
  }
}

TEST_CASE("O(K) is not achieved") {
  CHECK(VerdictOf("S12") == "inconsistent");
  CHECK(OutcomeOf("S12").checks.at(0).recomputed == "T^2");
  CHECK(OutcomeOf("S12").checks.at(1).recomputed == "T");
  CHECK(OutcomeOf("S13").checks.at(0).recomputed == "T^2");
}

TEST_CASE("2.48x needs the width 64") {
  CHECK(VerdictOf("P7") == "reproduced");
  CHECK(VerdictOf("P8") == "inconsistent");
  CHECK(NumberOf("P8").recomputed == Recomputed(Rational(146'120, 51'400)));
  CHECK(ValueIn(NumberOf("P8").slips, "64") == Rational(63'944, 25'800));
}

TEST_CASE("The 95 % interval is a minimum and a maximum") {
  for (const std::string id : {"T2", "T3"}) {
    INFO(id);
    const std::size_t first = id == "T2" ? 0 : 1;
    CHECK(NumberOf(id, first).holds == std::optional(false));
    CHECK(Find(NumberOf(id, first).slips, "minimum") != nullptr);
    CHECK(NumberOf(id, first + 1).holds == std::optional(false));
    CHECK(Find(NumberOf(id, first + 1).slips, "maximum") != nullptr);
  }
  CHECK(std::abs(RealValue(NumberOf("T2", 0).recomputed) + 0.270) < 5e-4);
  CHECK(std::abs(RealValue(NumberOf("T2", 1).recomputed) - 1.058) < 5e-4);
}

TEST_CASE("p < 0.001 is out of reach of seven pairs") {
  CHECK(VerdictOf("T6") == "impossible");
  CHECK(RealValue(NumberOf("T6").recomputed) == 1.0 / 128);
  CHECK(NumberOf("T6").holds == std::optional(false));
}

TEST_CASE("A loss of 0.151 is below the entropy of its source") {
  CHECK(VerdictOf("V2") == "impossible");
  CHECK(OutcomeOf("V2").checks.at(0).recomputed.substr(0, 6) == "4.2275");
  CHECK(OutcomeOf("V2").checks.at(1).holds == std::optional(true));
}

TEST_CASE("A speedup of attention is not one of the model") {
  CHECK(VerdictOf("S21") == "impossible");
  CHECK(OutcomeOf("S21").checks.at(0).recomputed.substr(0, 6) == "1.0833");
  CHECK(OutcomeOf("S21").checks.at(1).recomputed.substr(0, 6) == "2.3020");
}

}  // namespace
}  // namespace costcheck
