#pragma once

#include <map>
#include <string>
#include <vector>

#include "claims/claim.h"

namespace costcheck {

/// What names in expressions stand for, as it was printed, for sentences.
class NamedNumbers {
 public:
  explicit NamedNumbers(const ClaimFile& file);

  /// "1.090", "64 head"; "" for a name that is no claim's number and no fact.
  std::string PrintedText(const std::string& name) const;

  /// "Q7b (1.090) and b5_width (64)"; what is no such name stands alone.
  std::string List(const std::vector<std::string>& names) const;

  /// The number of a claim; null for another name.
  const ClaimNumber* Find(const std::string& name) const;

 private:
  std::map<std::string, const ClaimNumber*> numbers_;
  std::map<std::string, std::string> facts_;
};

}  // namespace costcheck
