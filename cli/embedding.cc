#include <algorithm>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/document.h"
#include "cli/notes.h"
#include "cli/request_options.h"
#include "costmodel/algebra/error.h"
#include "costmodel/embedding/report.h"
#include "costmodel/query/defaults.h"
#include "costmodel/query/place.h"
#include "costmodel/query/subject.h"
#include "evidence/files.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "embedding NAME [OPTION]...",
    "Parameters of an embedding band by band, and the FLOPs that a token is expected to\n"
    "take: exact under counted tokens, a real number under Zipf's law, and by share of token\n"
    "types without either.",
    "  costcheck embedding banded --set V=200,d=128 --bands 45:160,87:128,68:51\n"
    "  costcheck embedding banded --set V=1000,d=128 --bands types=10/70/20:179,128,76 --zipf 1.2\n"
    "  costcheck embedding factorized --set V=32000,d=4096,E=128\n",
    1, 1};

OptionGroup OwnOptions() {
  OptionGroup group("Embedding");
  auto add = group.add_options();
  add("bands", TextValue("BANDS"),
      "TYPES:WIDTH,TYPES:WIDTH@ROWS,..., types=20/60/20:W1,W2,W3 or mass=80/15/5:W1,W2,W3");
  add("counts", TextValue("FILE"), "how often each token occurs, a line each");
  add("zipf", TextValue("S"), "token frequencies by Zipf's law with exponent S");
  return group;
}

/// The exact digits of a number as a double: Zipf's masses are irrational anyway.
double ParseExponent(const std::string& text) {
  const std::optional<Rational> value = ParseNumber(text);
  if (!value) throw CostError("--zipf: '" + text + "' is not a number");
  return ToDouble(*value);
}

constexpr int kVocabulary = 32000;  // where neither V nor a counts file tells

std::optional<TokenLaw> LawOf(const Options& options, const Assignments& assignments) {
  const auto counts = options.Find("counts");
  const auto zipf = options.Find("zipf");
  if (counts && zipf) throw CostError("--counts and --zipf exclude each other");
  if (counts) return TokenLaw::FromCounts(ParseCounts(ReadWholeFile(*counts), *counts));
  if (!zipf) return std::nullopt;
  const Expr types = assignments.Has("V") ? assignments.ValueOf("V") : Expr(kVocabulary);
  const std::optional<Rational> number = types.AsRational();
  const std::optional<std::int64_t> count =
      number ? ToInt64(Numerator(*number)) : std::optional<std::int64_t>();
  if (!count) throw CostError("--zipf needs a number of token types: --set V=NUMBER");
  return At("--zipf", [&] { return TokenLaw::Zipf(ParseExponent(*zipf), *count); });
}

Cell MassCell(const Mass& mass) {
  return std::visit([](const auto& value) { return Cell(value); }, mass.value);
}

Cell OrNull(const std::optional<Integer>& value) { return value ? Cell(*value) : Cell(); }

std::vector<Cell> Row(const EmbeddingRow& row, const std::string& name) {
  return {name,           OrNull(row.types),  OrNull(row.width),
          row.parameters, MassCell(row.mass), MassCell(row.expected_flops)};
}

Table Report(const EmbeddingReport& report) {
  Table table;
  const NumberStyle plain = NumberStyle::kPlain;
  table.columns = {{"band", ""},
                   {"tokens", "type", "tokens", plain},
                   {"width", "element", "", plain},
                   {"parameters", "parameter", "", plain},
                   {"mass", "", "share of tokens", plain},
                   {"expected_flops", "FLOP", "expected", plain}};
  for (const EmbeddingRow& row : report.rows) table.rows.push_back(Row(row, row.name));
  table.rows.push_back(Row(report.total, "total"));
  table.extras = {{"baseline_parameters", Value(Cell(report.baseline_parameters))},
                  {"ratio", Value(Cell(report.ratio))},
                  {"folded_parameters", Value(Cell(report.folded_parameters))},
                  {"folded_flops", Value(MassCell(report.folded_flops))}};
  for (const std::string& assumption : report.assumptions) {
    table.notes.push_back("Assumed: " + assumption + ".");
  }
  return table;
}

Subject ParseEmbedding(const std::string& name, const Assignments& assignments,
                       const Counting& counting, const TokenLaw* law) {
  const Subject subject = ParseSubject(name, assignments, counting, law);
  const bool is_embedding =
      subject.component != nullptr && subject.component->family == Family::kEmbedding;
  if (is_embedding) return subject;
  std::vector<std::string> names;
  for (const Component* component : Components()) {
    if (component->family == Family::kEmbedding) names.emplace_back(component->name);
  }
  throw CostError("'" + name + "' is not an embedding" + DidYouMean(name, names));
}

/// The vocabulary from which on the embedding is no larger than a full table; null
/// where there is none, or where bands are given in other ways than by shares of V.
Cell BreakEven(const std::string& name, const Assignments& assignments, const Counting& counting,
               const Settings& filled) try {
  const Assignments open = assignments.With({{"V", "V"}}, name);
  Subject subject = ParseSubject(name, open, counting);
  subject.settings.Set("d", filled.Get("d"));
  const std::vector<Band>& bands = subject.settings.bands;
  const bool grow = std::any_of(bands.begin(), bands.end(), [](const Band& band) {
    return DependsOn(band.types, Symbol("V"));
  });
  if (!bands.empty() && !grow) return Cell();
  return OrNull(BreakEvenVocabulary(*subject.component, subject.settings));
} catch (const CostError&) {
  return Cell();
}

}  // namespace

int RunEmbedding(const std::vector<std::string>& arguments) {
  const auto options = ParseOptions(
      kUsage, {OwnOptions(), SettingOptions(), CountingOptions(), OutputOptions()}, arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  const Counting counting = ParseCounting(*options);
  Assignments assignments = ParseAssignments(*options);
  if (const auto bands = options->Find("bands")) {
    assignments.Add("bands=[" + *bands + "]", "--bands");
  }
  const std::optional<TokenLaw> law = LawOf(*options, assignments);
  const TokenLaw* law_or_null = law ? &*law : nullptr;
  const std::string& name = options->positionals().front();
  Subject subject = ParseEmbedding(name, assignments, counting, law_or_null);
  if (law && !subject.settings.Has("V")) subject.settings.Set("V", law->types());
  std::vector<Taken> taken;
  subject = WithDefaults(subject, counting, {Metric::kParameters, Metric::kFlops}, {"T"}, taken);

  Document document;
  Table& table = document.main;
  table = Report(
      ReportEmbedding(*subject.component, subject.settings, law_or_null, counting.convention));
  table.command = "embedding";
  table.extras.emplace_back("break_even_vocabulary",
                            Value(BreakEven(name, assignments, counting, subject.settings)));
  table.title = subject.label + (law ? ", tokens by " + law->description() : "");
  Describe(counting, table);
  for (const std::string& note : {NoteOnValues({subject}), NoteOnTaken(taken)}) {
    if (!note.empty()) table.notes.push_back(note);
  }
  WarnOfUnused(assignments, {subject}, output);
  Print(document, output);
  return kExitHolds;
}

}  // namespace costcheck
