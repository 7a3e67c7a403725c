#include <algorithm>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/crossing.h"
#include "cli/document.h"
#include "cli/file_output.h"
#include "cli/length_table.h"
#include "cli/lengths.h"
#include "cli/notes.h"
#include "cli/preset_table.h"
#include "cli/request_options.h"
#include "cli/sections.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/defaults.h"
#include "costmodel/query/place.h"
#include "costmodel/query/subject.h"
#include "tables/svg.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "table [OPTION]...",
    "A scaling table: the cost of variants at lengths, and their ratio to the first one.\n"
    "Alone: one causal layer with d = 4096, 32 heads, 64 to 128K tokens, with crossovers,\n"
    "the cache of a decoder and the ceiling in a whole model. What is not set is taken from\n"
    "this default, and named.",
    "  costcheck table\n"
    "  costcheck table --components full,\"sliding_window(W=1K)\" --lengths 1K..64K\n"
    "  costcheck table --components full,topk_mlp --set \"d=2*T,K=min(32,T/8),h=128\" \\\n"
    "      --metrics flops,parameters --format csv\n"
    "  costcheck table --preset seeds-flops\n"};

constexpr char kComponents[] = "full,sliding_window,topk_indexer,block_topk,topk_mlp";
constexpr char kLengths[] = "64..128K";
constexpr std::size_t kMostChanges = 20;  // of one pair: `crossover` lists them all
constexpr int kModelLengths[] = {8 << 10, 128 << 10};

OptionGroup TableOptions() {
  OptionGroup group("Table");
  auto add = group.add_options();
  add("components", TextValue("A,B,...")->default_value(kComponents),
      "components, with settings of their own as in topk_mlp(K=8), or expressions");
  add("lengths", TextValue("LENGTHS")->default_value(kLengths),
      "64..128K doubles, 1K,8K,128K is a list; K = 1024");
  add("metrics", TextValue("M,...")->default_value("flops"), "see costcheck list metrics");
  add("preset", TextValue("NAME"), "a published table, recomputed (costcheck list presets)");
  add("plot", TextValue("FILE.svg"), "the first metric as a chart");
  return group;
}

/// What a preset brings itself.
constexpr const char* kOwnOfPreset[] = {"components", "lengths", "metrics", "plot",  "set",
                                        "convention", "causal",  "count",   "scope", "phase"};

int RunPreset(const Options& options, const Output& output) {
  for (const char* name : kOwnOfPreset) {
    if (options.IsGiven(name)) {
      throw CostError(std::string("--") + name +
                      " does not go with --preset, which brings its own");
    }
  }
  Document document;
  document.main = PresetTable(At("--preset", [&] { return LoadPreset(options.Text("preset")); }));
  Print(document, output);
  return kExitHolds;
}

std::vector<Integer> Lengths(const Options& options, const Assignments& assignments) {
  if (!assignments.Has("T")) return ParseLengths(options.Text("lengths"));
  if (options.IsGiven("lengths")) throw CostError("T is set by --set and by --lengths");
  const std::optional<Rational> length = assignments.ValueOf("T").AsRational();
  if (!length) throw CostError("--set: T takes a number here, as it is what the rows are for");
  return {Numerator(*length)};
}

/// The chart of a scaling table, crossovers marked with their exact values.
std::string Plot(const Scaling& scaling, const std::vector<Crossing>& crossings,
                 const Table& table) {
  Chart chart = ChartOf(scaling);
  chart.title = table.title;
  chart.footnotes = {"Convention " + table.convention};
  for (std::size_t i = 0; i < crossings.size(); ++i) {
    for (const Change& change : crossings[i].found.changes) {
      if (change.first_integer < scaling.lengths.front()) continue;
      if (change.first_integer > scaling.lengths.back()) continue;
      const Expr cost = scaling.costs[0][i + 1];
      const Rational at = change.lower && change.lower == change.upper
                              ? *change.lower
                              : Rational(change.first_integer);
      chart.markers.push_back({ToDouble(at), ToDouble(Evaluate(cost, {{"T", at}})),
                               "T = " + change.closed_form.value_or(ToString(at))});
    }
  }
  return RenderSvg(chart);
}

