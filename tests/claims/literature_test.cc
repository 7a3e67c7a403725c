#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "claims/claim_file.h"
#include "claims/decide.h"
#include "tests/catch.h"

// claims/literature.toml: what it must have, and some of its numbers worked out here, in whole
// numbers from the dimensions that the sources give.

namespace costcheck {
namespace {

const ClaimFile& Literature() {
  static const ClaimFile file = LoadClaimFile("claims/literature.toml");
  return file;
}

const std::map<std::string, ClaimOutcome>& Decided() {
  static const std::map<std::string, ClaimOutcome> outcomes = [] {
    std::map<std::string, ClaimOutcome> by_id;
    for (ClaimOutcome& outcome : DecideClaims(Literature(), {})) {
      std::string id = outcome.id;
      by_id.emplace(std::move(id), std::move(outcome));
    }
    return by_id;
  }();
  return outcomes;
}

const ClaimOutcome& OutcomeOf(const std::string& id) {
  INFO(id);
  const auto at = Decided().find(id);
  REQUIRE(at != Decided().end());
  return at->second;
}

std::string VerdictOf(const std::string& id) {
  return std::string(VerdictText(OutcomeOf(id).verdict));
}

/// A number of a claim, exactly as recomputed.
Rational Recomputed(const std::string& id, std::size_t index = 0) {
  const ClaimOutcome& outcome = OutcomeOf(id);
  REQUIRE(index < outcome.numbers.size());
  const auto* value = std::get_if<Rational>(&outcome.numbers[index].recomputed);
  REQUIRE(value != nullptr);
  return *value;
}

/// What the named reading of a claim's first number comes to.
Rational InReading(const std::string& id, const std::string& reading) {
  for (const ScopeValue& scope : OutcomeOf(id).numbers.at(0).scopes) {
    if (scope.name != reading) continue;
    const auto* value = std::get_if<Rational>(&scope.value);
    INFO(id << ", " << reading << ": " << scope.why_not);
    REQUIRE(value != nullptr);
    CHECK(scope.declared);
    return *value;
  }
  FAIL(id << " has no reading '" << reading << "'");
  return 0;
}

bool FitsASlip(const std::string& id, const std::string& words, bool truncated = false) {
  const std::vector<Slip>& slips = OutcomeOf(id).numbers.at(0).slips;
  return std::any_of(slips.begin(), slips.end(), [&](const Slip& slip) {
    return slip.truncated == truncated && slip.name.find(words) != std::string::npos;
  });
}

/// Decoders of GPT's kind: 12 matrices of d x d and 13 rows of d a layer, a last norm.
constexpr long long Layers(long long layers, long long d) {
  return layers * (12 * d * d + 13 * d) + 2 * d;
}

constexpr long long kGiB = 1LL << 30;

TEST_CASE("The literature has many claims of many sources, each quoted with its place") {
  const ClaimFile& file = Literature();
  CHECK(file.claims.size() >= 60);
  std::set<std::string> sources;
  for (const Claim& claim : file.claims) {
    INFO(claim.id);
    sources.insert(claim.source);
    CHECK(claim.where.size() > 5);
    CHECK(claim.quote.size() > 5);
    CHECK_FALSE(claim.topic.empty());
  }
  CHECK(sources.size() >= 12);
}

/// Whether the digits stand in the text, not as a part of longer ones.
bool Quotes(const std::string& text, const std::string& digits) {
  const auto is_digit = [&text](std::size_t i) {
    return i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0;
  };
  const auto is_point = [&text](std::size_t i) {
    return i < text.size() && (text[i] == '.' || text[i] == ',');
  };
  for (std::size_t at = text.find(digits); at != std::string::npos;
       at = text.find(digits, at + 1)) {
    const std::size_t end = at + digits.size();
    const bool begins = at == 0 || (!is_digit(at - 1) && !is_point(at - 1));
    if (begins && !is_digit(end) && !(is_point(end) && is_digit(end + 1))) return true;
  }
  return false;
}

TEST_CASE("Every number of the literature stands in its quote") {
  int numbers = 0;
  for (const Claim& claim : Literature().claims) {
    for (const ClaimNumber& number : claim.numbers) {
      INFO(claim.id << ": " << number.printed.text);
      const std::string digits =
          number.printed.text.substr(0, number.printed.text.find_first_of("eE"));
      const bool twice = digits == "2" && Quotes(claim.quote, "twice");
      CHECK((twice || Quotes(claim.quote, digits)));
      ++numbers;
    }
  }
  CHECK(numbers >= 100);
  CHECK(Quotes("1.5B and 15", "15"));
  CHECK_FALSE(Quotes("1.5B, 150 and 2,150", "15"));
  CHECK_FALSE(Quotes("2,150", "150"));
}

TEST_CASE("No two claims of the literature say the same of the same words") {
  std::set<std::string> seen;
  for (const Claim& claim : Literature().claims) {
    INFO(claim.id);
    CHECK(seen.insert(claim.quote + " | " + claim.quantity).second);
  }
}

TEST_CASE("Of the literature many claims hold, many in one convention, and many do not") {
  std::map<ClaimVerdict, int> verdicts;
  int hold = 0, fail = 0;
  for (const auto& [id, outcome] : Decided()) {
    INFO(id);
    CHECK_FALSE(outcome.note.empty());
    ++verdicts[outcome.verdict];
    const std::optional<bool> holds = Holds(outcome.verdict);
    CHECK(holds.has_value());  // nothing in there waits for runs
    (holds.value_or(false) ? hold : fail) += 1;
  }
  CHECK(hold >= 40);
  CHECK(fail >= 15);
  CHECK(verdicts[ClaimVerdict::kReproduced] >= 30);
  CHECK(verdicts[ClaimVerdict::kConventionDependent] >= 15);
  CHECK(verdicts[ClaimVerdict::kArithmeticError] >= 10);
  CHECK(verdicts[ClaimVerdict::kInconsistent] >= 3);
}

TEST_CASE("Parameters of published models, by hand") {
  CHECK(Recomputed("pythia_12b", 1) == Layers(36, 5120));
  CHECK(Recomputed("pythia_12b", 1) == 11327027200);
  CHECK(VerdictOf("pythia_12b") == "reproduced");
  CHECK(Recomputed("gpt3_parameters") == Layers(96, 12288) + (50257 + 2048) * 12288LL);
  CHECK(VerdictOf("gpt3_parameters") == "reproduced");

  CHECK(Recomputed("gpt2_small") == Layers(12, 768) + (50257 + 1024) * 768LL);
  CHECK(Recomputed("gpt2_small") == 124439808);
  CHECK(VerdictOf("gpt2_small") == "arithmetic error");
  // Attention 4 d^2, three matrices of the gated feed-forward, two norms; last norm; both tables.
  CHECK(Recomputed("llama_65b") ==
        80LL * (4 * 8192 * 8192 + 3LL * 8192 * 22016 + 2 * 8192) + 8192 + 2LL * 32000 * 8192);
  CHECK(VerdictOf("llama_65b") == "arithmetic error");
  CHECK(FitsASlip("llama_65b", "rounding", true));  // 65.2857 cut off

  // OPT-350M: tables of 512, two projections, no last norm.
  CHECK(VerdictOf("pythia_as_opt_350m") == "inconsistent");
  CHECK(Layers(24, 1024) - 2 * 1024 + 2 * 512 * 1024 != 302311424);
}

TEST_CASE("Parameters that one token passes, by hand") {
  // Mixtral: grouped attention, router, 2 or 8 experts of 3 matrices, two norms a layer.
  constexpr long long kAttention = 2LL * 4096 * 4096 + 2LL * 4096 * 1024;
  constexpr long long kRest = 32 * (kAttention + 8 * 4096 + 2 * 4096) + 4096 + 2LL * 32000 * 4096;
  constexpr long long kExpert = 3LL * 4096 * 14336;
  CHECK(Recomputed("mixtral_post_sizes", 0) == kRest + 32 * 8 * kExpert);
  CHECK(Recomputed("mixtral_post_sizes", 1) == kRest + 32 * 2 * kExpert);
  CHECK(VerdictOf("mixtral_post_sizes") == "reproduced");

  // 37.55 billion with the table of tokens, which is no 37; 129280 x 7168 is 0.93 billion.
  CHECK(InReading("v3_active", "with the table of tokens") - Recomputed("v3_active") ==
        129280LL * 7168);
  CHECK(VerdictOf("v3_active") == "convention-dependent");
  CHECK(VerdictOf("v3_weights") == "arithmetic error");
}

TEST_CASE("Tables of embeddings, by hand") {
  CHECK(Recomputed("gemma_table") == 256128LL * 2048);
  CHECK(InReading("gemma_table", "as released, with 256,000 tokens") == 256000LL * 2048);
  CHECK(VerdictOf("gemma_table") == "convention-dependent");
  // 30,000 x 128 + 128 x 768 with its bias, 516 rows of 128, and twelve layers.
  constexpr long long kTable = 30000 * 128 + 128 * 768 + 768 + 516 * 128;
  constexpr long long kLayer = 12LL * 768 * 768 + 13 * 768;
  CHECK(Recomputed("albert_e128") == kTable + 12 * kLayer);
  CHECK(Recomputed("albert_shared_e128") == kTable + kLayer + 768 * 768 + 768);
  CHECK(VerdictOf("albert_e128") == "convention-dependent");
  CHECK(VerdictOf("albert_xxlarge") == "inconsistent");
}

TEST_CASE("FLOPs, by hand") {
  constexpr long long kScores = 2LL * 1024 * 1024 * 768;
  constexpr long long kMatrices = 2LL * 1024 * 12 * 768 * 768;
  CHECK(Recomputed("nano_scores") == kScores);
  CHECK(InReading("nano_scores", "the pairs that the causal mask keeps") ==
        2LL * (1024 * 1025 / 2) * 768);
  CHECK(VerdictOf("nano_scores") == "convention-dependent");
  CHECK(Recomputed("nano_block") == kMatrices + 2 * kScores);
  CHECK(Recomputed("nano_forward") == 12 * (kMatrices + 2 * kScores) + 2LL * 1024 * 768 * 50257);
  CHECK(VerdictOf("nano_forward") == "reproduced");
  CHECK(Recomputed("flash1_flops", 0) == 6 * 2LL * 1024 * 1024 * 64 * 16 * 64);
  CHECK(Recomputed("flash1_flops", 1) == 7 * 2LL * 1024 * 1024 * 64 * 16 * 64);
  CHECK(VerdictOf("flash1_flops") == "inconsistent");
}

TEST_CASE("Compute and time of training, by hand") {
  // 6 x 174,600 million x 300 thousand million.
  CHECK(Recomputed("gpt3_compute", 0) == Rational(6 * 174600LL * 300) * Pow(Rational(10), 15));
  CHECK(VerdictOf("gpt3_compute") == "reproduced");
  // 8 x 450e9 x 1e12 / (3072 x 163e12) s: 83.2 days, with 1008e9 parameters 83.9.
  CHECK(InReading("megatron_84_days", "1 trillion parameters, literally") ==
        Rational(8 * 450LL * 1000000000, 3072 * 163));
  CHECK(VerdictOf("megatron_84_days") == "convention-dependent");
  // 6 x 70e9 x 1.4e12 = 5.88e23, and 6 x 280e9 x 300e9 = 5.04e23.
  CHECK(VerdictOf("chinchilla_budget") == "inconsistent");
}

TEST_CASE("Memory of training, by hand") {
  CHECK(Recomputed("zero_stages", 1) == Rational(31406250000));
  CHECK(Recomputed("zero_stages", 3) == 1875000000);
  CHECK(VerdictOf("zero_stages") == "reproduced");
  // 48 layers of sbh (34 + 5as/h), sbh = 1024 x 32 x 1600 and 5as/h = 80.
  CHECK(InReading("zero_activations", "every tensor, as Korthikanti et al. 2022 count them") ==
        48LL * 1024 * 32 * 1600 * 114);
  CHECK(VerdictOf("zero_activations") == "convention-dependent");
  CHECK(Recomputed("korthikanti_overhead") == Rational(2048, 6 * 12288));
  CHECK(VerdictOf("korthikanti_overhead") == "arithmetic error");
  CHECK(FitsASlip("korthikanti_overhead", "rounding", true));  // 2.78 % cut off
  CHECK(Recomputed("lora_checkpoint", 1) == 96LL * 2 * 2 * 12288 * 4 * 2);
  CHECK(VerdictOf("lora_checkpoint") == "arithmetic error");
}

TEST_CASE("Caches, by hand") {
  // 2 x 8 heads x 128 x 2 bytes x 32 layers is 128 KiB a token.
  constexpr long long kToken = 2LL * 8 * 128 * 2 * 32;
  const Rational as_giga(1000000000, kGiB);
  CHECK(Recomputed("llama31_8b_128k") == Rational(128000 * kToken) * as_giga);
  CHECK(InReading("llama31_8b_128k", "GB of 10^9 bytes") == 128000 * kToken);
  CHECK(InReading("llama31_8b_128k", "128k is 131,072, as 1k is 1024 in the same table") ==
        Rational(131072 * kToken) * as_giga);
  CHECK(VerdictOf("llama31_8b_128k") == "convention-dependent");
  CHECK(VerdictOf("llama31_8b_16k") == "inconsistent");
  // The 405B model has 126 layers of 8 heads; the printed figure is of 16.
  CHECK(Recomputed("llama31_405b_128k") == Rational(128000 * 2LL * 8 * 128 * 2 * 126) * as_giga);
  CHECK(VerdictOf("llama31_405b_128k") == "arithmetic error");
  CHECK(FitsASlip("llama31_405b_128k", "2"));

  // 60 layers of 576 numbers of 6 bits, against 95 layers of 2 x 8 x 128 of 16 bits.
  CHECK(1 - Recomputed("v2_cache") == Rational(60 * 576 * 6, 95 * 2048 * 16));
  CHECK(1 - InReading("v2_cache", "16 bits in both models") == Rational(60 * 576, 95 * 2048));
  CHECK(VerdictOf("v2_cache") == "convention-dependent");
}

TEST_CASE("Growth with length, by hand") {
  // A hash into T/64 buckets multiplies every token with T/128 vectors: T^2.
  CHECK(VerdictOf("reformer_growth") == "inconsistent");
  // Stride s of T = s^2: a window of s and s columns for each of s^2 tokens.
  CHECK(VerdictOf("sparse_growth") == "reproduced");
  CHECK(VerdictOf("longformer_growth") == "reproduced");
  CHECK(VerdictOf("indexer_growth") == "reproduced");
}

}  // namespace
}  // namespace costcheck
