#include "cli/sections.h"

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"

namespace costcheck {
namespace {

constexpr int kModelLayers = 32;
constexpr int kVocabulary = 32000;

Rational ValueAt(const Expr& cost, const Integer& length) {
  return Evaluate(cost, {{"T", Rational(length)}});
}

Cell Quotient(const Rational& numerator, const Rational& denominator) {
  return denominator == 0 ? Cell() : Cell(Rational(numerator / denominator));
}

/// Bytes that decoding one token reads within the core.
Expr DecodeBytesRead(const Subject& subject, Convention convention) {
  convention.scope = Scope::kCore;
  Settings settings = subject.settings.For(subject.component->parameters);
  settings.phase = Phase::kDecode;
  const Graph graph = BuildGraph(*subject.component, settings);
  const Cost cost = CountCost(graph, convention, Phase::kDecode, settings.causal);
  return Substitute(cost.read.value(), {{"p", settings.Get("p")}});
}

/// The subject as the attention of a whole model.
Subject InModel(const Subject& subject) {
  Subject model = subject;
  if (!model.settings.Has("L")) model.settings.Set("L", kModelLayers);
  if (!model.settings.Has("V")) model.settings.Set("V", kVocabulary);
  return model;
}

/// "4*d" where that is how the value came about, else the value.
std::string ValueText(const Settings& settings, std::string_view name) {
  const std::string definition = settings.DefinitionOf(name);
  return definition.empty() ? Print(settings.Get(name)) : definition;
}

}  // namespace

Table CrossoverSection(const std::vector<Crossing>& crossings,
                       const std::vector<Subject>& subjects) {
  COSTCHECK_CHECK(crossings.size() + 1 == subjects.size());
  Table table;
  table.title = "Where each one, as B, becomes cheaper than A = " + subjects[0].label;
  table.columns = {{"component", ""}};
  for (Column column : CrossingColumns(Symbol("T"))) {
    column.data_only = column.name != "verdict" && column.name != "closed_form" &&
                       column.name != "first_integer" && column.name != "cheaper_after";
    table.columns.push_back(std::move(column));
  }
  table.columns.push_back({"limit_ratio", "", "limit A/B"});
  for (std::size_t i = 0; i < crossings.size(); ++i) {
    if (const auto& end = crossings[i].found.complete_to) {
      table.notes.push_back("Changes of " + subjects[i + 1].label + " are listed up to T = " +
                            ToString(*end) + "; see costcheck crossover.");
    }
    for (std::vector<Cell> row : CrossingRows(crossings[i])) {
      row.insert(row.begin(), subjects[i + 1].label);
      row.push_back(LimitCell(crossings[i].found.limit));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table LeftOutSection(const std::vector<Subject>& subjects, const Counting& counting,
                     const Integer& length) {
  Table table;
  table.title = "Beside the products: elementwise operations of the component";
  table.columns = {{"component", ""},      {"T", "tokens"},       {"softmax", "element"},
                   {"special", "element"}, {"simple", "element"}, {"comparisons", "element"}};
  for (const Subject& subject : subjects) {
    if (subject.component == nullptr) continue;
    const bool causal = counting.causal && subject.component->has_causal_form;
    const Cost cost = CountCost(BuildGraph(*subject.component, subject.settings),
                                counting.convention, counting.phase, causal);
    std::vector<Cell> row = {subject.label, length};
    for (const Elements& count : {cost.softmax, cost.special, cost.simple, cost.comparisons}) {
      row.emplace_back(ValueAt(count.value(), length));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table KvCacheSection(const std::vector<Subject>& subjects, const Counting& counting,
                     const Integer& length) {
  Table table;
  table.title = "Decoding one token, attention core of one layer";
  table.columns = {{"component", ""},
                   {"T", "tokens"},
                   {"kv_cache_bytes", "byte", "held"},
                   {"bytes_read", "byte", "read"},
                   {"bytes_read_ratio", "ratio", "ratio"}};
  std::optional<Rational> first;
  for (const Subject& subject : subjects) {
    if (subject.component == nullptr) continue;
    const Rational held = ValueAt(CostOf(subject, counting, Metric::kKvCacheBytes), length);
    const Rational read = ValueAt(DecodeBytesRead(subject, counting.convention), length);
    if (!first) first = read;
    table.rows.push_back({subject.label, length, held, read, Quotient(*first, read)});
  }
  return table;
}

Table ModelSection(const std::vector<Subject>& subjects, const Counting& counting,
                   const std::vector<Integer>& lengths) {
  Table table;
  const Settings model_settings = InModel(subjects[0]).settings;
  table.title = "In a whole model of " + ValueText(model_settings, "L") +
                " layers, f = " + ValueText(model_settings, "f") +
                ", V = " + ValueText(model_settings, "V");
  table.columns = {{"component", ""},
                   {"T", "tokens"},
                   {"model_flops", "FLOP", "model"},
                   {"model_speedup", "ratio", "speedup"},
                   {"ceiling", "ratio", "if the core were free"}};
  Counting whole = counting;
  whole.convention.scope = Scope::kModel;
  Counting core = counting;
  core.convention.scope = Scope::kCore;
  const Expr first_model = CostOf(InModel(subjects[0]), whole, Metric::kFlops);
  const Expr first_core = CostOf(InModel(subjects[0]), core, Metric::kFlops);
  for (const Integer& length : lengths) {
    const Rational model = ValueAt(first_model, length);
    const Rational rest = model - ValueAt(first_core, length);
    for (const Subject& subject : subjects) {
      const Rational own = ValueAt(CostOf(InModel(subject), whole, Metric::kFlops), length);
      table.rows.push_back(
          {subject.label, length, own, Quotient(model, own), Quotient(model, rest)});
    }
  }
  return table;
}

}  // namespace costcheck
