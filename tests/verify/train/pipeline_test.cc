#include "verify/train/pipeline.h"

#include <ATen/Parallel.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <string>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/verify/train/child.h"
#include "tests/verify/train/near.h"
#include "tests/verify/train/specs.h"
#include "verify/train/data.h"
#include "verify/train/pipeline_cost.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSeed = 5;

/// Evenly drawn tokens, nothing held out, in the seeds' form; else Zipf's law, with validation.
ExperimentSpec SmallPipelineSpec(bool seeds_form) {
  ExperimentSpec spec = SmallSpec(ModelFamily::kTransformer);
  spec.arms = {spec.arms.front()};
  spec.arms.front().name = "teacher";
  PipelineSpec pipeline;
  pipeline.kept = 3;
  pipeline.selector_hidden = 11;
  pipeline.approximator_hidden = 13;
  pipeline.selector_steps = 60;
  pipeline.approximator_steps = 80;
  pipeline.logged_batches = 7;
  pipeline.selector_rate = pipeline.approximator_rate = 1e-2;
  pipeline.own_values = pipeline.future_keys = seeds_form;
  spec.pipeline = pipeline;
  if (!seeds_form) return spec;
  spec.corpus = {.kind = CorpusKind::kUniform, .types = 13, .tokens = 700};
  return spec;
}

std::optional<RunResult> RunIt(const ExperimentSpec& spec, const TrainingControl& control = {}) {
  at::set_num_threads(1);
  return RunPipeline(spec, {0, kSeed, spec.arms.front().rates.front()},
                     MakeCorpus(spec.corpus, kSeed), control);
}

double MetricOf(const RunResult& result, std::string_view name) {
  INFO(name);
  const std::optional<double> value = FindMetric(result, name);
  REQUIRE(value);
  return *value;
}

void CheckSameBits(const RunResult& a, const RunResult& b) {
  REQUIRE(a.metrics.size() == b.metrics.size());
  for (std::size_t i = 0; i < a.metrics.size(); ++i) {
    INFO(a.metrics[i].name);
    CHECK(a.metrics[i].name == b.metrics[i].name);
    CHECK(std::bit_cast<std::uint64_t>(a.metrics[i].value) ==
          std::bit_cast<std::uint64_t>(b.metrics[i].value));
  }
}

class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(fs::temp_directory_path() / ("pipeline_test." + std::to_string(getpid()))) {
    fs::create_directories(path_);
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

/// Stops the run after so many questions.
TrainingControl StoppedAfter(std::int64_t steps, const std::string& file) {
  TrainingControl control{.checkpoint = file};
  control.stop = [left = steps]() mutable { return left-- == 0; };
  return control;
}

}  // namespace

TEST_CASE("A run in the seeds' form and one in the corrected form have metrics that fit") {
  for (const bool seeds_form : {true, false}) {
    const ExperimentSpec spec = SmallPipelineSpec(seeds_form);
    const auto result = RunIt(spec);
    REQUIRE(result);
    const auto metric = [&](std::string_view name) { return MetricOf(*result, name); };
    for (const RunMetric& each : result->metrics) {
      CHECK(std::ranges::find(kMetricNames, each.name) != std::end(kMetricNames));
      CHECK(std::isfinite(each.value));
    }
    CHECK(metric("selector_top1_chance") == CausalTop1Chance(7));
    CHECK(metric("selector_top1") > metric("selector_top1_chance"));
    CHECK(metric("selector_recall_at_k") < metric("selector_best_recall_at_k"));
    // A selector that was trained on one key alone has 0.44 in the seeds' form.
    CHECK(metric("selector_recall_at_k") > 0.6);
    CHECK(metric("approximator_training_error") < 1);
    CHECK((metric("selector_future_share") > 0) == seeds_form);
    const HeadMultiplyAdds cost = MultiplyAddsOfHead(*spec.pipeline, 7, 2);
    CHECK(Integer(metric("sparse_head_multiply_adds")) == cost.sparse);
    CHECK(Integer(metric("exact_head_multiply_adds")) == cost.exact);
    CHECK(Near(metric("printed_reduction"), 4.0 / 7));
    CHECK(metric("logit_relative_error") > 0);
    CHECK(result->steps == 12);
    if (seeds_form) CHECK(Near(metric("source_entropy"), std::log(13.0)));
    // The same model on the same windows, by two ways.
    if (!seeds_form) CHECK(Near(metric("teacher_loss"), metric("validation_loss"), 1e-6));
  }
}

