#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "costmodel/algebra/parse.h"
#include "costmodel/component.h"
#include "costmodel/embedding/token_law.h"

namespace costcheck {

/// What a person sets, still as text: `--set T=8K,d=2*T` and a component's own
/// settings. A name set to itself stays open (B=B), where it else had a default. A value is an
/// expression in other names, set or not; `bands` is what ParseBands reads, in brackets;
/// `band_tokens` and `bucket_sizes` are lists [5,7,11].
class Assignments {
 public:
  /// Adds "name=value,...". CostError that opens with `place` for a name that
  /// nothing knows, a value that is missing, or a name set twice.
  void Add(std::string_view text, const std::string& place);

  /// These, and `own` above them.
  Assignments With(const std::vector<Argument>& own, const std::string& place) const;

  bool Has(std::string_view name) const { return texts_.find(name) != texts_.end(); }
  std::vector<std::string> Names() const;  ///< of those that are no lists
  /// Whether some value refers to the name.
  bool Mentions(std::string_view name) const;

  /// The value of one name in terms of symbols that are not set.
  Expr ValueOf(std::string_view name) const;

  /// Every value in terms of symbols that are not set. CostError for a value
  /// that cannot be read, one outside the name's domain, and one that depends
  /// on itself. Bands by mass need a law.
  Settings Resolve(const TokenLaw* law = nullptr) const;

 private:
  void Insert(const Argument& argument, const std::string& place);

  std::map<std::string, std::string, std::less<>> texts_;
};

}  // namespace costcheck
