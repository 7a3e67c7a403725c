#include "verify/train/trainer.h"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/verify/train/child.h"
#include "tests/verify/train/near.h"
#include "tests/verify/train/specs.h"
#include "verify/corpora/unigram.h"
#include "verify/train/checkpoint.h"
#include "verify/train/data.h"
#include "verify/train/initialization.h"
#include "verify/train/model.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSeed = 29;

PlannedRun RunOf(const ExperimentSpec& spec, std::size_t arm) {
  return {arm, kSeed, spec.arms[arm].rates.front()};
}

std::optional<RunResult> TrainArm(const ExperimentSpec& spec, std::size_t arm,
                                  const TrainingControl& control = {}) {
  at::set_num_threads(1);
  return Train(spec, RunOf(spec, arm), MakeCorpus(spec.corpus, kSeed), control);
}

double MetricOf(const RunResult& result, std::string_view name) {
  const std::optional<double> value = FindMetric(result, name);
  REQUIRE(value);
  return *value;
}

bool HasAlarm(const RunResult& result, std::string_view name) {
  for (const Alarm& alarm : result.alarms) {
    if (alarm.name == name) return true;
  }
  return false;
}

bool SameBits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

bool SameBits(const std::optional<double>& a, const std::optional<double>& b) {
  return a.has_value() == b.has_value() && (!a || SameBits(*a, *b));
}

void CheckSame(const RunResult& a, const RunResult& b) {
  REQUIRE(a.metrics.size() == b.metrics.size());
  for (std::size_t i = 0; i < a.metrics.size(); ++i) {
    INFO(a.metrics[i].name);
    CHECK(a.metrics[i].name == b.metrics[i].name);
    CHECK(SameBits(a.metrics[i].value, b.metrics[i].value));
  }
  REQUIRE(a.curve.size() == b.curve.size());
  for (std::size_t i = 0; i < a.curve.size(); ++i) {
    CHECK(a.curve[i].step == b.curve[i].step);
    CHECK(SameBits(a.curve[i].training_loss, b.curve[i].training_loss));
    CHECK(SameBits(a.curve[i].validation_loss, b.curve[i].validation_loss));
    CHECK(SameBits(a.curve[i].expected_loss, b.curve[i].expected_loss));
  }
  CHECK(a.steps == b.steps);
  CHECK(a.alarms.size() == b.alarms.size());
}

class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(fs::temp_directory_path() / ("trainer_test." + std::to_string(getpid()))) {
    fs::create_directories(path_);
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

// A mean of embedded tokens with a linear head, trained by plain loops in double precision.
class MeanPoolOracle {
 public:
  using Matrix = std::vector<std::vector<double>>;

  explicit MeanPoolOracle(const TrainedModel& model) {
    for (const NamedTensor& parameter : model.parameters()) {
      const auto* from = parameter.tensor.data_ptr<float>();
      const auto columns = static_cast<std::size_t>(parameter.tensor.sizes().back());
      Matrix matrix(static_cast<std::size_t>(parameter.tensor.numel()) / columns);
      for (auto& row : matrix) {
        row.assign(from, from + columns);
        from += columns;
      }
      parts_.push_back(matrix);
    }
  }

  /// One step; the loss before it.
  double Step(const Batch& batch, double rate, double clip) {
    std::vector<Matrix> gradients = parts_;
    for (Matrix& matrix : gradients) {
      for (auto& row : matrix) std::fill(row.begin(), row.end(), 0.0);
    }
    double loss = 0;
    for (std::int64_t row = 0; row < batch.rows; ++row) loss += AddRow(batch, row, gradients);
    Descend(gradients, rate, clip);
    return loss;
  }

