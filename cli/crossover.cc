#include "costmodel/crossover/crossover.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/crossing.h"
#include "cli/document.h"
#include "cli/lengths.h"
#include "cli/notes.h"
#include "cli/request_options.h"
#include "costmodel/algebra/error.h"
#include "costmodel/crossover/inverse.h"
#include "costmodel/query/defaults.h"
#include "costmodel/query/names.h"
#include "costmodel/query/place.h"
#include "costmodel/query/subject.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "crossover A B [OPTION]...",
    "Where B becomes strictly cheaper than A as one symbol grows, exactly: closed form, first\n"
    "integer, every further change, and the limit of A / B. With --ratio R: the largest value\n"
    "of the free symbol at which A / B is still R or more.",
    "  costcheck crossover full sliding_window --set W=4096\n"
    "  costcheck crossover full \"topk_mlp(sparse_heads=1,exact_heads=0)\" --convention seeds \\\n"
    "      --set w=64,h=128,K=8 --metric flops\n"
    "  costcheck crossover full sliding_window --free W --ratio 500 --set T=128K\n",
    2, 2};

constexpr Metric kSideBySide[] = {Metric::kFlops, Metric::kBytesMoved, Metric::kKeptBytes,
                                  Metric::kParameters};

OptionGroup OwnOptions() {
  OptionGroup group("Crossover");
  auto add = group.add_options();
  add("free", TextValue("SYMBOL")->default_value("T"), "the symbol that grows");
  add("metric", TextValue("M,..."), "by default flops, bytes_moved, kept_bytes and parameters");
  add("from", TextValue("N")->default_value("1"), "the first value of the free symbol");
  add("to", TextValue("N"), "the last one; without it there is no end");
  add("ratio", TextValue("R"), "ask for the largest value with A / B >= R");
  return group;
}

/// What the command line asks.
struct Question {
  Counting counting;
  Assignments assignments;
  Symbol x;
  CrossoverOptions range;
  std::vector<Metric> metrics;
  std::vector<Subject> subjects;  ///< A, then B; x is free in both
};

CrossoverOptions ParseRange(const Options& options) {
  CrossoverOptions range;
  range.from = ParseLength(options.Text("from"), "--from");
  if (const auto to = options.Find("to")) range.to = ParseLength(*to, "--to");
  if (range.to && *range.to < range.from) throw CostError("--to lies before --from");
  return range;
}

std::vector<Metric> MetricsOf(const Options& options, const std::vector<Subject>& subjects) {
  if (const auto metrics = options.Find("metric")) return ParseMetrics(*metrics, "--metric");
  for (const Subject& subject : subjects) {
    if (subject.component == nullptr) return {Metric::kFlops};
  }
  return {std::begin(kSideBySide), std::end(kSideBySide)};
}

Question ParseQuestion(const Options& options) {
  const Counting counting = ParseCounting(options);
  const Assignments assignments = ParseAssignments(options);
  const std::string& free = options.Text("free");
  Question question{
      counting, assignments, At("--free", [&] { return SymbolNamed(free); }), ParseRange(options),
      {},       {}};
  if (assignments.Has(free)) throw CostError("'" + free + "' is set, and cannot be --free as well");
  for (const std::string& text : options.positionals()) {
    Subject subject = ParseSubject(text, assignments, counting);
    if (!subject.settings.Has(free)) subject.settings.Set(free, question.x);
    question.subjects.push_back(std::move(subject));
  }
  question.metrics = MetricsOf(options, question.subjects);
  return question;
}

/// The least of the ends up to which the answers are complete.
Cell CompleteTo(const std::vector<Crossing>& crossings, const CrossoverOptions& range) {
  std::optional<Integer> least = range.to;
  for (const Crossing& crossing : crossings) {
    const std::optional<Integer>& end = crossing.found.complete_to;
    if (end && (!least || *end < *least)) least = end;
  }
  return least ? Cell(*least) : Cell(std::string("infinity"));
}

void AddExtras(const std::vector<Crossing>& crossings, const CrossoverOptions& range,
               Table& table) {
  Fields limits;
  std::optional<Integer> period;
  for (const Crossing& crossing : crossings) {
    limits.emplace_back(InfoOf(crossing.metric).name, LimitCell(crossing.found.limit));
    if (crossing.found.verdict != Verdict::kOscillates) continue;
    period = period ? Lcm(*period, crossing.found.period) : crossing.found.period;
  }
  table.extras.emplace_back("limit_ratio", std::move(limits));
  table.extras.emplace_back("complete_to", Value(CompleteTo(crossings, range)));
  if (period) table.extras.emplace_back("period", Value(Cell(*period)));
}

