#include <fmt/format.h>

#include <string>

#include "cli/command.h"
#include "cli/document.h"
#include "cli/file_output.h"
#include "cli/notes.h"
#include "cli/request_options.h"
#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/query/defaults.h"
#include "costmodel/query/subject.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "formula NAME [OPTION]...",
    "The exact cost of a component (or of an expression in symbols), as text, LaTeX and C.\n"
    "Symbols that are not set stay open. --format latex prints the formula as mathematics.",
    "  costcheck formula full\n"
    "  costcheck formula sliding_window --set W=4096 --metric flops,kv_cache_bytes\n"
    "  costcheck formula \"topk_mlp(K=8,h=128)\" --convention seeds --format latex\n",
    1, 1};

struct Formula {
  Metric metric;
  Expr expr;
};

Table Data(const std::vector<Formula>& formulas) {
  Table table;
  table.columns = {{"metric", ""}, {"text", ""}, {"latex", ""}, {"c", ""}, {"unit", ""}};
  for (const auto& [metric, expr] : formulas) {
    const MetricInfo& info = InfoOf(metric);
    table.rows.push_back({std::string(info.name), Print(expr, Notation::kText),
                          Print(expr, Notation::kLatex), Print(expr, Notation::kC),
                          std::string(info.unit)});
  }
  return table;
}

/// A row a notation: side by side they would not fit a page.
Table ForPeople(const std::vector<Formula>& formulas) {
  Table table;
  table.columns = {{"metric", ""}, {"notation", ""}, {"formula", ""}};
  for (const auto& [metric, expr] : formulas) {
    const std::string name(InfoOf(metric).name);
    table.rows.push_back({name, std::string("text"), Print(expr, Notation::kText)});
    table.rows.push_back({name, std::string("LaTeX"), Print(expr, Notation::kLatex)});
    table.rows.push_back({name, std::string("C"), Print(expr, Notation::kC)});
  }
  return table;
}

/// The formulas as mathematics, with the convention and notes as comments.
std::string AsLatex(const std::vector<Formula>& formulas, const Table& described) {
  std::string text = fmt::format("% {}\n% Convention {}\n", described.title, described.convention);
  for (const std::string& note : described.notes) text += "% " + note + "\n";
  text += "\\begin{align*}\n";
  for (std::size_t i = 0; i < formulas.size(); ++i) {
    std::string name;
    for (const char c : InfoOf(formulas[i].metric).name)
      name += c == '_' ? "\\ " : std::string(1, c);
    text += fmt::format("  \\text{{{}}} &= {}{}\n", name, Print(formulas[i].expr, Notation::kLatex),
                        i + 1 < formulas.size() ? " \\\\" : "");
  }
  return text + "\\end{align*}\n";
}

}  // namespace

int RunFormula(const std::vector<std::string>& arguments) {
  OptionGroup own("Formula");
  own.add_options()("metric", TextValue("M,...")->default_value("flops"),
                    "what is asked for (costcheck list metrics)");
  const auto options =
      ParseOptions(kUsage, {own, SettingOptions(), CountingOptions(), OutputOptions()}, arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  const Counting counting = ParseCounting(*options);
  const Assignments assignments = ParseAssignments(*options);
  const Subject subject = ParseSubject(options->positionals().front(), assignments, counting);
  std::vector<Formula> formulas;
  for (const Metric metric : ParseMetrics(options->Text("metric"), "--metric")) {
    formulas.push_back({metric, CostOf(subject, counting, metric)});
  }

  const bool is_data = output.format == Format::kJson || output.format == Format::kCsv;
  Document document;
  document.main = is_data ? Data(formulas) : ForPeople(formulas);
  document.main.command = "formula";
  document.main.title = "Cost of " + subject.label;
  Describe(counting, document.main);
  document.main.notes = NotesOn({subject}, counting);
  const std::string values = NoteOnValues({subject});
  if (!values.empty()) document.main.notes.push_back(values);
  WarnOfUnused(assignments, {subject}, output);
  if (output.format == Format::kLatex) {
    Deliver(AsLatex(formulas, document.main), output);
  } else {
    Print(document, output);
  }
  return kExitHolds;
}

}  // namespace costcheck
