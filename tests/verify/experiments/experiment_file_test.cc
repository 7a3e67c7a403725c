#include "verify/experiments/experiment_file.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/experiments/example.h"
#include "verify/corpora/categories.h"
#include "verify/experiments/check.h"
#include "verify/experiments/fields.h"

namespace costcheck {
namespace {

/// What is wrong with the example once `old` is replaced.
std::string Wrong(std::string_view old, std::string_view replacement) {
  return ErrorTextOf([&] { ParseExperiment("e.toml", Example(old, replacement)); });
}

TEST_CASE("a file's fields are the experiment's, and what it leaves out has its default") {
  const ExperimentSpec spec = ParseExperiment("e.toml", kExample);
  CHECK(spec.name == "E1");
  CHECK(spec.form == "corrected");
  CHECK(spec.seeds == 11);
  CHECK(spec.corpus.kind == CorpusKind::kZipf);
  CHECK(spec.corpus.types == 97);
  CHECK(spec.corpus.exponent == 1.1);
  CHECK(spec.batch.length == 13);
  CHECK(spec.target == Target::kNextToken);
  CHECK(spec.model.inner == 31);
  CHECK(spec.model.causal);
  CHECK(spec.model.initialization == Initialization::kGpt);
  CHECK(spec.training.beta2 == 0.999);
  CHECK(spec.evaluation.batches == 5);
  REQUIRE(spec.arms.size() == 2);
  CHECK(spec.arms[0].embedding == "full_table");
  CHECK(spec.arms[0].rates == std::vector<double>{1e-3, 3e-3});
  CHECK(spec.arms[1].widths == std::vector<std::int64_t>{29, 20, 11});
  REQUIRE(spec.arms[1].categories);
  CHECK(spec.arms[1].categories->rule.low == 0.8);
  REQUIRE(spec.decisions.size() == 1);
  CHECK(spec.decisions[0].tune == "validation_loss");
  CHECK_FALSE(spec.pipeline);
}

TEST_CASE("a key that is not known is an error at its line, with the nearest one") {
  CHECK(Wrong("steps_per_epoch = 7", "step_per_epoch = 7") ==
        "e.toml:30: 'step_per_epoch' is not a key here; did you mean 'steps_per_epoch'?");
  CHECK(Wrong("seeds = 11", "seed = 11") ==
        "e.toml:4: 'seed' is not a key here; did you mean 'seeds'?");
  CHECK(Wrong("relevant = 0.01", "relevent = 0.01") ==
        "e.toml:51: 'relevent' is not a key here; did you mean 'relevant'?");
  CHECK(Wrong("split = \"types\", high", "split = \"types\", hihg") ==
        "e.toml:44: 'hihg' is not a key here; did you mean 'high'?");
}

TEST_CASE("a key that is missing is an error at its table") {
  CHECK(Wrong("epochs = 4\n", "") == "e.toml:27: 'epochs' is missing");
  CHECK(Wrong("title = \"An example\"\n", "") == "e.toml: 'title' is missing");
  CHECK(Wrong("rates = [1e-3]\n", "") == "e.toml:40: 'rates' is missing");
}

TEST_CASE("a value of another type is an error at its line") {
  CHECK(Wrong("epochs = 4", "epochs = 4.5") == "e.toml:29: 'epochs' is a whole number");
  CHECK(Wrong("exponent = 1.1", "exponent = \"1.1\"") == "e.toml:9: 'exponent' is a number");
  CHECK(Wrong("rates = [1e-3, 3e-3]", "rates = 1e-3") == "e.toml:38: 'rates' is a list");
  CHECK(Wrong("heads = 5", "heads = 5\ncausal = 1") == "e.toml:24: 'causal' is true or false");
  CHECK(Wrong("widths = [29, 20, 11]", "widths = [29, 20.5, 11]") ==
        "e.toml:43: 'widths[1]' is a whole number");
}

TEST_CASE("a choice that there is not is an error with the nearest one") {
  CHECK(Wrong("kind = \"zipf\"", "kind = \"zip\"") ==
        "e.toml:7: 'zip' is none of zipf, markov, uniform, text; did you mean 'zipf'?");
}

TEST_CASE("a key that the other settings have no use for is an error") {
  CHECK(Wrong("types = 97", "types = 97\ndependence = 0.5") ==
        "e.toml:9: 'dependence' is of no use with the other settings");
  CHECK(Wrong("order = \"random\"", "order = \"random\"\nrow_step = 3") ==
        "e.toml:18: 'row_step' is of no use with the other settings");
}

TEST_CASE("what is no TOML is an error at its line") {
  const std::string text = Wrong("epochs = 4", "epochs = = 4");
  CHECK(text.rfind("e.toml:29: ", 0) == 0);
}

TEST_CASE("every built-in experiment can be read, and is named as its file") {
  const std::vector<std::string> names = ExperimentNames();
  CHECK(names.size() == 28);
  for (const std::string& name : names) {
    INFO(name);
    const ExperimentSpec spec = LoadExperiment(name);
    const std::string suffix = "-" + spec.form;
    CHECK((name == spec.name || name == spec.name + suffix));
    CHECK((name.find("-corrected") == std::string::npos || spec.form == "corrected"));
    if (spec.form == "corrected") CHECK(spec.reference_behaviours.empty());
  }
}

TEST_CASE("every experiment of the list is built in") {
  const std::vector<std::string> names = ExperimentNames();
  for (const char* name :
       {"B1", "B2-1000", "B2-5000", "B2-20000", "B2-50000", "B3", "B4", "B5", "B6", "B6c", "B7",
        "B7L", "B8-markov", "B8-moby-dick", "B8-kjv", "B9", "TS1", "TS2"}) {
    INFO(name);
    CHECK(std::find(names.begin(), names.end(), name) != names.end());
  }
}

TEST_CASE("an experiment is found by name or by path") {
  CHECK(LoadExperiment("B5").corpus.exponent == 1.4);
  CHECK(ErrorTextOf([] { LoadExperiment("B5-corected"); }) ==
        "'B5-corected' is not an experiment that is built in; did you mean 'B5-corrected'? (see "
        "costcheck list experiments; a file's name ends in .toml)");
  CHECK(ErrorTextOf([] { LoadExperiment("none/there.toml"); }) ==
        "cannot read 'none/there.toml': No such file or directory");
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/mine.toml";
  std::ofstream(path) << kExample;
  CHECK(LoadExperiment(path).name == "E1");
}

TEST_CASE("arms as described have the reference's bands") {
  for (const NamedBandRule& reference : kReferenceBandRules) {
    INFO(reference.name);
    int seen = 0;
    for (const std::string& name : ExperimentNames()) {
      const ExperimentSpec spec = LoadExperiment(name);
      const bool is_it =
          spec.name == reference.name || spec.name.rfind(std::string(reference.name) + "-", 0) == 0;
      if (!is_it || spec.form != "described") continue;
      ++seen;
      const BandRule& rule = spec.arms.at(1).categories.value().rule;
      CHECK(rule.split == reference.rule.split);
      CHECK(rule.high == reference.rule.high);
      CHECK(rule.low == reference.rule.low);
      CHECK(rule.ties == reference.rule.ties);
      CHECK(rule.unseen == reference.rule.unseen);
      CHECK(rule.overlap == reference.rule.overlap);
    }
    CHECK(seen == (reference.name == "B2" ? 4 : 1));
  }
}

template <class Spec>
void AddKeys(std::vector<std::string>& keys) {
  Spec spec{};
  VisitFields(spec, [&](const char* key, auto&, Need) { keys.emplace_back(key); });
}

TEST_CASE("every key and every reference behaviour is in the documents") {
  std::ifstream file("docs/experiment-files.md");
  const std::string document((std::istreambuf_iterator<char>(file)), {});
  std::vector<std::string> words;
  AddKeys<CorpusSpec>(words);
  AddKeys<BatchSpec>(words);
  AddKeys<ModelSpec>(words);
  AddKeys<TrainingSpec>(words);
  AddKeys<EvaluationSpec>(words);
  AddKeys<CategorySpec>(words);
  AddKeys<ArmSpec>(words);
  AddKeys<DecisionSpec>(words);
  AddKeys<PipelineSpec>(words);
  AddKeys<TimedShape>(words);
  AddKeys<TimingSpec>(words);
  AddKeys<ExperimentSpec>(words);
  for (const ReferenceBehaviour& behaviour : ReferenceBehaviours()) {
    words.emplace_back(behaviour.name);
  }
  for (const std::string& word : words) {
    INFO(word);
    const bool is_key = document.find("`" + word + "`") != std::string::npos;
    const bool is_table = document.find("[" + word + "]") != std::string::npos;
    CHECK((is_key || is_table));
  }
}

}  // namespace
}  // namespace costcheck
