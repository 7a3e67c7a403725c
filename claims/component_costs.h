#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "claims/counting_layers.h"
#include "costmodel/algebra/exact_program.h"
#include "costmodel/metric.h"

namespace costcheck {

/// The formula of a component's cost in what is not set: CostOf (costmodel/query/subject.h).
Expr CostFormula(const Component& component, const Settings& settings, const Counting& counting,
                 Metric metric);

/// The cost of a component, everything set. CostError as there, and for a symbol that is not set.
Rational DirectCost(const Component& component, const SetValues& values, const Counting& counting,
                    Metric metric);

/// The same, some hundred times faster where the formula is known: it is found once for each
/// component, metric, way of counting and pattern of what is set (SetValues::Pattern), and numbers
/// are put in.
///
/// A formula in symbols is what DirectCost evaluates only as long as no component decides by a
/// number what it is made of. So numbers by which one may decide are bound; those that defaults
/// give (H - sparse_heads) must be 0, 1 or neither as they were when the formula was found, and lie
/// in their domains; and where the formula does not give what DirectCost gives for the numbers it
/// is found at, it is not used. In all other cases DirectCost answers, or says what is wrong.
class ComponentCosts {
 public:
  Rational Cost(const Component& component, const KnownValues& values,
                const KnownCounting& counting, Metric metric);

  /// How many formulas are known, and how many costs were found without one: for tests.
  std::size_t formulas() const { return formulas_; }
  std::size_t direct() const { return direct_; }

 private:
  /// What a parameter that is not set comes to, where the formula was found.
  struct Condition {
    Expr value;
    Domain domain;
    Rational at_first;
    std::optional<ExactProgram> program;  ///< of value, where no min or floor is in it
  };
  struct Formula {
    bool usable = false;
    Expr cost;
    std::optional<ExactProgram> program;  ///< the same, where no min or floor is in it
    std::string missing;                  ///< "V is not set"; "" where nothing is missing
  };
  /// Formulas of one component for one pattern.
  struct Family {
    bool usable = false;
    Settings settings;  ///< in symbols
    std::vector<Condition> conditions;
    std::unordered_map<int, Formula> formulas;  ///< by metric and way of counting
  };
  /// The values that a component was asked for last.
  struct Seen {
    int values_id = 0;
    SetValues::Pattern pattern;
    Family* family = nullptr;            ///< null: no formula may be used
    std::vector<std::int64_t> integers;  ///< the pattern's values; empty where one is none
  };

  const Seen& Look(const Component& component, const KnownValues& values);
  static Family FindFamily(const Component& component, const SetValues::Pattern& pattern);
  static void AddConditions(const Component& component, const SetValues::Pattern& pattern,
                            Family& family);
  static bool Fits(const Family& family, const Seen& seen);
  static Rational ValueOf(const Expr& value, const std::optional<ExactProgram>& program,
                          const Seen& seen);
  const Formula& FormulaOf(const Component& component, const Seen& seen, const KnownValues& values,
                           const KnownCounting& counting, Metric metric);

  std::unordered_map<std::string, Family> families_;
  std::unordered_map<const Component*, Seen> seen_;
  std::size_t formulas_ = 0, direct_ = 0;
};

}  // namespace costcheck
