#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "cli/document.h"
#include "cli/request_options.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/assignments.h"
#include "costmodel/query/counting.h"
#include "costmodel/query/defaults.h"
#include "costmodel/query/place.h"
#include "costmodel/query/value.h"
#include "costmodel/query/words.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "check \"EXPR = VALUE [+- TOLERANCE]\" [OPTION]...",
    "Recomputes EXPR exactly and decides whether the claim holds: exit status 0 if so,\n"
    "1 if not. A call is the FLOPs of a component, full(T=8K), or another metric of it,\n"
    "full(T=8K,metric=parameters). What a call leaves open, but for T, is taken from the\n"
    "default table, and named. TOLERANCE is absolute or in percent of VALUE; without it\n"
    "the two must be equal. Also <, <=, > and >=.",
    "  costcheck check \"full(T=8K)/topk_mlp(T=8K,K=32) = 500 +- 1%\"\n"
    "  costcheck check --convention seeds --set d=1024,w=64 \"full(T=1K) = 2147.5e6 +- 0.05e6\"\n"
    "  costcheck check --convention seeds --set d=16384,H=128,h=128 \\\n"
    "      \"full(T=8K)/topk_mlp(T=8K,K=32) = 500 +- 1%\"\n"
    "  costcheck check \"banded(bands=[20:192,180:16],d=128,metric=parameters) < 200*128\"\n",
    1, 1};

/// Longer ones first: "<=" begins with "<".
constexpr std::array<std::string_view, 5> kRelations = {"<=", ">=", "=", "<", ">"};
constexpr std::array<std::string_view, 2> kPlusMinus = {"+-", "±"};

struct Claim {
  std::string expression;
  std::string relation;
  std::string value;
  std::string tolerance;  ///< "" if none is given
};

/// Splits at the first of `separators` that stands outside brackets.
template <std::size_t N>
std::optional<std::array<std::string_view, 3>> SplitAt(
    std::string_view text, const std::array<std::string_view, N>& separators) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(' || text[i] == '[') ++depth;
    if (text[i] == ')' || text[i] == ']') --depth;
    if (depth != 0) continue;
    for (const std::string_view separator : separators) {
      if (!text.substr(i).starts_with(separator)) continue;
      return {{text.substr(0, i), separator, text.substr(i + separator.size())}};
    }
  }
  return std::nullopt;
}

Claim ParseClaim(std::string_view text) {
  const auto sides = SplitAt(text, kRelations);
  if (!sides) {
    throw CostError("'" + std::string(text) + "' is no claim; write EXPR = VALUE +- TOLERANCE");
  }
  const auto& [expression, relation, right] = *sides;
  const auto parts = SplitAt(right, kPlusMinus);
  if (parts && relation != "=") {
    throw CostError("a tolerance goes with '=' alone, not with an inequality");
  }
  return {std::string(Trimmed(expression)), std::string(relation),
          std::string(Trimmed(parts ? (*parts)[0] : right)),
          std::string(parts ? Trimmed((*parts)[2]) : "")};
}

/// Reads numbers under the options of the command line.
using Reader = std::function<Rational(const std::string&)>;

Rational ToleranceOf(std::string text, const Rational& claimed, const Reader& value_of) {
  if (text.empty()) return 0;
  Rational unit = 1;
  if (text.back() == '%') {
    text.pop_back();
    unit = abs(claimed) / 100;
  }
  const Rational tolerance = value_of(text) * unit;
  if (tolerance < 0) throw CostError("the tolerance " + text + " is negative");
  return tolerance;
}

bool Holds(const std::string& relation, const Rational& difference, const Rational& tolerance) {
  if (relation == "<") return difference < 0;
  if (relation == "<=") return difference <= 0;
  if (relation == ">") return difference > 0;
  if (relation == ">=") return difference >= 0;
  return abs(difference) <= tolerance;
}

}  // namespace

int RunCheck(const std::vector<std::string>& arguments) {
  const auto options =
      ParseOptions(kUsage, {SettingOptions(), CountingOptions(), OutputOptions()}, arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  const Counting counting = ParseCounting(*options);
  const Assignments assignments = ParseAssignments(*options);
  std::vector<Taken> taken;
  const CostRule cost_of = [&](const Subject& subject, const Counting& counted, Metric metric) {
    return CostOf(WithDefaults(subject, counted, {metric}, {}, taken), counted, metric);
  };
  const Reader value_of = [&](const std::string& text) {
    return ValueOf(text, assignments, counting, cost_of);
  };
  const Claim claim = ParseClaim(options->positionals().front());
  const Rational recomputed = value_of(claim.expression);
  const Rational claimed = value_of(claim.value);
  const Rational tolerance = ToleranceOf(claim.tolerance, claimed, value_of);
  const Rational difference = recomputed - claimed;
  const bool holds = Holds(claim.relation, difference, tolerance);

  Document document;
  Table& table = document.main;
  table.command = "check";
  Describe(counting, table);
  table.columns = {{"expression", ""}, {"relation", ""},   {"claimed", ""}, {"tolerance", ""},
                   {"recomputed", ""}, {"difference", ""}, {"verdict", ""}};
  table.rows = {{claim.expression, claim.relation, claimed, tolerance, recomputed, difference,
                 std::string(holds ? "holds" : "fails")}};
  if (!taken.empty()) table.notes.push_back(NoteOnTaken(taken));
  Print(document, output);
  return holds ? kExitHolds : kExitFails;
}

}  // namespace costcheck
