#include "claims/check_bound.h"

#include <cmath>

#include "tests/algebra/error_text.h"
#include "tests/approx.h"
#include "tests/claims/check_outcome.h"

namespace costcheck {
namespace {

CheckOutcome Entropy(const std::string& loss, const std::string& keys,
                     const std::string& unit = "nat") {
  return OutcomeOf(CheckEntropy,
                   ClaimText("V2", "numbers = [{ value = \"" + loss + "\", unit = \"" + unit +
                                       "\" }]\nchecks = [{ entropy = \"V2\", " + keys + " }]"));
}

constexpr char kSource[] = "exponent = 1.2, types = 1000";

TEST_CASE("a loss below the entropy of its source is impossible", "[check_bound]") {
  const CheckOutcome outcome = Entropy("0.151", kSource);
  CHECK(outcome.holds == false);
  CHECK(outcome.verdict == ClaimVerdict::kImpossible);
  CHECK(outcome.decided_by == "bound: entropy");
  CHECK(outcome.claimed == "0.151 nat");
  CHECK(std::stod(outcome.recomputed) == Approx(4.2275).margin(0.00005));
  CHECK(outcome.reason ==
        "V2 (0.151 nat) is below " + outcome.recomputed +
            " nats, the entropy of its source (Zipf, s = 1.2, V = 1000), which no model goes below "
            "that does not see its targets.");
}

TEST_CASE("an entropy is that of its definition", "[check_bound]") {
  double sum = 0, weighted = 0;
  for (int rank = 1; rank <= 200; ++rank) sum += std::pow(rank, -1.4);
  for (int rank = 1; rank <= 200; ++rank) {
    const double mass = std::pow(rank, -1.4) / sum;
    weighted -= mass * std::log(mass);
  }
  const CheckOutcome outcome = Entropy("2.9491", "exponent = 1.4, types = 200");
  CHECK(std::stod(outcome.recomputed) == Approx(weighted).epsilon(1e-5));
  CHECK(outcome.holds == true);
  CHECK(outcome.verdict == ClaimVerdict::kReproduced);
  CHECK(outcome.reason.starts_with("V2 (2.9491 nat) is not below "));
}

TEST_CASE("the digits may lift a loss to the entropy, and no further", "[check_bound]") {
  // 4.227536
  CHECK(Entropy("4.227", kSource).holds == false);
  CHECK(Entropy("4.2275", kSource).holds == true);
  CHECK(Entropy("4.22", kSource).holds == false);
  CHECK(Entropy("4.2", kSource).holds == true);
}

TEST_CASE("of targets that can be seen only the others bound the loss", "[check_bound]") {
  const CheckOutcome outcome = Entropy("0.151", "share = \"1/32\", exponent = 1.2, types = 1000");
  CHECK(outcome.holds == true);
  CHECK(std::stod(outcome.recomputed) == Approx(0.1321).margin(0.00005));
  CHECK(outcome.reason.find("1/32 of 4.22") != std::string::npos);
  CHECK(Entropy("0.13", "share = \"1/32\", exponent = 1.2, types = 1000").holds == true);
  CHECK(Entropy("0.131", "share = \"1/32\", exponent = 1.2, types = 1000").holds == false);
}

TEST_CASE("a loss in another unit than nats has no such bound", "[check_bound]") {
  CHECK(ErrorTextOf([] { Entropy("2", kSource, "bit"); }) ==
        "an entropy is in nats, and V2 is in bit");
  CHECK(Entropy("2", kSource, "").holds == false);
}

CheckOutcome Amdahl(const std::string& speedup, const std::string& keys) {
  return OutcomeOf(CheckAmdahl,
                   ClaimText("S21", "set = \"T=8192,d=16384\"\nnumbers = [{ value = \"" + speedup +
                                        "\", unit = \"x\" }]\nchecks = [{ " + "amdahl = \"S21\", " +
                                        keys + " }]"));
}

constexpr char kScores[] = "part = \"2*T^2*d\", whole = \"2*T^2*d + 12*T*d^2\"";

TEST_CASE("a whole is not faster than without the part", "[check_bound]") {
  // T / (T + 6 d) = 1/13 of it: 13/12 times as fast.
  const CheckOutcome outcome = Amdahl("500", kScores);
  CHECK(outcome.holds == false);
  CHECK(outcome.verdict == ClaimVerdict::kImpossible);
  CHECK(outcome.decided_by == "bound: Amdahl");
  CHECK(outcome.recomputed == "1.08333");
  CHECK(outcome.reason ==
        "S21 (500x) is past Amdahl's bound: 2*T^2*d is 7.69231% of 2*T^2*d + 12*T*d^2, which "
        "without it is 1.08333 times less, and no more.");
  CHECK(Amdahl("1.09", kScores).holds == false);
  CHECK(Amdahl("1.08", kScores).holds == true);
  CHECK(Amdahl("1.08", kScores).verdict == ClaimVerdict::kReproduced);
}

TEST_CASE("a part that is all of it bounds nothing, and one beyond is an error", "[check_bound]") {
  CHECK(Amdahl("500", "part = \"T\", whole = \"T\"").holds == true);
  CHECK(ErrorTextOf([] { Amdahl("500", "part = \"T\", whole = \"T-1\""); }) ==
        "the part costs 8,192, more than the whole, 8,191");
}

CheckOutcome AtLimit(const std::string& speedup, const std::string& numerator,
                     const std::string& denominator) {
  return OutcomeOf(
      CheckLimit,
      ClaimText("R1", "numbers = [{ value = \"" + speedup +
                          "\", unit = \"x\" }]\nchecks = [{ limit = \"R1\", numerator = "
                          "\"" +
                          numerator + "\", denominator = \"" + denominator + "\", in = \"T\" }]"));
}

TEST_CASE("a ratio that rises to its limit never passes it", "[check_bound]") {
  // 2 T / (T + 640) is 1.5 at T = 1920, and 1.45 to 1.55 prints as 1.5: from T = 1687.3 on.
  const CheckOutcome reached = AtLimit("1.5", "2*T", "T+640");
  CHECK(reached.holds == true);
  CHECK(reached.verdict == ClaimVerdict::kReproduced);
  CHECK(reached.recomputed == "2");
  CHECK(reached.reason == "2*T / T+640 reaches R1 (1.5x) at T = 1,688. It tends to 2 as T grows.");
  const CheckOutcome never = AtLimit("500", "2*T", "T+640");
  CHECK(never.holds == false);
  CHECK(never.verdict == ClaimVerdict::kImpossible);
  CHECK(never.decided_by == "bound: limit");
  CHECK(never.reason == "2*T / T+640 is below R1 (500x) for every T. It tends to 2 as T grows.");
  CHECK(AtLimit("2.06", "2*T", "T+640").holds == false);
}

TEST_CASE("a ratio that falls to its limit was above it", "[check_bound]") {
  // (2 T + 100) / T is 102 at T = 1.
  CHECK(AtLimit("102", "2*T+100", "T").holds == true);
  CHECK(
      AtLimit("102", "2*T+100", "T").reason.starts_with("2*T+100 / T reaches R1 (102x) at T = 1."));
  CHECK(AtLimit("103", "2*T+100", "T").holds == false);
  CHECK(AtLimit("1.0", "T", "T").holds == true);
  CHECK(AtLimit("500", "T^2", "T").reason.ends_with("It tends to infinity as T grows."));
}

}  // namespace
}  // namespace costcheck
