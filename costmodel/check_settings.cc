#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/component.h"

namespace costcheck {
namespace {

/// "K = T/8 is 25/2", "K is 0".
std::string Equation(const Settings& settings, std::string_view name, const Rational& value) {
  const std::string definition = settings.DefinitionOf(name);
  return std::string(name) + (definition.empty() ? "" : " = " + definition) + " is " +
         ToString(value);
}

/// What is wrong with a value of this domain; "" if nothing is.
std::string Objection(std::string_view name, Domain domain, const Rational& value) {
  if (domain != Domain::kPositiveRational && !IsInteger(value)) return "not an integer";
  const bool length = name == "T" || name == "S";  // no tokens cost nothing
  const bool zero_is_fine = domain == Domain::kNonNegativeInteger || length;
  if (value < 0 && zero_is_fine) return "less than 0";
  if (value <= 0 && !zero_is_fine) return "not positive";
  return "";
}

/// Settings of one component, with its name for the error.
class Checker {
 public:
  Checker(const Component& component, const Settings& settings)
      : component_(component), settings_(settings) {}

  void CheckDomain(const Parameter& parameter) const {
    const std::optional<Rational> value = settings_.Get(parameter.name).AsRational();
    if (!value) return;
    const std::string objection = Objection(parameter.name, parameter.domain, *value);
    if (!objection.empty()) {
      Fail(Equation(settings_, parameter.name, *value) + ", " + objection);
    }
  }

  void CheckHeadWidth() const {
    if (settings_.own_head_width) return;
    if (!settings_.Has("d") || !settings_.Has("H") || !settings_.Has("w")) return;
    const auto d = Number("d"), H = Number("H"), w = Number("w");
    if (!d || !H || !w || *d == *H * *w) return;
    Fail("d = " + ToString(*d) + ", H = " + ToString(*H) + " and w = " + ToString(*w) +
         " contradict each other: H*w is " + ToString(Rational(*H * *w)));
  }

  void CheckKeyHeads() const {
    const auto heads = Number("H"), key_heads = Number("H_kv");
    if (!heads || !key_heads || IsInteger(*heads / *key_heads)) return;
    Fail("H_kv = " + ToString(*key_heads) + " does not divide H = " + ToString(*heads));
  }

 private:
  std::optional<Rational> Number(std::string_view name) const {
    return settings_.Get(name).AsRational();
  }

  [[noreturn]] void Fail(const std::string& what) const {
    throw CostError(std::string(component_.name) + ": " + what);
  }

  const Component& component_;
  const Settings& settings_;
};

}  // namespace

void CheckSettings(const Component& component, const Settings& settings) {
  const Settings seen = settings.For(component.parameters);
  const Checker checker(component, seen);
  const bool attention = component.family == Family::kAttention;
  // What is set comes first, so that a default is not blamed for its inputs.
  for (bool set : {true, false}) {
    for (const Parameter& parameter : component.parameters) {
      if (seen.Has(parameter.name) == set) checker.CheckDomain(parameter);
    }
    for (const Parameter& parameter : CommonParameters()) {
      if (seen.Has(parameter.name) == set && (set || attention)) checker.CheckDomain(parameter);
    }
  }
  if (!attention) return;
  checker.CheckHeadWidth();
  checker.CheckKeyHeads();
}

Graph BuildGraph(const Component& component, const Settings& settings) {
  CheckSettings(component, settings);
  return component.build(settings.For(component.parameters));
}

}  // namespace costcheck