TEST_CASE("Trained on what it is run on, an approximator is as good there as in training") {
  ExperimentSpec spec = SmallPipelineSpec(false);
  spec.corpus.train_share = 1;
  spec.corpus.test_share = 0;
  const auto fair = RunIt(spec);
  spec.pipeline->own_values = true;
  const auto own = RunIt(spec);
  REQUIRE(fair);
  REQUIRE(own);
  const auto excess = [](const RunResult& result) {
    return MetricOf(result, "approximator_relative_error") /
           MetricOf(result, "approximator_training_error");
  };
  CHECK(std::abs(excess(*fair) - 1) < 0.1);
  CHECK(excess(*own) > 1.1);
  CHECK(MetricOf(*own, "selector_top1") == MetricOf(*fair, "selector_top1"));
}

TEST_CASE("A seed gives the same bits again, another one does not") {
  const ExperimentSpec spec = SmallPipelineSpec(true);
  const auto once = RunIt(spec), again = RunIt(spec);
  REQUIRE(once);
  REQUIRE(again);
  CheckSameBits(*once, *again);
  const auto other = RunPipeline(spec, {0, kSeed + 1, 1e-2}, MakeCorpus(spec.corpus, kSeed + 1));
  REQUIRE(other);
  CHECK(MetricOf(*other, "logit_relative_error") != MetricOf(*once, "logit_relative_error"));
}

TEST_CASE("A run that is stopped in any stage goes on to the same bits") {
  const ExperimentSpec spec = SmallPipelineSpec(false);
  const TemporaryFolder folder;
  const auto whole = RunIt(spec);
  REQUIRE(whole);
  const std::string file = folder.File("run"), teacher = file + ".teacher";
  // In the teacher, after 12 steps of it in the selector, and 60 later in the approximator.
  CHECK_FALSE(RunIt(spec, StoppedAfter(5, file)));
  CHECK(fs::exists(teacher));
  CHECK_FALSE(fs::exists(file));
  CHECK_FALSE(RunIt(spec, StoppedAfter(7 + 13, file)));
  CHECK_FALSE(fs::exists(file));
  CHECK_FALSE(RunIt(spec, StoppedAfter(60 + 17, file)));
  CHECK(fs::exists(file));
  std::int64_t steps = 0;
  TrainingControl control{.checkpoint = file};
  control.report = [&](const TrainingProgress& progress) {
    ++steps;
    CHECK(progress.all == 12 + 60 + 80);
  };
  const auto resumed = RunIt(spec, control);
  REQUIRE(resumed);
  CHECK(steps == 80);
  CheckSameBits(*resumed, *whole);
  CHECK_FALSE(fs::exists(teacher));
}

/// Kills itself at that step of the pipeline.
TEST_CASE("runs in a process of its own", "[.child]") {
  const ChildTask task = ReadChildTask();
  TrainingControl control{.checkpoint = task.checkpoint, .seconds_between = 0};
  control.report = [&](const TrainingProgress& progress) {
    if (progress.step == task.steps) kill(getpid(), SIGKILL);
  };
  RunIt(SmallPipelineSpec(false), control);
}

TEST_CASE("A run killed in any stage goes on to the same bits") {
  const ExperimentSpec spec = SmallPipelineSpec(false);
  const TemporaryFolder folder;
  const auto whole = RunIt(spec);
  REQUIRE(whole);
  const std::string file = folder.File("killed");
  // Twice in the teacher, which has 12 steps, in the selector, at its end, and in the approximator.
  for (const std::int64_t step : {5, 11, 12 + 13, 12 + 60, 12 + 60 + 17}) {
    INFO("killed at step " << step);
    CHECK(WasKilled(StartChild("runs in a process of its own", {file, step})));
  }
  std::int64_t steps = 0;
  TrainingControl control{.checkpoint = file};
  control.report = [&](const TrainingProgress&) { ++steps; };
  const auto resumed = RunIt(spec, control);
  REQUIRE(resumed);
  CHECK(steps == 80);
  CheckSameBits(*resumed, *whole);
}

TEST_CASE("A checkpoint of another pipeline is refused") {
  ExperimentSpec spec = SmallPipelineSpec(false);
  const TemporaryFolder folder;
  TrainingControl control{.checkpoint = folder.File("run")};
  REQUIRE(RunIt(spec, control));
  ++spec.pipeline->approximator_hidden;
  CHECK_THROWS_AS(RunIt(spec, control), CostError);
}

TEST_CASE("A teacher that is not causal, or sparse itself, is refused") {
  ExperimentSpec spec = SmallPipelineSpec(false);
  spec.model.causal = false;
  CHECK_THROWS_AS(RunIt(spec), CostError);
  spec.model.causal = true;
  spec.arms.front().attention = "topk_exact";
  CHECK_THROWS_AS(RunIt(spec), CostError);
}

}  // namespace costcheck
