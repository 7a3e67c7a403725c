#pragma once

#include <cstddef>
#include <vector>

#include "costmodel/algebra/polynomial.h"

namespace costcheck {

/// A polynomial as nested Horner steps: acc = acc * x^gap + value, where a value
/// is a coefficient or a further nest in later variables. Negative exponents are
/// shifted away: the polynomial is the nest divided by the product of
/// variable[i]^shift[i].
struct HornerForm {
  struct Step {
    int gap;            ///< power of the nest's variable that acc is multiplied with first
    bool is_term;       ///< whether `index` is a term of the polynomial or a nest
    std::size_t index;  ///< whose coefficient, or which nest
  };
  struct Nest {
    std::size_t variable;
    std::vector<Step> steps;  ///< the first step's gap is 0
    int tail;                 ///< power that the sum is multiplied with at last
  };

  std::vector<Nest> nests;  ///< the last one is the whole; empty for a constant
  std::vector<int> shift;   ///< one for each variable of the polynomial
};

/// Linear in the number of terms times variables.
HornerForm MakeHorner(const Polynomial& polynomial);

}  // namespace costcheck
