#include "costmodel/embedding/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/embedding/band_tables.h"
#include "costmodel/embedding/components.h"
#include "costmodel/embedding/full_table.h"
#include "costmodel/operators/memory.h"

namespace costcheck {
namespace {

Rational Constant(const Expr& value, std::string_view what) {
  if (const std::optional<Rational> number = value.AsRational()) return *number;
  throw CostError(fmt::format("The {} of an embedding is {}: set '{}'.", what, Print(value),
                              SymbolsOf(value).begin()->name()));
}

Integer WholeNumber(const Expr& value, std::string_view what) {
  const Rational number = Constant(value, what);
  if (IsInteger(number)) return Numerator(number);
  throw CostError(
      fmt::format("The {} of an embedding is {}, no whole number.", what, ToString(number)));
}

bool HasParameter(const Component& component, std::string_view name) {
  return std::any_of(component.parameters.begin(), component.parameters.end(),
                     [&](const Parameter& parameter) { return parameter.name == name; });
}

/// Parameters by the first half of their tensors' names.
std::map<std::string, Integer> ParametersByOwner(const Graph& graph) {
  std::map<std::string, Integer> by_owner;
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.role != Role::kParameter || tensor.view_of) continue;
    by_owner[tensor.name.substr(0, tensor.name.find('.'))] +=
        WholeNumber(ElementsOf(tensor, PairRule::kUseful) * tensor.repeat, "size");
  }
  return by_owner;
}

/// The width of the owner's first table.
Integer WidthOf(const Graph& graph, const std::string& owner) {
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.role == Role::kParameter && tensor.name.starts_with(owner + ".")) {
      return WholeNumber(tensor.shape.back(), "width");
    }
  }
  CheckFailed("each band has a table", __FILE__, __LINE__);
}

/// One component at fixed settings, its bands told apart.
class Reporter {
 public:
  Reporter(const Component& component, const Settings& settings, const TokenLaw* law,
           const Convention& convention);

  EmbeddingReport Report();

 private:
  void FindMasses();
  Mass MassBetween(const Integer& first, const Integer& end) const;
  Graph GraphOfTokenIn(std::size_t band);
  Rational FlopsOf(const Graph& graph, Part part) const;
  std::vector<EmbeddingRow> Rows();
  void AddShared(const Graph& graph, std::vector<EmbeddingRow>& rows) const;
  Integer BaselineParameters() const;

  const Component& component_;
  Settings settings_;
  const TokenLaw* law_;
  Convention convention_;
  std::vector<Integer> types_;
  std::vector<Mass> masses_;
  Integer vocabulary_ = 0;
};

Reporter::Reporter(const Component& component, const Settings& settings, const TokenLaw* law,
                   const Convention& convention)
    : component_(component), settings_(settings), law_(law), convention_(convention) {
  convention_.scope = Scope::kModel;
  settings_.Set("T", 1);
  settings_.Set("B", 1);
  if (law_ && !settings_.Has("V")) settings_.Set("V", law_->types());
  settings_.bands = BandsOf(component_, settings_);
  FindMasses();
}

void Reporter::FindMasses() {
  for (const Band& band : settings_.bands) {
    types_.push_back(WholeNumber(band.types, "number of token types"));
    vocabulary_ += types_.back();
  }
  if (vocabulary_ == 0) throw CostError("The bands of an embedding hold no token types.");
  if (law_ && vocabulary_ < law_->types()) {
    throw CostError(fmt::format("The embedding holds {} token types, the token law {} ({}).",
                                ToString(vocabulary_), law_->types(), law_->description()));
  }
  Integer end = 0;
  for (const Integer& types : types_) {
    masses_.push_back(MassBetween(end, end + types));
    end += types;
  }
}

Mass Reporter::MassBetween(const Integer& first, const Integer& end) const {
  if (law_) return law_->MassOfFirst(end) - law_->MassOfFirst(first);
  return {Rational(end - first, vocabulary_)};
}

Graph Reporter::GraphOfTokenIn(std::size_t band) {
  settings_.band_tokens.assign(settings_.bands.size(), 0);
  settings_.band_tokens[band] = 1;
  return BuildGraph(component_, settings_);
}

Rational Reporter::FlopsOf(const Graph& graph, Part part) const {
  const auto by_part = FlopsByPart(graph, convention_, settings_.phase, false);
  const auto at = by_part.find(part);
  return at == by_part.end() ? Rational(0) : Constant(at->second.value(), "cost");
}

