#include "claims/circles.h"

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/claims/claims_text.h"

namespace costcheck {
namespace {

std::string Is(const std::string& id, const std::string& expression) {
  return ClaimText(id, "numbers = [{ value = \"1\", is = \"" + expression + "\" }]");
}

std::string CircleIn(const std::string& text) {
  const ClaimFile file = FileOf(text);
  return ErrorTextOf([&] {
    ClaimEvaluator evaluator(file);
    CheckCircles(file, evaluator);
  });
}

TEST_CASE("numbers recomputed from each other are an error with their place", "[circles]") {
  CHECK(
      CircleIn(Is("P1", "2*P3") + Is("P2", "P1+1") + Is("P3", "P2/2")) ==
      "test.toml:13: numbers are recomputed from each other in a circle: P1 of P3, P3 of P2, P2 of "
      "P1");
  CHECK(CircleIn(Is("P1", "P1")).ends_with("in a circle: P1 of P1"));
}

TEST_CASE("a number that only leads to a circle is not in it", "[circles]") {
  CHECK(CircleIn(Is("P1", "P2") + Is("P2", "P3") + Is("P3", "P2"))
            .ends_with("in a circle: P2 of P3, P3 of P2"));
}

TEST_CASE("a circle may go through definitions, cells and crossovers", "[circles]") {
  CHECK(CircleIn("[definitions]\ntwice = \"2*P2\"\n" + Is("P1", "twice") + Is("P2", "P1"))
            .ends_with("P1 of P2, P2 of P1"));
  CHECK(CircleIn(Is("P1", "P2") +
                 ClaimText("P2",
                           "numbers = [{ value = \"1\", statistic = { name = \"mean\", of = "
                           "[\"P1\", \"3\"] } }]"))
            .ends_with("P1 of P2, P2 of P1"));
  CHECK(CircleIn(Is("P1", "P2") +
                 ClaimText("P2",
                           "numbers = [{ value = \"1\", crossover = { a = \"T\", b = \"P1\", "
                           "in = \"T\" } }]"))
            .ends_with("P1 of P2, P2 of P1"));
}

TEST_CASE("numbers of which many are made are no circle", "[circles]") {
  std::string text = Is("P0", "1");
  for (int i = 1; i < 50; ++i) {
    const std::string before = "P" + std::to_string(i - 1);
    text += Is("P" + std::to_string(i), before + " + " + before + "*P0");
  }
  CHECK(CircleIn(text).empty());
}

TEST_CASE("checks and readings recompute nothing", "[circles]") {
  CHECK(CircleIn(ClaimText("P1",
                           "numbers = [{ value = \"1\", is = \"P2\" }]\nchecks = [{ requires "
                           "= \"P1 = P2\" }]") +
                 ClaimText("P2",
                           "numbers = [{ value = \"1\" }]\nchecks = [{ requires = \"P1 = "
                           "P2\" }]"))
            .empty());
}

}  // namespace
}  // namespace costcheck
