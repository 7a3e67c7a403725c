#include "verify/experiments/parameters.h"

#include <cmath>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/experiments/example.h"
#include "verify/experiments/check_arms.h"
#include "verify/experiments/experiment_file.h"

namespace costcheck {
namespace {

Integer Parameters(const std::string& experiment, const std::string& arm) {
  const ExperimentSpec spec = LoadExperiment(experiment);
  return ModelParameters(spec, *FindArm(spec, arm));
}

Integer Embedding(const std::string& experiment, const std::string& arm) {
  const ExperimentSpec spec = LoadExperiment(experiment);
  return EmbeddingParameters(spec, *FindArm(spec, arm));
}

TEST_CASE("the arms as described have the published numbers of parameters") {
  CHECK(Parameters("B1", "full") == 46372);
  CHECK(Parameters("B1", "banded") == 67492);
  for (const char* name : {"B2-1000", "B2-5000", "B2-20000", "B2-50000"}) {
    CHECK(Parameters(name, "full") == 51656);
    CHECK(Parameters(name, "banded") == 135624);
  }
  CHECK(Embedding("B3", "full") == 25600);
  CHECK(Embedding("B4", "full") == 25600);
  CHECK(Embedding("B4", "banded") == 30464);
  CHECK(Parameters("B5", "full") == 25800);
  CHECK(Parameters("B5", "banded") == 63944);
  for (const char* name : {"B6", "B6c"}) {
    CHECK(Parameters(name, "full") == 1054440);
    CHECK(Parameters(name, "banded") == 1081780);
  }
}

TEST_CASE("split as documented, the 700-epoch embedding has the published 1.253 times as many") {
  CHECK(Embedding("B6-corrected", "banded") == 160440);
}

// The bands of B3 are drawn; 45, 87 and 68 types are the draw that has the published number.
TEST_CASE("B3's embedding has the published number for the bands that were drawn") {
  ExperimentSpec spec = LoadExperiment("B3");
  ArmSpec& banded = spec.arms[1];
  banded.categories->rule = {BandSplit::kCounts, 45, 68};
  CHECK(ExpectedBands(spec, banded) == std::vector<std::int64_t>{45, 87, 68});
  CHECK(EmbeddingParameters(spec, banded) == 48812);
}

// By Zipf's law with s = 1.1 and V = 200, 0.8 and 0.95 of the mass are reached near there.
TEST_CASE("bands by occurrences are those of the expected counts") {
  const ExperimentSpec spec = LoadExperiment("B3");
  const std::vector<std::int64_t> bands = ExpectedBands(spec, spec.arms[1]);
  double sum = 0;
  std::vector<double> before;
  for (int rank = 1; rank <= 200; ++rank) {
    before.push_back(sum);
    sum += std::pow(rank, -1.1);
  }
  std::int64_t high = 0, mid = 0;
  for (const double mass : before) {
    if (mass / sum < 0.8) {
      ++high;
    } else if (mass / sum < 0.95) {
      ++mid;
    }
  }
  CHECK(bands == std::vector<std::int64_t>{high, mid, 200 - high - mid});
}

// 97 types, d = 20, T = 13, 2 layers of f = 31, GPT form.
TEST_CASE("a transformer's parameters are the sum of its parts, by hand") {
  const ExperimentSpec spec = ParseExperiment("e.toml", kExample);
  const Integer layer = (4 * 400 + 4 * 20) + (20 * 31 + 31 + 31 * 20 + 20) + 2 * 40;
  const Integer rest = 13 * 20 + 2 * layer + 40 + (20 * 97 + 97);
  CHECK(ModelParameters(spec, spec.arms[0]) == 97 * 20 + rest);
  // 19 types of 29, 58 of 20, 20 of 11; the first and the last projected.
  CHECK(ModelParameters(spec, spec.arms[1]) ==
        19 * 29 + 58 * 20 + 20 * 11 + 29 * 20 + 11 * 20 + rest);
}

TEST_CASE("what a model leaves out has no parameters") {
  ExperimentSpec spec = ParseExperiment("e.toml", kExample);
  const auto count = [&] { return ModelParameters(spec, spec.arms[0]); };
  const Integer all = count();
  spec.model.learned_positions = false;
  CHECK(count() == all - 13 * 20);
  spec.model.final_norm = false;
  CHECK(count() == all - 13 * 20 - 40);
  spec.model.head_bias = false;
  CHECK(count() == all - 13 * 20 - 40 - 97);
  spec.model.tied_head = true;
  CHECK(count() == all - 13 * 20 - 40 - 97 - 20 * 97);
}

TEST_CASE("a sparse head's selector and approximator are counted") {
  ExperimentSpec spec = ParseExperiment("e.toml", kExample);
  const Integer full = ModelParameters(spec, spec.arms[0]);
  spec.arms[0].attention = "topk_mlp";
  spec.arms[0].attention_settings = {{"K", 3}, {"h", 7}, {"sparse_heads", 1}};
  // w h + h T + K w h + h w for one head of each layer, w = 4.
  CHECK(ModelParameters(spec, spec.arms[0]) == full + 2 * (4 * 7 + 7 * 13 + 3 * 4 * 7 + 7 * 4));
}

/// |a - b|
Integer Distance(const Integer& a, const Integer& b) { return a > b ? a - b : b - a; }

TEST_CASE("every matched arm is as near to its model as its width allows") {
  int seen = 0;
  for (const std::string& name : ExperimentNames()) {
    const ExperimentSpec spec = LoadExperiment(name);
    for (const ArmSpec& arm : spec.arms) {
      if (!arm.matched_to) continue;
      INFO(name << " " << arm.name);
      ++seen;
      const Integer wanted = ModelParameters(spec, *FindArm(spec, *arm.matched_to));
      const Integer here = ModelParameters(spec, arm);
      const ResolvedArm resolved = Resolve(spec, arm);
      for (const std::int64_t step : {-1, 1}) {
        ExperimentSpec other = spec;
        other.model = resolved.model;
        ArmSpec other_arm = resolved.arm;
        if (arm.embedding == "factorized") {
          other_arm.embedding_settings["E"] += step;
        } else if (spec.model.family == ModelFamily::kTransformer) {
          other.model.inner += step;
        } else {
          other.model.width += step;
        }
        CHECK(Distance(ModelParameters(other, other_arm), wanted) >= Distance(here, wanted));
      }
      CHECK(Distance(here, wanted) * 50 < wanted);
    }
  }
  CHECK(seen >= 10);
}

TEST_CASE("an arm that is larger at width 1 already cannot be matched") {
  ExperimentSpec spec = ParseExperiment(
      "e.toml", Example("name = \"full\"", "name = \"full\"\nmatched_to = \"banded\""));
  spec.arms[1].widths = {1, 1, 1};
  spec.model.inner = 1;
  CHECK(ErrorTextOf([&] { Resolve(spec, spec.arms[0]); }).find("cannot be matched") !=
        std::string::npos);
}

TEST_CASE("bands of a text by occurrences have no known number of parameters") {
  ExperimentSpec spec = ParseExperiment("e.toml", kExample);
  spec.corpus.kind = CorpusKind::kText;
  CHECK(ErrorTextOf([&] { ModelParameters(spec, spec.arms[1]); }).empty());
  spec.arms[1].categories->rule.split = BandSplit::kOccurrences;
  CHECK(ErrorTextOf([&] { ModelParameters(spec, spec.arms[1]); }) ==
        "How many parameters arm 'banded' has depends on the text: its bands are by occurrences.");
  CHECK(RunCost(spec, spec.arms[1]) > 0);
}

TEST_CASE("a run's cost is that of its matrices, for every token") {
  const ExperimentSpec spec = ParseExperiment("e.toml", kExample);
  CHECK(TrainingTokens(spec) == 4 * 7 * 3 * 13);
  const Integer layer = 6 * (4 * 400 + 2 * 20 * 31) + 12 * 13 * 20;
  CHECK(RunCost(spec, spec.arms[0]) == TrainingTokens(spec) * (2 * layer + 6 * 20 * 97));
}

}  // namespace
}  // namespace costcheck
