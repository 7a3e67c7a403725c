#include "verify/train/trainer.h"

#include <ATen/Functions.h>

#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"
#include "evidence/record.h"
#include "verify/corpora/random.h"
#include "verify/modules/optimizer.h"
#include "verify/probe/flop_probe.h"
#include "verify/train/alarms.h"
#include "verify/train/arm_model.h"
#include "verify/train/checkpoint.h"
#include "verify/train/clip.h"
#include "verify/train/data.h"
#include "verify/train/evaluation.h"
#include "verify/train/model.h"
#include "verify/train/schedule.h"
#include "verify/train/tensor_numbers.h"

namespace costcheck {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Run {
 public:
  Run(const ExperimentSpec& spec, const PlannedRun& run, std::shared_ptr<const Corpus> corpus,
      const TrainingControl& control);

  std::optional<RunResult> Go();

 private:
  using Windows = std::optional<EvaluationBatches>;

  const ArmSpec& arm() const { return spec_.arms[run_.arm]; }
  std::int64_t all() const { return AllSteps(spec_.training); }
  Windows NewValidation() const;
  Windows NewTest() const;
  void TakeUp();
  void Save() const;
  bool Stopped();
  void Step();
  double LossOfStep(const Batch& batch);
  std::optional<Evaluation> EvaluateNow();
  void Look();
  bool LookIsDue() const;
  RunResult Result();
  std::vector<RunMetric> Metrics();
  std::vector<Alarm> Alarms() const;

