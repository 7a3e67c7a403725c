#include "cli/crossing.h"

namespace costcheck {
namespace {

Cell OrNull(const std::optional<Rational>& value) { return value ? Cell(*value) : Cell(); }
Cell OrNull(const std::optional<Integer>& value) { return value ? Cell(*value) : Cell(); }
Cell OrNull(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

std::string VerdictText(const Crossing& crossing) {
  return std::string(VerdictName(crossing.found.verdict));
}

/// The symbolic form stands for the only change; of several each has its own number.
std::vector<Cell> Row(const Crossing& crossing, const Change& change) {
  const bool symbolic = crossing.symbolic && change.lower && crossing.found.changes.size() == 1;
  const std::string form =
      symbolic ? crossing.symbolic->text : change.closed_form.value_or(std::string());
  return {std::string(InfoOf(crossing.metric).name),
          VerdictText(crossing),
          OrNull(form),
          OrNull(symbolic ? crossing.symbolic->condition : change.condition),
          OrNull(change.lower),
          OrNull(change.upper),
          OrNull(change.decimal),
          OrNull(change.tie),
          change.first_integer,
          std::string(change.b_cheaper_after ? "B" : "A")};
}

}  // namespace

Crossing FindCrossing(const Subject& a, const Subject& b, const Counting& counting, Metric metric,
                      const Symbol& x, const CrossoverOptions& options, std::vector<Taken>& taken) {
  const std::vector<std::string> free = {x.name()};
  const Expr cost_a = CostOf(WithDefaults(a, counting, {metric}, free, taken), counting, metric);
  const Expr cost_b = CostOf(WithDefaults(b, counting, {metric}, free, taken), counting, metric);
  const Expr open_a = CostOf(a, counting, metric);
  const Expr open_b = CostOf(b, counting, metric);
  Crossing crossing{metric, FindCrossovers(cost_a, cost_b, x, options), std::nullopt};
  const bool all_set = open_a == cost_a && open_b == cost_b;
  if (!all_set) crossing.symbolic = SymbolicClosedForm(open_a, open_b, x);
  return crossing;
}

std::vector<Column> CrossingColumns(const Symbol& x) {
  const std::string unit = x.name() == "T" ? "tokens" : "";
  const NumberStyle plain = NumberStyle::kPlain;
  return {{"metric", ""},
          {"verdict", ""},
          {"closed_form", "", x.name() + " ="},
          {"condition", "", "for"},
          {"lower", unit, "", plain, true},
          {"upper", unit, "", plain, true},
          {"decimal", "", "about"},
          {"tie", unit, "tie at", plain},
          {"first_integer", unit, "from", plain},
          {"cheaper_after", "", "wins"}};
}

std::vector<std::vector<Cell>> CrossingRows(const Crossing& crossing) {
  std::vector<std::vector<Cell>> rows;
  for (const Change& change : crossing.found.changes) rows.push_back(Row(crossing, change));
  if (rows.empty()) {
    rows.emplace_back(10);
    rows.back()[0] = std::string(InfoOf(crossing.metric).name);
    rows.back()[1] = VerdictText(crossing);
  }
  return rows;
}

Cell LimitCell(const Limit& limit) {
  const std::optional<std::string> text = LimitText(limit);
  return text ? Cell(*text) : Cell();
}

}  // namespace costcheck