 private:
  double AddRow(const Batch& batch, std::int64_t row, std::vector<Matrix>& gradients) const {
    const Matrix &table = parts_[0], &weight = parts_[1], &bias = parts_[2];
    const auto length = static_cast<std::size_t>(batch.length), d = table[0].size();
    const std::int64_t* tokens = batch.inputs.data() + row * batch.length;
    const auto share = 1.0 / static_cast<double>(batch.rows);
    std::vector<double> x(d), dx(d), p(weight.size());
    for (std::size_t i = 0; i < length; ++i) {
      for (std::size_t k = 0; k < d; ++k) {
        x[k] += table[static_cast<std::size_t>(tokens[i])][k] / static_cast<double>(length);
      }
    }
    double total = 0;
    for (std::size_t v = 0; v < p.size(); ++v) {
      double logit = bias[0][v];
      for (std::size_t k = 0; k < d; ++k) logit += weight[v][k] * x[k];
      p[v] = std::exp(logit);
      total += p[v];
    }
    const auto target = static_cast<std::size_t>(batch.targets[static_cast<std::size_t>(row)]);
    for (std::size_t v = 0; v < p.size(); ++v) {
      const double slope = (p[v] / total - (v == target ? 1 : 0)) * share;
      gradients[2][0][v] += slope;
      for (std::size_t k = 0; k < d; ++k) {
        gradients[1][v][k] += slope * x[k];
        dx[k] += slope * weight[v][k];
      }
    }
    for (std::size_t i = 0; i < length; ++i) {
      for (std::size_t k = 0; k < d; ++k) {
        gradients[0][static_cast<std::size_t>(tokens[i])][k] += dx[k] / static_cast<double>(length);
      }
    }
    return -std::log(p[target] / total) * share;
  }

  void Descend(const std::vector<Matrix>& gradients, double rate, double clip) {
    double squares = 0;
    for (const Matrix& matrix : gradients) {
      for (const auto& row : matrix) {
        for (const double g : row) squares += g * g;
      }
    }
    const double scale = std::min(1.0, clip / std::sqrt(squares));
    clipped_ = clipped_ || scale < 1;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      for (std::size_t r = 0; r < parts_[i].size(); ++r) {
        for (std::size_t c = 0; c < parts_[i][r].size(); ++c) {
          parts_[i][r][c] -= rate * scale * gradients[i][r][c];
        }
      }
    }
  }

  std::vector<Matrix> parts_;  ///< table, head, its bias

 public:
  bool clipped_ = false;
};

TEST_CASE("A run's losses are those of plain loops: warm-up, clipping and SGD", "[trainer]") {
  ExperimentSpec spec = SmallSpec(ModelFamily::kMeanPool);
  spec.training.optimizer = OptimizerKind::kSgd;
  spec.training.epochs = 5;
  spec.training.steps_per_epoch = 1;
  spec.training.warmup_steps = 2;
  spec.training.clip = 0.21;
  spec.arms[0].rates = {0.7};
  const auto corpus = MakeCorpus(spec.corpus, kSeed);
  const Parts parts = PartsOf(spec.corpus, *corpus);
  TrainedModel model({spec.model, spec.arms[0], 13, 5, 7, {}});
  Initialize(spec.model, kSeed, model);
  MeanPoolOracle oracle(model);
  const TrainingBatches batches(spec, parts.training, kSeed);
  const auto result = TrainArm(spec, 0);
  REQUIRE(result);
  REQUIRE(result->curve.size() == 6);
  const std::vector<double> rates = {0.35, 0.7, 0.7, 0.7, 0.7};
  for (std::int64_t step = 0; step < 5; ++step) {
    const auto at = static_cast<std::size_t>(step);
    const double loss = oracle.Step(batches.At(step), rates[at], 0.21);
    INFO("step " << step);
    CHECK(Near(*result->curve[at + 1].training_loss, loss, 1e-5));
  }
  CHECK(oracle.clipped_);
}

TEST_CASE("All arms see the same batches and windows; other seeds see others", "[trainer]") {
  const ExperimentSpec spec = SmallSpec(ModelFamily::kTransformer);
  const auto corpus = MakeCorpus(spec.corpus, 3), again = MakeCorpus(spec.corpus, 3);
  CHECK(corpus->tokens == again->tokens);
  CHECK(corpus->tokens != MakeCorpus(spec.corpus, 4)->tokens);
  const Parts parts = PartsOf(spec.corpus, *corpus);
  CHECK(parts.training.size() == 490);
  CHECK(parts.validation.size() == 140);
  CHECK(parts.test.size() == 70);
  const TrainingBatches one(spec, parts.training, 3), two(spec, parts.training, 3),
      other(spec, parts.training, 4);
  for (std::int64_t step = 0; step < 6; ++step) {
    CHECK(one.At(5 - step).inputs == two.At(5 - step).inputs);
    CHECK(one.At(step).targets != other.At(step).targets);
  }
  ExperimentSpec sampled = spec;
  sampled.evaluation.batches = 3;
  const EvaluationBatches full(sampled, parts.validation, 3, "full"),
      banded(sampled, parts.validation, 3, "banded");
  CHECK(full.At(0, 2).inputs == banded.At(0, 2).inputs);
  CHECK(full.At(0, 1).inputs == full.At(7, 1).inputs);
  sampled.evaluation.own_sample = true;
  const EvaluationBatches own(sampled, parts.validation, 3, "full"),
      other_own(sampled, parts.validation, 3, "banded");
  CHECK(own.At(0, 2).inputs != other_own.At(0, 2).inputs);
  CHECK(own.At(0, 1).inputs != own.At(1, 1).inputs);
}