  const ExperimentSpec& spec_;
  PlannedRun run_;
  std::shared_ptr<const Corpus> corpus_;
  const TrainingControl& control_;
  std::string key_;
  Parts parts_;
  ModelPlan plan_;
  TrainingBatches batches_;
  Windows validation_, test_;
  KnownLaw law_;
  std::unique_ptr<TrainedModel> model_;
  std::unique_ptr<TensorOptimizer> optimizer_;
  Checkpoint state_;  ///< without the numbers of tensors
  std::optional<Evaluation> last_look_;
  std::optional<Alarm> not_a_number_;
  Clock::time_point saved_ = Clock::now();
};

Run::Run(const ExperimentSpec& spec, const PlannedRun& run, std::shared_ptr<const Corpus> corpus,
         const TrainingControl& control)
    : spec_(spec),
      run_(run),
      corpus_(std::move(corpus)),
      control_(control),
      key_(ConfigurationHash(RecordOf(spec, run))),
      parts_(PartsOf(spec.corpus, *corpus_)),
      plan_(PlanOfArm(spec, spec.arms[run.arm], *corpus_, parts_.training)),
      batches_(spec, parts_.training, run.seed),
      validation_(NewValidation()),
      test_(NewTest()),
      law_(LawOfTargets(spec)),
      model_(NewModel(plan_, run.seed)),
      optimizer_(NewOptimizer(spec.training, run.rate, model_->parameters())) {
  state_.run = key_;
  TakeUp();
}

/// Without validation tokens, what is known of the source is read off the training windows.
Run::Windows Run::NewValidation() const {
  if (!parts_.validation.empty()) {
    return EvaluationBatches(spec_, parts_.validation, run_.seed, arm().name);
  }
  if (LawOfTargets(spec_) == KnownLaw::kNone) return std::nullopt;
  return EvaluationBatches(spec_, parts_.training);
}

Run::Windows Run::NewTest() const {
  if (parts_.test.empty()) return std::nullopt;
  return EvaluationBatches(spec_, parts_.test);
}

void Run::TakeUp() {
  if (!control_.checkpoint) return;
  const std::string& path = *control_.checkpoint;
  std::optional<Checkpoint> found = ReadCheckpoint(path, key_);
  if (!found) return;
  const std::vector<NamedTensor>& parameters = model_->parameters();
  const std::vector<at::Tensor> state = optimizer_->State();
  if (found->parameters.size() != parameters.size() || found->optimizer.size() != state.size() ||
      found->step > all()) {
    throw CostError(path + ": the checkpoint is of another model");
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    PutBack(found->parameters[i], parameters[i].tensor, path);
  }
  for (std::size_t i = 0; i < state.size(); ++i) PutBack(found->optimizer[i], state[i], path);
  found->parameters.clear();
  found->optimizer.clear();
  optimizer_->Resume(found->step);
  state_ = std::move(*found);
}

void Run::Save() const {
  Checkpoint whole = state_;
  whole.parameters = NumbersOf(model_->parameters());
  for (const at::Tensor& tensor : optimizer_->State()) whole.optimizer.push_back(NumbersOf(tensor));
  WriteCheckpoint(*control_.checkpoint, whole);
}

/// Between two steps: writes what is due, and says whether to end here.
bool Run::Stopped() {
  const bool stop = control_.stop && control_.stop();
  if (control_.checkpoint && (stop || SecondsSince(saved_) >= control_.seconds_between)) {
    Save();
    saved_ = Clock::now();
  }
  return stop;
}

double Run::LossOfStep(const Batch& batch) {
  model_->dropout().Start(
      Stream(run_.seed, "dropout", static_cast<std::uint64_t>(state_.step)).Next());
  const ModelBatch made = ToModel(batch, spec_.batch.sequences);
  at::Tensor loss;
  {
    std::vector<at::Tensor> outputs = model_->Forward(ListOf(made.tokens));
    loss = MeanLoss(outputs.front(), made.targets);
  }
  const auto value = loss.item<double>();
  if (std::isfinite(value)) loss.backward();
  return value;
}

void Run::Step() {
  const Batch batch = batches_.At(state_.step);
  const Clock::time_point start = Clock::now();
  std::optional<FlopProbe> probe;
  if (state_.step_flops == 0) probe.emplace();
  const double loss = LossOfStep(batch);
  if (probe) {
    const FlopReport report = probe->Stop();
    state_.step_flops = report.forward + report.backward;
  }
  not_a_number_ = NotANumberAlarm(loss, state_.step);
  if (state_.step % spec_.training.steps_per_epoch == 0) state_.last_epoch_sum = 0;
  state_.last_loss = loss;
  state_.last_epoch_sum += loss;
  state_.loss_sum += loss;
  ++state_.loss_count;
  if (not_a_number_) return;
  if (spec_.training.clip > 0) ClipGradients(model_->parameters(), spec_.training.clip);
  optimizer_->SetRate(run_.rate * RateShare(spec_.training, state_.step));
  optimizer_->Step();
  optimizer_->ReleaseGradients();
  ++state_.step;
  state_.seconds += SecondsSince(start);
}

bool Run::LookIsDue() const {
  const std::int64_t steps = spec_.training.steps_per_epoch;
  if (state_.step % steps != 0) return false;
  const std::int64_t epoch = state_.step / steps;
  return epoch % spec_.evaluation.every_epochs == 0 || epoch == spec_.training.epochs;
}

std::optional<Evaluation> Run::EvaluateNow() {
  if (!validation_) return std::nullopt;
  const std::int64_t epoch = state_.step / spec_.training.steps_per_epoch;
  return Evaluate(*model_, *validation_, epoch, spec_.batch.sequences, law_, corpus_->source.get());
}

void Run::Look() {
  last_look_ = EvaluateNow();
  EpochPoint point{.epoch = state_.step / spec_.training.steps_per_epoch, .step = state_.step};
  if (state_.loss_count > 0) {
    point.training_loss = state_.loss_sum / static_cast<double>(state_.loss_count);
  }
  if (last_look_) {
    if (!parts_.validation.empty()) point.validation_loss = last_look_->loss;
    point.expected_loss = last_look_->expected;
  }
  state_.curve.push_back(point);
  state_.loss_sum = 0;
  state_.loss_count = 0;
}

std::optional<RunResult> Run::Go() {
  TrainingProgress progress{.all = all(), .resumed = state_.step};
  if (state_.curve.empty()) Look();
  while (state_.step < all()) {
    if (Stopped()) return std::nullopt;
    Step();
    if (not_a_number_) break;
    if (LookIsDue()) Look();
    progress.step = state_.step;
    progress.loss = state_.last_loss;
    if (control_.report) control_.report(progress);
  }
  if (control_.checkpoint && control_.keep_last) Save();
  RunResult result = Result();
  if (control_.trained && !result.stopped) control_.trained(*model_);
  return result;
}

RunResult Run::Result() {
  RunResult result;
  result.steps = state_.step;
  result.parameters = model_->CountParameters();
  result.tokens = state_.step * spec_.batch.sequences * spec_.batch.length;
  result.seconds = state_.seconds;
  result.stopped = not_a_number_.has_value();
  if (!last_look_ || result.stopped) last_look_ = EvaluateNow();
  result.metrics = Metrics();
  result.curve = state_.curve;
  result.alarms = Alarms();
  result.remarks = RemarksOf(spec_, arm(), plan_, result.parameters);
  return result;
}

std::vector<RunMetric> Run::Metrics() {
  std::vector<RunMetric> metrics;
  const auto add = [&](const char* name, double value) { metrics.push_back({name, value}); };
  const bool has_validation = last_look_ && !parts_.validation.empty();
  if (has_validation) add("validation_loss", last_look_->loss);
  if (test_) {
    add("test_loss",
        Evaluate(*model_, *test_, 0, spec_.batch.sequences, KnownLaw::kNone, nullptr).loss);
  }
  if (last_look_ && last_look_->expected) {
    add("expected_loss", *last_look_->expected);
    add("excess", *last_look_->expected - corpus_->source->EntropyRate());
  }
  if (has_validation) add("perplexity", std::exp(last_look_->loss));
  add("last_batch_loss", state_.last_loss);
  const std::int64_t in_epoch =
      (std::max<std::int64_t>(state_.step, 1) - 1) % spec_.training.steps_per_epoch + 1;
  add("last_epoch_loss", state_.last_epoch_sum / static_cast<double>(in_epoch));
  if (law_ != KnownLaw::kNone) add("source_entropy", corpus_->source->EntropyRate());
  add("parameters", static_cast<double>(model_->CountParameters()));
  add("tokens", static_cast<double>(state_.step * spec_.batch.sequences * spec_.batch.length));
  add("step_flops", static_cast<double>(state_.step_flops));
  add("model_flops", static_cast<double>(state_.step_flops) * static_cast<double>(state_.step));
  return metrics;
}

std::vector<Alarm> Run::Alarms() const {
  std::vector<Alarm> alarms;
  const auto add = [&](const std::optional<Alarm>& alarm) {
    if (alarm) alarms.push_back(*alarm);
  };
  add(not_a_number_);
  if (last_look_ && last_look_->excess && !parts_.validation.empty()) {
    add(LeakAlarm({*last_look_->excess, *last_look_->excess_error},
                  corpus_->source->EntropyRate()));
  }
  if (not_a_number_) return alarms;
  add(DivergenceAlarm(state_.curve));
  add(ConvergenceAlarm(spec_.training, spec_.evaluation.settled, state_.curve));
  return alarms;
}

}  // namespace

std::optional<RunResult> Train(const ExperimentSpec& spec, const PlannedRun& run,
                               std::shared_ptr<const Corpus> corpus,
                               const TrainingControl& control) {
  COSTCHECK_CHECK(run.arm < spec.arms.size() && AllSteps(spec.training) > 0);
  if (spec.pipeline || spec.timing) {
    throw CostError(spec.name + " is no plain training run: it has a pipeline or measures time");
  }
  return Run(spec, run, std::move(corpus), control).Go();
}

}  // namespace costcheck
