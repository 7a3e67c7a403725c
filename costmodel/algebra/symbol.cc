#include "costmodel/algebra/symbol.h"

#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {

Symbol::Symbol(std::string name, Domain domain) : name_(std::move(name)), domain_(domain) {
  COSTCHECK_CHECK(!name_.empty());
}

}  // namespace costcheck
