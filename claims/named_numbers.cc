#include "claims/named_numbers.h"

#include "claims/figure_text.h"
#include "claims/fit.h"

namespace costcheck {

NamedNumbers::NamedNumbers(const ClaimFile& file) {
  for (const ClaimFact& fact : file.facts) facts_[fact.id] = fact.value + UnitText(fact.unit);
  for (const Claim& claim : file.claims) {
    for (std::size_t i = 0; i < claim.numbers.size(); ++i) {
      numbers_[NumberName(claim, i)] = &claim.numbers[i];
    }
  }
}

std::string NamedNumbers::PrintedText(const std::string& name) const {
  if (const ClaimNumber* number = Find(name)) return ClaimedText(*number);
  const auto fact = facts_.find(name);
  return fact == facts_.end() ? "" : fact->second;
}

std::string NamedNumbers::List(const std::vector<std::string>& names) const {
  std::vector<std::string> words;
  for (const std::string& name : names) {
    const std::string printed = PrintedText(name);
    words.push_back(printed.empty() ? name : name + " (" + printed + ")");
  }
  return ListText(words);
}

const ClaimNumber* NamedNumbers::Find(const std::string& name) const {
  const auto found = numbers_.find(name);
  return found == numbers_.end() ? nullptr : found->second;
}

}  // namespace costcheck
