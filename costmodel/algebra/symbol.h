#pragma once

#include <compare>
#include <string>

namespace costcheck {

/// The values that a symbol may take.
enum class Domain {
  kPositiveInteger,     ///< 1, 2, 3, ...
  kNonNegativeInteger,  ///< 0, 1, 2, ...
  kPositiveRational,    ///< bytes per element may be 1/2
};

/// A named quantity. Symbols of one name are the same symbol and have the same
/// domain (checked where expressions meet). Ordered by name.
class Symbol {
 public:
  explicit Symbol(std::string name, Domain domain = Domain::kPositiveInteger);

  const std::string& name() const { return name_; }
  Domain domain() const { return domain_; }

  friend bool operator==(const Symbol& a, const Symbol& b) { return a.name_ == b.name_; }
  friend std::strong_ordering operator<=>(const Symbol& a, const Symbol& b) {
    return a.name_ <=> b.name_;
  }

 private:
  std::string name_;
  Domain domain_;
};

}  // namespace costcheck
