#include "claims/expression_plan.h"

#include <utility>

#include "claims/expression_reader.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

/// Everything but numbers becomes a symbol of its own.
class PlanReader : public ExpressionReader {
 public:
  using ExpressionReader::ExpressionReader;

  ExpressionPlan Plan(const std::string& expression) {
    plan_.usable = true;
    plan_.ratio = Read(expression);
    return std::move(plan_);
  }

 protected:
  Expr OfSymbol(std::string_view name) override { return Leaf({nullptr, {}, std::string(name)}); }
  Expr OfComponent(const Component& component, const std::vector<Argument>& arguments) override {
    return Leaf({&component, ReadCostCall(arguments), ""});
  }
  Expr OfModel(const std::vector<Argument>&) override {
    plan_.usable = false;
    return 1;
  }

 private:
  Expr Leaf(PlanLeaf leaf) {
    plan_.leaves.push_back(std::move(leaf));
    return LeafSymbol(plan_.leaves.size() - 1);
  }

  ExpressionPlan plan_;
};

}  // namespace

ExpressionPlan PlanOf(const ClaimNames& names, const std::string& expression) {
  try {
    return PlanReader(names).Plan(expression);
  } catch (const CostError&) {
    return {};  // whoever reads it for its value says what is wrong
  }
}

Symbol LeafSymbol(std::size_t index) {
  return Symbol("leaf" + std::to_string(index), Domain::kPositiveRational);
}

}  // namespace costcheck