TEST_CASE("An arm that is no different gives the same bits", "[trainer]") {
  ExperimentSpec spec = SmallSpec(ModelFamily::kTransformer);
  spec.model.dropout = 0.2;
  spec.arms[1] = spec.arms[0];
  spec.arms[1].name = "again";
  const auto a = TrainArm(spec, 0), b = TrainArm(spec, 1);
  CheckSame(*a, *b);
  CHECK(MetricOf(*a, "tokens") == 3 * 4 * 5 * 7);
}

TEST_CASE("A model that sees its target trips the leak alarm, a masked one does not",
          "[trainer][alarms]") {
  ExperimentSpec spec = SmallSpec(ModelFamily::kTransformer);
  spec.corpus.tokens = 20000;
  spec.model.width = 12;
  spec.model.layers = 1;
  spec.model.inner = 24;
  spec.training.epochs = 1;
  spec.training.steps_per_epoch = 400;
  spec.arms[0].rates = {2e-2};
  spec.model.causal = false;
  const auto leaking = TrainArm(spec, 0);
  CHECK(HasAlarm(*leaking, "leak"));
  CHECK(MetricOf(*leaking, "validation_loss") < MetricOf(*leaking, "source_entropy") - 0.3);
  spec.model.causal = true;
  const auto masked = TrainArm(spec, 0);
  CHECK_FALSE(HasAlarm(*masked, "leak"));
  CHECK(MetricOf(*masked, "excess") > 0);
}

TEST_CASE("On independent tokens the exact loss comes down to the entropy from above",
          "[trainer]") {
  ExperimentSpec spec = SmallSpec(ModelFamily::kTransformer);
  spec.corpus.tokens = 60000;
  spec.training.epochs = 4;
  spec.training.steps_per_epoch = 150;
  spec.training.cosine = true;
  const auto result = TrainArm(spec, 0);
  const double entropy = MetricOf(*result, "source_entropy");
  double last = 1e9;
  for (const EpochPoint& point : result->curve) {
    REQUIRE(point.expected_loss);
    CHECK(*point.expected_loss > entropy);
    CHECK(*point.expected_loss < last);
    last = *point.expected_loss;
  }
  CHECK(MetricOf(*result, "excess") < 0.02);
  CHECK(SameBits(MetricOf(*result, "excess"), last - entropy));
}

TEST_CASE("A source with context is known exactly, too, and is learned", "[trainer]") {
  ExperimentSpec spec = SmallSpec(ModelFamily::kTransformer);
  spec.corpus.kind = CorpusKind::kMarkov;
  spec.corpus.dependence = 0.9;
  spec.corpus.turns = 2;
  spec.corpus.tokens = 40000;
  spec.model.width = 12;
  spec.training.epochs = 2;
  spec.training.steps_per_epoch = 300;
  spec.arms[0].rates = {2e-2};
  const auto result = TrainArm(spec, 0);
  const auto corpus = MakeCorpus(spec.corpus, kSeed);
  const double of_types = Entropy(corpus->source->Unigram());
  CHECK(MetricOf(*result, "source_entropy") < of_types - 0.4);
  CHECK(MetricOf(*result, "excess") > 0);
  CHECK(MetricOf(*result, "expected_loss") < of_types - 0.3);
  // The sampled loss is an estimate of the exact one.
  CHECK(std::abs(MetricOf(*result, "validation_loss") - MetricOf(*result, "expected_loss")) < 0.1);
}

TEST_CASE("A loss that is no number ends the run, and is said", "[trainer][alarms]") {
  ExperimentSpec spec = SmallSpec(ModelFamily::kMeanPool);
  spec.training.optimizer = OptimizerKind::kSgd;
  spec.arms[0].rates = {1e38};
  const auto result = TrainArm(spec, 0);
  CHECK(result->stopped);
  CHECK(HasAlarm(*result, "not_a_number"));
  CHECK(result->steps < 12);
}

