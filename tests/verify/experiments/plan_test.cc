#include "verify/experiments/plan.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/experiments/example.h"
#include "verify/experiments/canonical.h"
#include "verify/experiments/experiment_file.h"
#include "verify/experiments/parameters.h"

namespace costcheck {
namespace {

using Key = std::tuple<std::size_t, std::uint64_t, double>;

std::vector<Key> KeysOf(const std::vector<PlannedRun>& plan) {
  std::vector<Key> keys;
  for (const PlannedRun& run : plan) keys.emplace_back(run.arm, run.seed, run.rate);
  return keys;
}

ExperimentSpec Parsed(std::string_view old, std::string_view replacement) {
  return ParseExperiment("e.toml", Example(old, replacement));
}

TEST_CASE("a plan goes seed by seed, arm by arm, rate by rate") {
  ExperimentSpec spec = ParseExperiment("e.toml", kExample);
  spec.seeds = 2;
  CHECK(KeysOf(PlanOf(spec)) ==
        std::vector<Key>{
            {0, 1, 1e-3}, {0, 1, 3e-3}, {1, 1, 1e-3}, {0, 2, 1e-3}, {0, 2, 3e-3}, {1, 2, 1e-3}});
  CHECK(KeysOf(PlanOf(spec, {"banded"})) == std::vector<Key>{{1, 1, 1e-3}, {1, 2, 1e-3}});
}

TEST_CASE("each run is in exactly one share, whatever the number of shares") {
  const ExperimentSpec spec = LoadExperiment("B8-markov");
  const std::vector<PlannedRun> plan = PlanOf(spec);
  CHECK(plan.size() == (4 * 3 + 4) * 10);  // rates of the arms, seeds
  for (const std::int64_t count : {1, 2, 7, 100, 150, 163}) {
    std::vector<Key> all;
    for (std::int64_t index = 1; index <= count; ++index) {
      const auto keys = KeysOf(ShareOf(spec, plan, {index, count}));
      all.insert(all.end(), keys.begin(), keys.end());
    }
    CHECK(all.size() == plan.size());
    CHECK(std::set<Key>(all.begin(), all.end()).size() == plan.size());
  }
}

TEST_CASE("shares cost the same up to one run") {
  const ExperimentSpec spec = LoadExperiment("B9");
  const std::vector<PlannedRun> plan = PlanOf(spec);
  std::vector<Integer> costs;
  Integer dearest = 0;
  for (const ArmSpec& arm : spec.arms) dearest = std::max(dearest, RunCost(spec, arm));
  for (std::int64_t index = 1; index <= 7; ++index) {
    Integer cost = 0;
    for (const PlannedRun& run : ShareOf(spec, plan, {index, 7})) {
      cost += RunCost(spec, spec.arms[run.arm]);
    }
    costs.push_back(cost);
  }
  const auto [least, most] = std::minmax_element(costs.begin(), costs.end());
  CHECK(*most - *least <= dearest);
}

TEST_CASE("a share keeps the plan's order") {
  const ExperimentSpec spec = ParseExperiment("e.toml", kExample);
  const std::vector<Key> plan = KeysOf(PlanOf(spec));
  const std::vector<Key> share = KeysOf(ShareOf(spec, PlanOf(spec), {2, 3}));
  CHECK(std::includes(
      plan.begin(), plan.end(), share.begin(), share.end(), [&](const Key& a, const Key& b) {
        return std::find(plan.begin(), plan.end(), a) < std::find(plan.begin(), plan.end(), b);
      }));
}

TEST_CASE("a task is K/N with K from 1 to N") {
  CHECK(ParseTask("3/7").index == 3);
  CHECK(ParseTask("3/7").count == 7);
  for (const char* text : {"0/7", "8/7", "3", "3/", "/7", "a/b", "3/7/9", "-1/7", " 3/7", "1/0"}) {
    INFO(text);
    CHECK(ErrorTextOf([&] { ParseTask(text); }) ==
          "'" + std::string(text) + "' is no task: K/N is, with K from 1 to N");
  }
}

TEST_CASE("overrides change seeds and epochs, and name arms that there are") {
  const ExperimentSpec spec = ParseExperiment("e.toml", kExample);
  const ExperimentSpec changed = WithOverrides(spec, {3, 2, {"banded"}});
  CHECK(changed.seeds == 3);
  CHECK(changed.training.epochs == 2);
  CHECK(changed.arms.size() == 2);
  CHECK(ErrorTextOf([&] {
          WithOverrides(spec, {{}, {}, {"bandet"}});
        }) == "E1 has no arm 'bandet'; did you mean 'banded'?");
  CHECK(ErrorTextOf([&] { WithOverrides(spec, {0, {}, {}}); }) == "seeds are 0, below 1");
  CHECK(ErrorTextOf([&] { WithOverrides(spec, {{}, -1, {}}); }) == "epochs are -1, below 1");
}

std::string KeyOf(const ExperimentSpec& spec, const PlannedRun& run) {
  return ConfigurationHash(RecordOf(spec, run));
}

TEST_CASE("every run of every built-in experiment has a key of its own") {
  std::set<std::string> keys;
  std::size_t runs = 0;
  for (const std::string& name : ExperimentNames()) {
    ExperimentSpec spec = LoadExperiment(name);
    spec.seeds = 2;
    for (const PlannedRun& run : PlanOf(spec)) {
      keys.insert(KeyOf(spec, run));
      ++runs;
    }
  }
  CHECK(keys.size() == runs);
}

TEST_CASE("a key changes with what changes a run, and with nothing else") {
  const PlannedRun run{1, 5, 1e-3};
  const std::string key = KeyOf(ParseExperiment("e.toml", kExample), run);
  const auto changed = [&](std::string_view old, std::string_view replacement) {
    return KeyOf(Parsed(old, replacement), run) != key;
  };
  CHECK(changed("types = 97", "types = 96"));
  CHECK(changed("exponent = 1.1", "exponent = 1.2"));
  CHECK(changed("sequences = 3", "sequences = 4"));
  CHECK(changed("inner = 31", "inner = 32"));
  CHECK(changed("epochs = 4", "epochs = 5"));
  CHECK(changed("batches = 5", "batches = 6"));
  CHECK(changed("[29, 20, 11]", "[29, 20, 12]"));
  CHECK(changed("high = 0.2", "high = 0.1"));
  CHECK(changed("optimizer = \"adamw\"", "optimizer = \"adam\""));
  CHECK_FALSE(changed("An example", "Another example"));
  CHECK_FALSE(changed("relevant = 0.01", "relevant = 0.02"));
  CHECK_FALSE(changed("seeds = 11", "seeds = 12\nclaims = [\"C1\"]"));
  CHECK_FALSE(changed("[1e-3, 3e-3]", "[2e-3]"));
  CHECK_FALSE(changed("epochs = 4", "beta2 = 0.999\nepochs = 4"));
}

TEST_CASE("a matched arm's configuration has the width that was chosen") {
  const ExperimentSpec spec = Parsed("name = \"full\"", "name = \"full\"\nmatched_to = \"banded\"");
  const std::string text = CanonicalConfiguration(spec, spec.arms[0]);
  const std::int64_t inner = Resolve(spec, spec.arms[0]).model.inner;
  CHECK(inner > 31);
  CHECK(text.find("\"inner\":" + std::to_string(inner)) != std::string::npos);
  CHECK(text.find("matched_to") == std::string::npos);
}

TEST_CASE("a configuration states every field, also one that has its default") {
  const ExperimentSpec spec = ParseExperiment("e.toml", kExample);
  CHECK(CanonicalConfiguration(spec, spec.arms[1]) ==
        R"({"arm":{"attention":"full","attention_settings":{},"categories":{"high":0.2,"low":0.8,)"
        R"("overlap":"high-wins","split":"types","ties":"smaller-id","unseen":"ranked",)"
        R"("whole_corpus":false},"embedding":"banded","embedding_settings":{},"shared_rows":0,)"
        R"("widths":[29,20,11]},"batch":{"batch_step":0,"length":13,"order":"random","row_step":0,)"
        R"("sequences":3},"corpus":{"dependence":0.0,"exponent":1.1,"kind":"zipf",)"
        R"("test_share":0.1,"text":"","tokens":5000,"train_share":0.8,"turns":0,"types":97},)"
        R"("evaluation":{"batches":5,"every_epochs":2,"own_sample":false,"settled":0.0},)"
        R"("model":{"causal":true,"dropout":0.0,"family":"transformer","final_norm":true,)"
        R"("head_bias":true,"heads":5,"initialization":"gpt","inner":31,"layers":2,)"
        R"("learned_positions":true,"norm_first":true,"relu":false,"scaled_embedding":false,)"
        R"("tied_head":false,"width":20,"zero_positions":false},"pipeline":null,)"
        R"("target":"next_token","training":{"beta1":0.9,"beta2":0.999,"clip":0.0,)"
        R"("cosine":false,"cosine_by_epoch":false,"epochs":4,"optimizer":"adamw",)"
        R"("steps_per_epoch":7,"warmup_steps":0,"weight_decay":0.0}})");
}

TEST_CASE("what is timed has a run for every shape and seed, and its shapes in the key") {
  ExperimentSpec spec = LoadExperiment("TS2");
  spec.seeds = 3;
  const std::vector<PlannedRun> plan = PlanOf(spec);
  REQUIRE(plan.size() == 3 * spec.timing->shapes.size());
  CHECK(plan[1].arm == 1);
  CHECK(plan[1].seed == 1);
  CHECK(plan.back().seed == 3);
  CHECK(RecordOf(spec, plan[1]).arm == "width-512");
  const std::string key = KeyOf(spec, plan[1]);
  ++spec.timing->shapes[1].kept;
  CHECK(KeyOf(spec, plan[1]) != key);
  --spec.timing->shapes[1].kept;
  CHECK(KeyOf(spec, plan[1]) == key);
  ++spec.timing->runs;
  CHECK(KeyOf(spec, plan[1]) != key);
}

}  // namespace
}  // namespace costcheck