/// Everything that the command computes.
class TableMaker {
 public:
  explicit TableMaker(const Options& options)
      : counting_(ParseCounting(options)),
        assignments_(ParseAssignments(options)),
        lengths_(Lengths(options, assignments_)),
        metrics_(ParseMetrics(options.Text("metrics"), "--metrics")),
        is_default_(!options.IsGiven("components")) {
    const auto given = At("--components", [&] {
      return ParseSubjects(options.Text("components"), assignments_, counting_);
    });
    if (given.empty() || metrics_.empty()) throw CostError("nothing is asked for");
    for (const Subject& subject : given) {
      subjects_.push_back(WithDefaults(subject, counting_, metrics_, {"T"}, taken_));
    }
  }

  Document Make() {
    scaling_ = ScaleOverLengths(subjects_, metrics_, lengths_, counting_);
    Document document;
    FillMain(document.main);
    if (subjects_.size() > 1 && !assignments_.Has("T")) {
      FindCrossings();
      document.more.emplace_back("crossovers", CrossoverSection(crossings_, subjects_));
    }
    if (is_default_) AddSections(document);
    document.main.notes = Notes();
    if (subjects_.size() > 1 && lengths_.size() > 1) {
      document.for_people = WideTables(*scaling_, document.main);
    }
    return document;
  }

  std::string Svg(const Table& main) const { return Plot(*scaling_, crossings_, main); }
  const std::vector<Subject>& subjects() const { return subjects_; }
  const Assignments& assignments() const { return assignments_; }

 private:
  void FillMain(Table& table) {
    table.command = "table";
    table.title = "Cost by length";
    Describe(counting_, table);
    FillRows(*scaling_, table);
  }

  void FindCrossings() {
    CrossoverOptions options;
    options.most_changes = kMostChanges;
    for (std::size_t i = 1; i < subjects_.size(); ++i) {
      crossings_.push_back(FindCrossing(subjects_[0], subjects_[i], counting_, metrics_[0],
                                        Symbol("T"), options, taken_));
    }
  }

  void AddSections(Document& document) const {
    const Integer longest = *std::max_element(lengths_.begin(), lengths_.end());
    document.more.emplace_back("left_out", LeftOutSection(subjects_, counting_, longest));
    document.more.emplace_back("kv_cache", KvCacheSection(subjects_, counting_, longest));
    document.more.emplace_back(
        "model_ceiling",
        ModelSection(subjects_, counting_, {std::begin(kModelLengths), std::end(kModelLengths)}));
  }

  std::vector<std::string> Notes() const {
    std::vector<std::string> notes = NotesOn(subjects_, counting_);
    for (const std::string& note : {NoteOnValues(subjects_), NoteOnTaken(taken_)}) {
      if (!note.empty()) notes.push_back(note);
    }
    return notes;
  }

  Counting counting_;
  Assignments assignments_;
  std::vector<Integer> lengths_;
  std::vector<Metric> metrics_;
  bool is_default_;
  std::vector<Taken> taken_;
  std::vector<Subject> subjects_;
  std::optional<Scaling> scaling_;
  std::vector<Crossing> crossings_;
};

}  // namespace

int RunTable(const std::vector<std::string>& arguments) {
  const auto options = ParseOptions(
      kUsage, {TableOptions(), SettingOptions(), CountingOptions(), OutputOptions()}, arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  if (options->Has("preset")) return RunPreset(*options, output);
  TableMaker maker(*options);
  const Document document = maker.Make();
  WarnOfUnused(maker.assignments(), maker.subjects(), output);
  if (options->Has("plot")) WriteFile(options->Text("plot"), maker.Svg(document.main));
  Print(document, output);
  return kExitHolds;
}

}  // namespace costcheck
