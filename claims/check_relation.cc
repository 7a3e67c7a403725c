#include "claims/check_relation.h"

#include <algorithm>
#include <cctype>

#include "claims/figure_text.h"
#include "claims/relation.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

/// The names in the relation but for the claim's own numbers.
std::vector<std::string> OtherNames(const Relation& relation, const CheckContext& context) {
  std::vector<std::string> own, others;
  for (std::size_t i = 0; i < context.claim.numbers.size(); ++i) {
    own.push_back(NumberName(context.claim, i));
  }
  for (const std::string& side : {relation.left, relation.right}) {
    for (const std::string& name : context.evaluator.NumbersIn(side)) {
      const auto is = [&name](const std::string& known) { return known == name; };
      if (std::none_of(own.begin(), own.end(), is) &&
          std::none_of(others.begin(), others.end(), is)) {
        others.push_back(name);
      }
    }
  }
  return others;
}

/// "Q7b is 1.0895 to 1.0905", "1" of a number alone.
std::string SideText(const std::string& side, const RationalInterval& range) {
  const std::string figures = RangeText(range);
  return ParseNumber(side) ? figures : side + " is " + figures;
}

std::string Plain(const std::string& words) {
  std::string plain;
  for (const char letter : words) {
    const auto character = static_cast<unsigned char>(letter);
    if (std::isspace(character) == 0) {
      plain += static_cast<char>(std::tolower(character));
    } else if (!plain.empty() && plain.back() != ' ') {
      plain += ' ';
    }
  }
  if (!plain.empty() && plain.back() == ' ') plain.pop_back();
  return plain;
}

CheckOutcome Outcome(const std::string& decided_by, bool holds) {
  CheckOutcome outcome;
  outcome.decided_by = decided_by;
  outcome.holds = holds;
  outcome.verdict = holds ? ClaimVerdict::kReproduced : ClaimVerdict::kInconsistent;
  return outcome;
}

}  // namespace

CheckOutcome CheckRequires(const ClaimCheck& check, const CheckContext& context) {
  const Relation relation = ParseRelation(check.expression);
  const RationalInterval left = context.Range(relation.left);
  const RationalInterval right = context.Range(relation.right);
  const bool holds = CanHold(left, relation.kind, right);
  CheckOutcome outcome = Outcome("relation", holds);
  outcome.claimed = check.expression;
  outcome.recomputed = RangeText(left) + " against " + RangeText(right);
  outcome.reason = "'" + check.expression + "' " + (holds ? "holds" : "does not hold") + ": " +
                   SideText(relation.left, left) + " against " + SideText(relation.right, right) +
                   ".";
  const std::vector<std::string> others = OtherNames(relation, context);
  if (!holds && !others.empty()) {
    outcome.reason += " It contradicts " + context.names.List(others) + ".";
  }
  return outcome;
}

CheckOutcome CheckSame(const ClaimCheck& check, const CheckContext& context) {
  const auto& facts = context.file.facts;
  const auto fact = std::find_if(facts.begin(), facts.end(),
                                 [&](const ClaimFact& known) { return known.id == check.fact; });
  COSTCHECK_CHECK(fact != facts.end());
  const bool holds = Plain(fact->value) == Plain(check.words);
  CheckOutcome outcome = Outcome("relation", holds);
  outcome.claimed = check.words;
  outcome.recomputed = fact->value + UnitText(fact->unit);
  outcome.reason = "The claim says '" + check.words + "'; " +
                   (fact->where.empty() ? "fact " + fact->id : fact->where) + " has '" +
                   outcome.recomputed + "'" + (holds ? ", which is the same." : ".");
  return outcome;
}

}  // namespace costcheck
