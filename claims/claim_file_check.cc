#include "claims/claim_file_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "claims/claim_file_number.h"
#include "claims/experiment_predicate.h"
#include "claims/relation.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr long long kMostTypes = 1'000'000'000'000;

/// A number that expressions may be made of: "1/32", "0.5", within [least, most].
std::string ReadFraction(const ClaimTable& table, std::string_view key, const Rational& least,
                         const Rational& most) {
  const std::string text = table.Text(key);
  const std::optional<Rational> value = ParseNumber(text);
  if (value && *value >= least && *value <= most) return text;
  FailAt(table.Place(key), fmt::format("'{}' is not a number from {} to {}, such as \"1/2\"", key,
                                       ToString(least), ToString(most)));
}

void ReadRequires(const ClaimTable& table, ClaimCheck& check) {
  table.AllowOnly({"requires", "because"});
  check.expression = table.Text("requires");
  At(PlaceText(table.Place("requires")), [&] { return ParseRelation(check.expression); });
}

void ReadSame(const ClaimTable& table, ClaimCheck& check) {
  table.AllowOnly({"same", "words", "because"});
  check.fact = table.Text("same");
  check.words = table.Text("words");
}

void ReadGrowth(const ClaimTable& table, ClaimCheck& check) {
  table.AllowOnly({"growth", "in", "power", "because"});
  check.expression = table.Text("growth");
  check.symbol = ReadFreeSymbol(table, "in");
  check.power = ReadFraction(table, "power", 0, 100);
}

void ReadEntropy(const ClaimTable& table, ClaimCheck& check) {
  table.AllowOnly({"entropy", "exponent", "types", "share", "because"});
  check.expression = table.Text("entropy");
  check.exponent = table.Real("exponent", 0, kInfinity);
  check.types = table.Whole("types", 1, kMostTypes);
  if (table.Has("share")) check.share = ReadFraction(table, "share", 0, 1);
}

void ReadAmdahl(const ClaimTable& table, ClaimCheck& check) {
  table.AllowOnly({"amdahl", "part", "whole", "because"});
  check.expression = table.Text("amdahl");
  check.part = table.Text("part");
  check.whole = table.Text("whole");
}

void ReadLimit(const ClaimTable& table, ClaimCheck& check) {
  table.AllowOnly({"limit", "numerator", "denominator", "in", "because"});
  check.expression = table.Text("limit");
  check.numerator = table.Text("numerator");
  check.denominator = table.Text("denominator");
  check.symbol = ReadFreeSymbol(table, "in");
}

void CheckExperiment(const ClaimTable& table, const ClaimExperiment& experiment) {
  if (experiment.form != "described" && experiment.form != "corrected") {
    FailAt(table.Place("form"),
           fmt::format("the form '{}' is neither described nor corrected", experiment.form));
  }
  const ExperimentPredicate predicate =
      At(PlaceText(table.Place("predicate")), [&] { return ParsePredicate(experiment.predicate); });
  const bool needs_baseline = NeedsBaseline(predicate.quantity);
  if (needs_baseline == experiment.baseline.empty()) {
    FailAt(table.Place(), fmt::format("the predicate '{}' {} a baseline", experiment.predicate,
                                      needs_baseline ? "needs" : "has no use for"));
  }
}

void ReadExperiment(const ClaimTable& table, ClaimCheck& check) {
  table.AllowOnly(
      {"experiment", "form", "metric", "arm", "baseline", "predicate", "tune", "level", "because"});
  ClaimExperiment& experiment = check.experiment;
  experiment.name = table.Text("experiment");
  experiment.form = table.Text("form");
  experiment.metric = table.Text("metric");
  experiment.arm = table.Text("arm");
  experiment.baseline = table.TextIfAny("baseline");
  experiment.predicate = table.Text("predicate");
  experiment.tune = table.TextIfAny("tune");
  if (table.Has("level")) experiment.level = table.Real("level", 0, 1);
  CheckExperiment(table, experiment);
}

struct Kind {
  std::string_view key;
  std::string_view what;  ///< for errors
  CheckKind kind;
  void (*read)(const ClaimTable& table, ClaimCheck& check);
};

constexpr std::array<Kind, 7> kKinds = {{
    {"requires", "a check with 'requires'", CheckKind::kRequires, ReadRequires},
    {"same", "a check with 'same'", CheckKind::kSame, ReadSame},
    {"growth", "a check with 'growth'", CheckKind::kGrowth, ReadGrowth},
    {"entropy", "a check with 'entropy'", CheckKind::kEntropy, ReadEntropy},
    {"amdahl", "a check with 'amdahl'", CheckKind::kAmdahl, ReadAmdahl},
    {"limit", "a check with 'limit'", CheckKind::kLimit, ReadLimit},
    {"experiment", "a check with 'experiment'", CheckKind::kExperiment, ReadExperiment},
}};

/// Of a check of no kind: which key may be one that is misspelt.
[[noreturn]] void FailKind(const ClaimTable& table) {
  std::vector<std::string> kinds;
  for (const Kind& kind : kKinds) kinds.emplace_back(kind.key);
  std::string hint;
  for (const std::string& key : table.Keys()) {
    if (hint.empty()) hint = DidYouMean(key, kinds);
  }
  FailAt(table.Place(), fmt::format("a check has none of {}{}", fmt::join(kinds, ", "), hint));
}

const Kind& KindOf(const ClaimTable& table) {
  const Kind* found = nullptr;
  for (const Kind& kind : kKinds) {
    if (!table.Has(kind.key)) continue;
    if (found != nullptr) {
      FailAt(table.Place(kind.key),
             fmt::format("a check is of one kind, not both '{}' and '{}'", found->key, kind.key));
    }
    found = &kind;
  }
  if (found == nullptr) FailKind(table);
  return *found;
}

}  // namespace

ClaimCheck ReadClaimCheck(const ClaimTable& table) {
  const Kind& kind = KindOf(table);
  ClaimCheck check;
  check.kind = kind.kind;
  check.place = table.Place();
  check.because = table.TextIfAny("because");
  kind.read(table.Called(kind.what), check);
  return check;
}

}  // namespace costcheck
