#include "costmodel/algebra/horner.h"

#include <algorithm>

namespace costcheck {
namespace {

/// Nests the terms [first, last), which agree in all variables before `variable`.
class Builder {
 public:
  Builder(const Polynomial& polynomial, HornerForm& form) : polynomial_(polynomial), form_(form) {}

  HornerForm::Step Build(std::size_t first, std::size_t last, std::size_t variable) {
    variable = NextVariable(first, last, variable);
    if (variable == polynomial_.variables().size()) return {0, true, first};
    HornerForm::Nest nest{variable, {}, 0};
    int previous = Exponent(first, variable);
    for (std::size_t begin = first; begin < last;) {
      const int exponent = Exponent(begin, variable);
      const std::size_t end = EndOfGroup(begin, last, variable);
      HornerForm::Step step = Build(begin, end, variable + 1);
      step.gap = previous - exponent;
      nest.steps.push_back(step);
      previous = exponent;
      begin = end;
    }
    nest.tail = previous;
    form_.nests.push_back(std::move(nest));
    return {0, false, form_.nests.size() - 1};
  }

 private:
  int Exponent(std::size_t term, std::size_t variable) const {
    return polynomial_.exponent(term, variable) + form_.shift[variable];
  }

  /// The first variable from `variable` on that occurs in the terms.
  std::size_t NextVariable(std::size_t first, std::size_t last, std::size_t variable) const {
    for (; variable < polynomial_.variables().size(); ++variable) {
      for (std::size_t term = first; term < last; ++term) {
        if (Exponent(term, variable) != 0) return variable;
      }
    }
    return variable;
  }

  std::size_t EndOfGroup(std::size_t begin, std::size_t last, std::size_t variable) const {
    std::size_t end = begin + 1;
    while (end < last && Exponent(end, variable) == Exponent(begin, variable)) ++end;
    return end;
  }

  const Polynomial& polynomial_;
  HornerForm& form_;
};

}  // namespace

HornerForm MakeHorner(const Polynomial& polynomial) {
  HornerForm form;
  form.shift.assign(polynomial.variables().size(), 0);
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    for (std::size_t variable = 0; variable < form.shift.size(); ++variable) {
      form.shift[variable] =
          std::max(form.shift[variable], -static_cast<int>(polynomial.exponent(term, variable)));
    }
  }
  if (!polynomial.IsConstant()) Builder(polynomial, form).Build(0, polynomial.size(), 0);
  return form;
}

}  // namespace costcheck