std::vector<EmbeddingRow> Reporter::Rows() {
  std::vector<EmbeddingRow> rows;
  const bool alone = types_.size() == 1;
  for (std::size_t i = 0; i < types_.size(); ++i) {
    const Graph graph = GraphOfTokenIn(i);
    const std::string name = alone ? "all" : fmt::format("band{}", i + 1);
    const Rational flops = FlopsOf(graph, Part::kEmbedding);
    rows.push_back({.name = name,
                    .types = types_[i],
                    .width = WidthOf(graph, name),
                    .parameters = ParametersByOwner(graph).at(name),
                    .mass = masses_[i],
                    .flops = flops,
                    .expected_flops = masses_[i] * flops});
  }
  AddShared(GraphOfTokenIn(0), rows);
  return rows;
}

/// What is no band's: its parameters, and the logits, which every token pays.
void Reporter::AddShared(const Graph& graph, std::vector<EmbeddingRow>& rows) const {
  auto parameters = ParametersByOwner(graph);
  const Rational logits = FlopsOf(graph, Part::kLogits);
  for (const std::string name : {"shared", "output"}) {
    const Rational flops = name == "output" ? logits : Rational(0);
    if (parameters[name] == 0 && flops == 0) continue;
    rows.push_back({.name = name,
                    .types = {},
                    .width = {},
                    .parameters = parameters[name],
                    .mass = {Rational(1)},
                    .flops = flops,
                    .expected_flops = {flops}});
  }
}

Integer Reporter::BaselineParameters() const {
  Settings full = settings_;
  full.Set("V", vocabulary_);
  return WholeNumber(CountParameters(BuildGraph(kFullTable, full)).value(), "full table");
}

EmbeddingRow Total(const std::vector<EmbeddingRow>& rows) {
  EmbeddingRow total{.name = "total",
                     .types = Integer(0),
                     .width = {},
                     .parameters = 0,
                     .mass = {Rational(1)},
                     .flops = 0,
                     .expected_flops = {}};
  for (const EmbeddingRow& row : rows) {
    if (row.types) *total.types += *row.types;
    total.parameters += row.parameters;
    total.expected_flops = total.expected_flops + row.expected_flops;
  }
  return total;
}

EmbeddingReport Reporter::Report() {
  EmbeddingReport report;
  report.rows = Rows();
  report.total = Total(report.rows);
  report.baseline_parameters = BaselineParameters();
  report.ratio = Rational(report.total.parameters, report.baseline_parameters);
  report.assumptions = GraphOfTokenIn(0).assumptions;
  if (!law_ && types_.size() > 1) {
    report.assumptions.push_back(kTokensByTypes);
  }
  if (HasParameter(component_, "folded")) settings_.Set("folded", 1);
  const EmbeddingRow folded = Total(Rows());
  report.folded_parameters = folded.parameters;
  report.folded_flops = folded.expected_flops;
  return report;
}

}  // namespace

EmbeddingReport ReportEmbedding(const Component& component, const Settings& settings,
                                const TokenLaw* law, const Convention& convention) {
  return Reporter(component, settings, law, convention).Report();
}

std::optional<Integer> BreakEvenVocabulary(const Component& component, const Settings& settings) {
  constexpr int kStep = 10'000;  // shares of V are whole at its multiples
  const Symbol vocabulary("V");
  Settings free = settings.For(component.parameters);
  free.Set("V", vocabulary);
  free.Set("logits", 0);
  const Expr excess =
      CountParameters(BuildGraph(component, free)).value() - Expr(vocabulary) * free.Get("d");
  const auto terms =
      CoefficientsIn(Substitute(excess, {{"V", kStep * Expr(vocabulary)}}), vocabulary);
  if (!terms || (!terms->empty() && (terms->begin()->first < 0 || terms->rbegin()->first > 1))) {
    throw CostError(fmt::format("{} has no single break-even vocabulary: {} is not linear in V.",
                                component.title, Print(excess)));
  }
  const auto term = [&](int exponent) {
    const auto at = terms->find(exponent);
    return at == terms->end() ? Rational(0) : Constant(at->second, "number of parameters");
  };
  const Rational fixed = term(0), slope = term(1) / kStep;
  if (slope >= 0) return slope == 0 && fixed <= 0 ? std::optional<Integer>(1) : std::nullopt;
  return std::max(Integer(1), Ceil(fixed / -slope));
}

}  // namespace costcheck
