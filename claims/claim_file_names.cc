#include "claims/claim_file_names.h"

#include <fmt/format.h>

#include <cctype>
#include <map>
#include <string>
#include <vector>

#include "claims/claim_table.h"
#include "claims/experiment_predicate.h"
#include "costmodel/algebra/error.h"
#include "costmodel/component.h"
#include "costmodel/query/names.h"
#include "costmodel/query/words.h"

namespace costcheck {
namespace {

bool StartsWithLetter(std::string_view text) {
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text[0])) != 0;
}

bool IsName(std::string_view text) { return IsWord(text) && StartsWithLetter(text); }

constexpr std::size_t kLongestName = 100;

/// Names, each with where it was first given.
class NameTable {
 public:
  void Add(const std::string& name, const ClaimPlace& place) {
    if (!IsName(name)) {
      FailAt(place,
             fmt::format("the id '{}' is not letters, digits and _ with a letter first", name));
    }
    if (name.size() > kLongestName) {
      FailAt(place, fmt::format("the id '{}...' has more than {} letters",
                                name.substr(0, kLongestName), kLongestName));
    }
    const auto [entry, is_new] = places_.emplace(name, &place);
    if (is_new) return;
    FailAt(place, fmt::format("the id '{}' is taken (line {})", name, entry->second->line));
  }

  bool Has(const std::string& name) const { return places_.count(name) != 0; }

  void Require(const std::string& name, const ClaimPlace& place, std::string_view what) const {
    if (Has(name)) return;
    std::vector<std::string> names;
    for (const auto& [known, where] : places_) names.push_back(known);
    FailAt(place, fmt::format("'{}' is not {}{}", name, what, DidYouMean(name, names)));
  }

 private:
  std::map<std::string, const ClaimPlace*> places_;
};

class NameCheck {
 public:
  explicit NameCheck(const ClaimFile& file) : file_(file) {
    for (const std::string& name : SettableNames()) reserved_[name] = "a symbol";
    for (const std::string& name : ComponentNames()) reserved_[name] = "a component";
    reserved_["model"] = "what calls a model";
  }

  void Run() {
    for (const ClaimSource& source : file_.sources) sources_.Add(source.id, source.place);
    for (const ClaimDefinition& definition : file_.definitions) AddDefinition(definition);
    for (const ClaimFact& fact : file_.facts) AddFact(fact);
    for (const Claim& claim : file_.claims) AddClaim(claim);
    for (const ClaimFact& fact : file_.facts) {
      if (!fact.source.empty()) RequireSource(fact.source, fact.place);
    }
    for (const Claim& claim : file_.claims) CheckReferences(claim);
  }

 private:
  /// A name that expressions may have.
  void AddId(const std::string& id, const ClaimPlace& place) {
    if (const auto found = reserved_.find(id); found != reserved_.end()) {
      FailAt(place, fmt::format("the id '{}' is {}", id, found->second));
    }
    ids_.Add(id, place);
  }

  void AddDefinition(const ClaimDefinition& definition) {
    AddId(definition.name, definition.place);
    values_.Add(definition.name, definition.place);
  }

  void AddFact(const ClaimFact& fact) {
    AddId(fact.id, fact.place);
    facts_.Add(fact.id, fact.place);
    if (!fact.printed) return;
    values_.Add(fact.id, fact.place);
    numbers_.Add(fact.id, fact.place);
  }

  void AddClaim(const Claim& claim) {
    AddId(claim.id, claim.place);
    for (std::size_t i = 0; i < claim.numbers.size(); ++i) {
      const std::string name = NumberName(claim, i);
      if (name != claim.id) AddId(name, claim.numbers[i].place);
      values_.Add(name, claim.numbers[i].place);
      numbers_.Add(name, claim.numbers[i].place);
    }
  }

  void RequireSource(const std::string& id, const ClaimPlace& place) const {
    sources_.Require(id, place, "a source");
  }

  /// A cell, or what draws include: a name alone; any other text is an expression.
  void CheckCell(const std::string& cell, const ClaimPlace& place) const {
    if (IsName(cell)) values_.Require(cell, place, "a number of a claim or a fact");
  }

  void CheckReferences(const Claim& claim) const {
    RequireSource(claim.source, claim.place);
    for (const std::string& source : claim.also) RequireSource(source, claim.place);
    for (const ClaimNumber& number : claim.numbers) {
      if (!number.statistic) continue;
      for (const std::string& cell : number.statistic->of) CheckCell(cell, number.place);
      for (const std::string& cell : number.statistic->against) CheckCell(cell, number.place);
    }
    for (const ClaimCheck& check : claim.checks) CheckReferences(check);
  }

  void CheckReferences(const ClaimCheck& check) const {
    switch (check.kind) {
      case CheckKind::kSame:
        return facts_.Require(check.fact, check.place, "a fact");
      case CheckKind::kEntropy:
      case CheckKind::kAmdahl:
      case CheckKind::kLimit:
        return numbers_.Require(check.expression, check.place, "a number of a claim or a fact");
      case CheckKind::kExperiment:
        return CheckCell(ParsePredicate(check.experiment.predicate).included, check.place);
      case CheckKind::kRequires:
      case CheckKind::kGrowth:
        return;
    }
  }

  const ClaimFile& file_;
  std::map<std::string, std::string_view> reserved_;
  NameTable sources_;
  NameTable ids_;  ///< of definitions, facts, claims and their numbers
  NameTable facts_;
  NameTable numbers_;  ///< printed ones
  NameTable values_;   ///< those, and definitions
};

}  // namespace

void CheckClaimNames(const ClaimFile& file) { NameCheck(file).Run(); }

}  // namespace costcheck