/// Why nothing changes, in a sentence.
std::string Reason(const Crossing& crossing, const Question& question) {
  const Crossovers& found = crossing.found;
  const std::string metric(InfoOf(crossing.metric).name);
  const std::string& x = question.x.name();
  if (found.identical) return metric + ": A and B cost the same at every " + x + ".";
  const std::string limit = LimitText(found.limit).value_or("no limit");
  if (found.verdict == Verdict::kNever) {
    return fmt::format("{}: B is cheaper at no {}; A / B tends to {}.", metric, x, limit);
  }
  if (found.verdict == Verdict::kAlways) {
    return fmt::format("{}: B is nowhere dearer; A / B tends to {}.", metric, limit);
  }
  return "";
}

void AddNotes(const Question& question, const std::vector<Taken>& taken, Table& table) {
  const std::vector<std::string> notes = NotesOn(question.subjects, question.counting);
  table.notes.insert(table.notes.end(), notes.begin(), notes.end());
  for (const std::string& note : {NoteOnValues(question.subjects), NoteOnTaken(taken)}) {
    if (!note.empty()) table.notes.push_back(note);
  }
}

Table FindAll(const Question& question) {
  Table table;
  table.columns = CrossingColumns(question.x);
  std::vector<Taken> taken;
  std::vector<Crossing> crossings;
  for (const Metric metric : question.metrics) {
    crossings.push_back(FindCrossing(question.subjects[0], question.subjects[1], question.counting,
                                     metric, question.x, question.range, taken));
    for (std::vector<Cell>& row : CrossingRows(crossings.back())) {
      table.rows.push_back(std::move(row));
    }
    const std::string reason = Reason(crossings.back(), question);
    if (!reason.empty()) table.notes.push_back(reason);
  }
  AddExtras(crossings, question.range, table);
  AddNotes(question, taken, table);
  return table;
}

Cell OrNull(const std::optional<Rational>& value) { return value ? Cell(*value) : Cell(); }

Table FindLargest(const Question& question, const Rational& ratio) {
  Table table;
  table.columns = {{"metric", ""},
                   {"largest", "", "largest " + question.x.name()},
                   {"ratio_there", "ratio"},
                   {"ratio_after", "ratio"}};
  std::vector<Taken> taken;
  const std::vector<std::string> free = {question.x.name()};
  for (const Metric metric : question.metrics) {
    std::vector<Expr> costs;
    for (const Subject& subject : question.subjects) {
      const Subject filled = WithDefaults(subject, question.counting, {metric}, free, taken);
      costs.push_back(CostOf(filled, question.counting, metric));
    }
    const LargestAnswer answer =
        LargestWithRatio(costs[0], costs[1], question.x, ratio, question.range);
    Cell largest = answer.largest ? Cell(*answer.largest) : Cell();
    if (answer.forever) largest = std::string("infinity");
    table.rows.push_back({std::string(InfoOf(metric).name), largest, OrNull(answer.ratio_there),
                          OrNull(answer.ratio_after)});
  }
  AddNotes(question, taken, table);
  return table;
}

Rational ParseRatioOption(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto numerator = ParseNumber(text.substr(0, slash));
  const auto denominator =
      slash == std::string::npos ? std::optional(Rational(1)) : ParseNumber(text.substr(slash + 1));
  if (!numerator || !denominator || *denominator <= 0 || *numerator <= 0) {
    throw CostError("--ratio: '" + text + "' is not a positive number");
  }
  return *numerator / *denominator;
}

}  // namespace

int RunCrossover(const std::vector<std::string>& arguments) {
  const auto options = ParseOptions(
      kUsage, {OwnOptions(), SettingOptions(), CountingOptions(), OutputOptions()}, arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  const Question question = ParseQuestion(*options);
  const auto ratio = options->Find("ratio");
  Document document;
  Table& table = document.main;
  table = ratio ? FindLargest(question, ParseRatioOption(*ratio)) : FindAll(question);
  table.command = "crossover";
  table.title = "A = " + question.subjects[0].label + ", B = " + question.subjects[1].label +
                (ratio ? ": where A / B >= " + *ratio : ": where B becomes cheaper");
  Describe(question.counting, table);
  WarnOfUnused(question.assignments, question.subjects, output);
  Print(document, output);
  return kExitHolds;
}

}  // namespace costcheck
