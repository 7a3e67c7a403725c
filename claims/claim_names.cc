#include "claims/claim_names.h"

#include <algorithm>

#include "claims/circle.h"
#include "claims/expression_names.h"
#include "costmodel/algebra/error.h"
#include "costmodel/component.h"
#include "costmodel/query/names.h"

namespace costcheck {
namespace {

void CheckDefinitions(const ClaimFile& file) {
  MadeOf made_of;
  std::unordered_map<std::string, const ClaimPlace*> places;
  for (const ClaimDefinition& definition : file.definitions) {
    places[definition.name] = &definition.place;
    made_of.emplace_back(definition.name, std::vector<std::string>());
    for (const ExpressionName& part : NamesOf(definition.expression)) {
      if (!part.is_called) made_of.back().second.push_back(part.name);
    }
  }
  const std::vector<std::string> circle = FindCircle(made_of);
  if (circle.empty()) return;
  throw CostError(PlaceText(*places[circle.front()]) +
                  ": definitions are made of each other in a circle: " + CircleText(circle));
}

}  // namespace

ClaimNames::ClaimNames(const ClaimFile& file) {
  for (const ClaimDefinition& definition : file.definitions) {
    definitions_[definition.name] = &definition.expression;
  }
  CheckDefinitions(file);
  AddNumbers(file);
}

void ClaimNames::AddNumbers(const ClaimFile& file) {
  for (const Claim& claim : file.claims) {
    const std::size_t count = claim.numbers.size();
    for (std::size_t i = 0; i < count; ++i) {
      numbers_.emplace(NumberName(claim, i), claim.numbers[i].printed);
    }
    if (count == 0) no_numbers_[claim.id] = "'" + claim.id + "' is a claim without a number";
    if (count < 2) continue;
    no_numbers_[claim.id] = "'" + claim.id + "' has " + std::to_string(count) +
                            " numbers: " + NumberName(claim, 0) + " to " +
                            NumberName(claim, count - 1);
  }
  for (const ClaimFact& fact : file.facts) {
    if (fact.printed) {
      numbers_.emplace(fact.id, *fact.printed);
    } else {
      no_numbers_[fact.id] = "the fact '" + fact.id + "' is words: " + fact.value;
    }
  }
}

const std::string* ClaimNames::Definition(std::string_view name) const {
  const auto at = definitions_.find(std::string(name));
  return at == definitions_.end() ? nullptr : at->second;
}

const PrintedNumber* ClaimNames::Number(std::string_view name) const {
  const std::string key(name);
  const auto at = numbers_.find(key);
  if (at != numbers_.end()) return &at->second;
  const auto why_not = no_numbers_.find(key);
  if (why_not != no_numbers_.end()) throw CostError(why_not->second);
  return nullptr;
}

bool ClaimNames::IsNumber(std::string_view name) const {
  return numbers_.find(std::string(name)) != numbers_.end();
}

void ClaimNames::Visit(const std::string& expression,
                       const std::function<void(const ExpressionName&)>& visit) const {
  std::vector<std::string> definitions;  // each is looked at once
  std::vector<ExpressionName> pending = NamesOf(expression);
  std::reverse(pending.begin(), pending.end());
  while (!pending.empty()) {
    const ExpressionName part = std::move(pending.back());
    pending.pop_back();
    const std::string* definition = part.is_called ? nullptr : Definition(part.name);
    if (definition == nullptr) {
      visit(part);
    } else if (std::find(definitions.begin(), definitions.end(), part.name) == definitions.end()) {
      definitions.push_back(part.name);
      const std::vector<ExpressionName> parts = NamesOf(*definition);
      pending.insert(pending.end(), parts.rbegin(), parts.rend());
    }
  }
}

std::vector<std::string> ClaimNames::NumbersIn(const std::string& expression) const {
  std::vector<std::string> numbers;
  Visit(expression, [&](const ExpressionName& part) {
    if (part.is_called || !IsNumber(part.name)) return;
    if (std::find(numbers.begin(), numbers.end(), part.name) == numbers.end()) {
      numbers.push_back(part.name);
    }
  });
  return numbers;
}

void ClaimNames::FailUnknown(std::string_view name) const {
  std::vector<std::string> candidates = SettableNames();
  for (const std::string& component : ComponentNames()) candidates.push_back(component);
  for (const auto& [known, expression] : definitions_) candidates.push_back(known);
  for (const auto& [known, number] : numbers_) candidates.push_back(known);
  throw CostError("'" + std::string(name) +
                  "' is neither a definition, a number of a claim or a fact, nor a symbol" +
                  DidYouMean(name, candidates));
}

}  // namespace costcheck
