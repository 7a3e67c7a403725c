#include "verify/train/recording.h"

#include <ATen/Parallel.h>

#include <filesystem>
#include <utility>

#include "verify/probe/environment.h"
#include "verify/train/data.h"
#include "verify/train/pipeline.h"
#include "verify/train/pipeline_timing.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

RunEnvironment EnvironmentOf(const RunResult& result, const std::string& code) {
  const Environment environment = CurrentEnvironment();
  return {.code = code,
          .libtorch = environment.libtorch,
          .blas = environment.blas,
          .core = environment.blas_core + "/" + environment.cpu_capability,
          .threads = environment.threads,
          .precision = "float32",
          .device = "cpu",
          .wall_seconds = result.seconds};
}

void AddPoint(const EpochPoint& point, std::vector<CurvePoint>& curve) {
  const auto add = [&](const char* name, const std::optional<double>& value) {
    if (value) curve.push_back({point.step, name, *value});
  };
  add("training_loss", point.training_loss);
  add("validation_loss", point.validation_loss);
  add("expected_loss", point.expected_loss);
}

/// The points that are recorded, so that a record stays small: all of them up to kMostPoints; of
/// more every second one, every third, ..., the first and the last in any case.
std::vector<EpochPoint> Thinned(const std::vector<EpochPoint>& curve) {
  constexpr std::size_t kMostPoints = 12;
  if (curve.size() <= kMostPoints) return curve;
  const std::size_t stride = (curve.size() - 1 + kMostPoints - 2) / (kMostPoints - 1);
  std::vector<EpochPoint> kept;
  for (std::size_t i = 0; i + 1 < curve.size(); i += stride) kept.push_back(curve[i]);
  kept.push_back(curve.back());
  return kept;
}

/// The corpus of a seed, made once for all arms that ask one after the other.
class Corpora {
 public:
  explicit Corpora(const CorpusSpec& spec) : spec_(spec) {}

  std::shared_ptr<const Corpus> Of(std::uint64_t seed) {
    const bool text = spec_.kind == CorpusKind::kText;
    if (corpus_ && (text || seed == seed_)) return corpus_;
    corpus_ = MakeCorpus(spec_, seed);
    seed_ = seed;
    return corpus_;
  }

 private:
  const CorpusSpec& spec_;
  std::shared_ptr<const Corpus> corpus_;
  std::uint64_t seed_ = 0;
};

std::optional<RunResult> Make(const ExperimentSpec& spec, const PlannedRun& run, Corpora& corpora,
                              const TrainingControl& control) {
  if (spec.timing) return TimeShape(*spec.timing, spec.timing->shapes[run.arm], run.seed);
  return (spec.pipeline ? RunPipeline : Train)(spec, run, corpora.Of(run.seed), control);
}

}  // namespace

RunRecord Filled(RunRecord record, const RunResult& result, const std::string& code) {
  record.environment = EnvironmentOf(result, code);
  record.status = result.stopped ? RunStatus::kStopped : RunStatus::kFinished;
  record.steps = result.steps;
  record.tokens = result.tokens;
  for (const RunMetric& metric : result.metrics) record.results[metric.name] = metric.value;
  // Whole numbers below 2^53.
  record.flops =
      std::to_string(static_cast<std::int64_t>(FindMetric(result, "model_flops").value_or(0)));
  for (const EpochPoint& point : Thinned(result.curve)) AddPoint(point, record.curve);
  for (const Alarm& alarm : result.alarms) record.alarms.push_back(alarm.name + ": " + alarm.text);
  return record;
}

bool RunAndRecord(const ExperimentSpec& spec, const std::vector<PlannedRun>& runs,
                  const RecordingOptions& options) {
  at::set_num_threads(options.threads);
  const RunStore store(options.evidence);
  Corpora corpora(spec.corpus);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (options.stop && options.stop()) return false;
    const RunRecord record = RecordOf(spec, runs[i]);
    const std::string key = ConfigurationHash(record);
    if (store.Find(spec.name, key)) continue;
    const std::string checkpoint = (fs::path(options.checkpoints) / (key + ".checkpoint")).string();
    TrainingControl control{.checkpoint = checkpoint, .stop = options.stop};
    if (options.report) {
      control.report = [&](const TrainingProgress& progress) { options.report(i, progress); };
    }
    const auto result = Make(spec, runs[i], corpora, control);
    if (!result) return false;
    const RunRecord filled = Filled(record, *result, options.code);
    store.Add(filled);
    std::error_code none;
    fs::remove(checkpoint, none);
    if (options.done) options.done(filled);
    for (const std::string& remark : result->remarks) {
      if (options.remark) options.remark(remark);
    }
  }
  return true;
}

std::vector<RunRecord> Recorded(const ExperimentSpec& spec, const std::vector<PlannedRun>& runs,
                                const RunStore& store) {
  std::vector<RunRecord> records;
  for (const PlannedRun& run : runs) {
    const auto found = store.Find(spec.name, ConfigurationHash(RecordOf(spec, run)));
    if (found) records.push_back(found->record);
  }
  return records;
}

}  // namespace costcheck
