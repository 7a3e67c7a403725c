#include "claims/experiment_predicate.h"

#include "tests/algebra/error_text.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

TEST_CASE("a predicate has a quantity, a relation and a bound", "[experiment_predicate]") {
  const ExperimentPredicate ratio = ParsePredicate(" ratio <= 0.9 ");
  CHECK(ratio.quantity == PredicateQuantity::kRatio);
  CHECK(ratio.relation == RelationKind::kAtMost);
  CHECK(ratio.bound == Rational(9, 10));
  CHECK(ratio.included.empty());
  CHECK(ParsePredicate("difference<-0.5").bound == Rational(-1, 2));
  CHECK(ParsePredicate("difference < 0").quantity == PredicateQuantity::kDifference);
  CHECK(ParsePredicate("value > 4.2275").quantity == PredicateQuantity::kValue);
}

TEST_CASE("draws include a number or a claim", "[experiment_predicate]") {
  const ExperimentPredicate draws = ParsePredicate("draws include 0.042");
  CHECK(draws.quantity == PredicateQuantity::kDraws);
  CHECK(draws.included == "0.042");
  const ExperimentPredicate ratios = ParsePredicate("draws of ratio include  Q4b");
  CHECK(ratios.quantity == PredicateQuantity::kDrawsOfRatio);
  CHECK(ratios.included == "Q4b");
}

TEST_CASE("a comparison needs a baseline", "[experiment_predicate]") {
  CHECK(!NeedsBaseline(PredicateQuantity::kValue));
  CHECK(!NeedsBaseline(PredicateQuantity::kDraws));
  CHECK(NeedsBaseline(PredicateQuantity::kRatio));
  CHECK(NeedsBaseline(PredicateQuantity::kDifference));
  CHECK(NeedsBaseline(PredicateQuantity::kDrawsOfRatio));
}

TEST_CASE("another text is no predicate", "[experiment_predicate]") {
  const auto error = [](const std::string& text) {
    return ErrorTextOf([&] { ParsePredicate(text); });
  };
  CHECK(
      error("ratoi < 1").starts_with("'ratoi < 1' is no predicate; did you mean 'ratio'?; write "));
  CHECK(error("value = 1").starts_with("'value = 1' is no predicate that runs can decide; write "));
  CHECK(error("value < Q1").starts_with("'value < Q1' is no predicate: 'Q1' is no number; write "));
  CHECK(!error("draws include").empty());
  CHECK(!error("value").empty());
}

}  // namespace
}  // namespace costcheck