ExperimentSpec ResumedSpec() {
  ExperimentSpec spec = SmallSpec(ModelFamily::kTransformer);
  spec.model.dropout = 0.2;
  spec.training.clip = 1;
  spec.training.cosine = true;
  spec.training.weight_decay = 0.01;
  return spec;
}

ExperimentSpec LongSpec() {
  ExperimentSpec spec = ResumedSpec();
  spec.training.epochs = 30;
  spec.evaluation.every_epochs = 10;
  return spec;
}

constexpr const char* kChildCase = "trains in a process of its own";

/// With a number of steps the process kills itself after so many.
TEST_CASE("trains in a process of its own", "[.child]") {
  const ChildTask task = ReadChildTask();
  TrainingControl control{.checkpoint = task.checkpoint, .seconds_between = 0};
  control.report = [&](const TrainingProgress& progress) {
    if (progress.step - progress.resumed == task.steps) kill(getpid(), SIGKILL);
  };
  TrainArm(task.steps > 0 ? ResumedSpec() : LongSpec(), 1, control);
}

void TrainAndBeKilled(const std::string& checkpoint, std::int64_t steps) {
  CHECK(WasKilled(StartChild(kChildCase, {checkpoint, steps})));
}

TEST_CASE("A run killed at any step goes on to the same bits", "[trainer][checkpoint]") {
  const ExperimentSpec spec = ResumedSpec();
  const auto whole = TrainArm(spec, 1);
  const TemporaryFolder folder;
  for (const std::int64_t steps : {1, 4, 5, 11}) {
    INFO("killed after " << steps << " steps");
    const std::string path = folder.File(std::to_string(steps));
    TrainAndBeKilled(path, steps);
    const auto resumed = TrainArm(spec, 1, {.checkpoint = path});
    CheckSame(*whole, *resumed);
  }
  const std::string path = folder.File("again");
  for (int time = 0; time < 3; ++time) TrainAndBeKilled(path, 3);
  std::int64_t began = 0;
  TrainingControl control{.checkpoint = path};
  control.report = [&](const TrainingProgress& progress) { began = progress.resumed; };
  CheckSame(*whole, *TrainArm(spec, 1, control));
  CHECK(began > 0);
}

TEST_CASE("A run killed at any moment, while it writes among others, goes on",
          "[trainer][checkpoint]") {
  const ExperimentSpec spec = LongSpec();
  const auto whole = TrainArm(spec, 1);
  const TemporaryFolder folder;
  const std::string path = folder.File("any");
  int kills = 0;
  for (int time = 0; time < 6; ++time) {
    const auto written = [&] {
      return fs::exists(path) ? fs::last_write_time(path) : fs::file_time_type();
    };
    const auto before = written();
    const pid_t child = StartChild(kChildCase, {path, 0});
    for (int wait = 0; wait < 10000 && written() == before; ++wait) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(3 * time));
    kill(child, SIGKILL);
    kills += WasKilled(child) ? 1 : 0;
  }
  CHECK(kills > 0);
  CheckSame(*whole, *TrainArm(spec, 1, {.checkpoint = path}));
}

TEST_CASE("A run that is asked to stop leaves a checkpoint and no result",
          "[trainer][checkpoint]") {
  const ExperimentSpec spec = ResumedSpec();
  const TemporaryFolder folder;
  const std::string path = folder.File("stopped");
  int asked = 0;
  TrainingControl control{.checkpoint = path};
  control.stop = [&] { return ++asked == 6; };
  CHECK_FALSE(TrainArm(spec, 1, control));
  REQUIRE(fs::exists(path));
  CheckSame(*TrainArm(spec, 1), *TrainArm(spec, 1, {.checkpoint = path}));
}

TEST_CASE("A checkpoint of another run, or a damaged one, is refused by name",
          "[trainer][checkpoint]") {
  const ExperimentSpec spec = ResumedSpec();
  const TemporaryFolder folder;
  const std::string path = folder.File("foreign");
  TrainAndBeKilled(path, 2);
  CHECK_THROWS_AS(TrainArm(spec, 0, {.checkpoint = path}), CostError);
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  bytes[bytes.size() / 2] ^= 1;
  std::ofstream(path, std::ios::binary) << bytes;
  std::string said;
  try {
    TrainArm(spec, 1, {.checkpoint = path});
  } catch (const CostError& error) {
    said = error.what();
  }
  CHECK(said.find(path) == 0);
  CHECK(said.find("damaged") != std::string::npos);
}

}  // namespace
}  // namespace costcheck
