#include "verify/train/pipeline.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"
#include "evidence/record.h"
#include "verify/modules/optimizer.h"
#include "verify/train/checkpoint.h"
#include "verify/train/data.h"
#include "verify/train/evaluation.h"
#include "verify/train/pipeline_cost.h"
#include "verify/train/pipeline_evaluation.h"
#include "verify/train/pipeline_head.h"
#include "verify/train/schedule.h"
#include "verify/train/tensor_numbers.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kBatchesWithoutValidation = 10;

class Pipeline {
 public:
  Pipeline(const ExperimentSpec& spec, const PlannedRun& run, std::shared_ptr<const Corpus> corpus,
           const TrainingControl& control);

  std::optional<RunResult> Go();

 private:
  using Loss = std::function<at::Tensor()>;

  std::string TeacherCheckpoint() const { return *control_.checkpoint + ".teacher"; }
  std::optional<RunResult> TrainTeacher(const std::function<void(TrainedModel&)>& then);
  void TakeUp();
  void Save();
  bool TrainSparseHead(const HeadLog& log);
  bool TrainSelector(const HeadLog& log);
  bool TrainApproximator(const HeadLog& log);
  bool TrainOnAll(TwoLayerMlp& mlp, std::int64_t steps, double rate, const Loss& loss);
  at::Tensor ApproximatorRows(const HeadLog& log);
  std::vector<Batch> RandomBatches(const char* name, std::int64_t count) const;
  std::vector<Batch> LoggedBatches() const;
  std::vector<Batch> EvaluatedBatches() const;
  void AddMetrics(TrainedModel& model, const HeadLog& log);

  std::int64_t length() const { return spec_.batch.length; }
  std::int64_t rows() const { return spec_.batch.sequences; }
  std::int64_t head_width() const { return spec_.model.width / spec_.model.heads; }
  std::int64_t all() const {
    return AllSteps(spec_.training) + pipeline_.selector_steps + pipeline_.approximator_steps;
  }

  const ExperimentSpec& spec_;
  const PipelineSpec& pipeline_;
  PlannedRun run_;
  std::shared_ptr<const Corpus> corpus_;
  const TrainingControl& control_;
  Parts parts_;
  SparseHead sparse_;
  std::string key_;
  int trained_ = 0;  ///< of the two MLPs
  TrainingProgress progress_;
  double seconds_ = 0;
  std::vector<RunMetric> metrics_;
};

Pipeline::Pipeline(const ExperimentSpec& spec, const PlannedRun& run,
                   std::shared_ptr<const Corpus> corpus, const TrainingControl& control)
    : spec_(spec),
      pipeline_(*spec.pipeline),
      run_(run),
      corpus_(std::move(corpus)),
      control_(control),
      parts_(PartsOf(spec.corpus, *corpus_)),
      sparse_(pipeline_, length(), head_width(), run.seed),
      key_(ConfigurationHash(RecordOf(spec, run))) {}

std::optional<RunResult> Pipeline::Go() {
  bool stopped = false;
  std::optional<RunResult> result = TrainTeacher([&](TrainedModel& model) {
    TakeUp();
    const HeadLog log = LogHead(model, LoggedBatches(), rows(), spec_.model.heads);
    stopped = !TrainSparseHead(log);
    if (!stopped) AddMetrics(model, log);
  });
  if (!result || stopped) return std::nullopt;
  if (control_.checkpoint) {
    std::error_code none;
    fs::remove(TeacherCheckpoint(), none);
  }
  result->seconds += seconds_;
  result->metrics.insert(result->metrics.end(), metrics_.begin(), metrics_.end());
  return result;
}

std::optional<RunResult> Pipeline::TrainTeacher(const std::function<void(TrainedModel&)>& then) {
  ExperimentSpec teacher = spec_;
  teacher.pipeline.reset();
  TrainingControl control = control_;
  if (control.checkpoint) control.checkpoint = TeacherCheckpoint();
  control.keep_last = true;
  control.trained = then;
  control.report = [this](const TrainingProgress& progress) {
    progress_ = progress;
    progress_.all = all();
    if (control_.report) control_.report(progress_);
  };
  return Train(teacher, run_, corpus_, control);
}

/// What there is of the two MLPs. The teacher is trained.
void Pipeline::TakeUp() {
  const std::int64_t steps = AllSteps(spec_.training);
  if (progress_.step < steps) progress_.step = progress_.resumed = steps;
  progress_.all = all();
  if (!control_.checkpoint) return;
  const std::optional<Checkpoint> found = ReadCheckpoint(*control_.checkpoint, key_);
  if (!found) return;
  std::size_t next = 0;
  for (TwoLayerMlp* mlp : {&sparse_.selector(), &sparse_.approximator()}) {
    if (next == found->parameters.size()) break;
    for (const NamedTensor& parameter : mlp->parameters()) {
      PutBack(found->parameters.at(next++), parameter.tensor, *control_.checkpoint);
    }
    ++trained_;
  }
  seconds_ = found->seconds;
  progress_.step = progress_.resumed = found->step;
}

void Pipeline::Save() {
  if (!control_.checkpoint) return;
  Checkpoint checkpoint;
  checkpoint.run = key_;
  checkpoint.step = progress_.step;
  checkpoint.seconds = seconds_;
  checkpoint.parameters = NumbersOf(sparse_.selector().parameters());
  if (trained_ == 2) {
    std::ranges::copy(NumbersOf(sparse_.approximator().parameters()),
                      std::back_inserter(checkpoint.parameters));
  }
  WriteCheckpoint(*control_.checkpoint, checkpoint);
}

bool Pipeline::TrainSparseHead(const HeadLog& log) {
  const auto stage = [&](int number, bool (Pipeline::*train)(const HeadLog&)) {
    if (trained_ >= number) return true;
    if (!(this->*train)(log)) return false;
    trained_ = number;
    Save();
    return true;
  };
  return stage(1, &Pipeline::TrainSelector) && stage(2, &Pipeline::TrainApproximator);
}

bool Pipeline::TrainSelector(const HeadLog& log) {
  const at::Tensor strongest = StrongestKeys(log.weights).view({-1});
  return TrainOnAll(sparse_.selector(), pipeline_.selector_steps, pipeline_.selector_rate, [&] {
    return MeanLoss(sparse_.Logits(log.queries).view({-1, length()}), strongest);
  });
}

bool Pipeline::TrainApproximator(const HeadLog& log) {
  const at::Tensor rows = ApproximatorRows(log);
  const at::Tensor outputs = log.outputs.view({-1, head_width()});
  return TrainOnAll(sparse_.approximator(), pipeline_.approximator_steps,
                    pipeline_.approximator_rate,
                    [&] { return at::mse_loss(sparse_.approximator()(rows), outputs); });
}

/// What the approximator is trained on.
at::Tensor Pipeline::ApproximatorRows(const HeadLog& log) {
  const c10::NoGradGuard no_gradients;
  if (pipeline_.own_values) return OwnValueRows(log.values, pipeline_.kept);
  return ValueRows(log.values, sparse_.Choose(log.queries));
}

/// Steps on the same numbers; false where they are stopped.
bool Pipeline::TrainOnAll(TwoLayerMlp& mlp, std::int64_t steps, double rate, const Loss& loss) {
  const Clock::time_point start = Clock::now();
  AdamW optimizer(mlp.parameters(), {.rate = rate});
  for (std::int64_t step = 0; step < steps; ++step) {
    if (control_.stop && control_.stop()) return false;
    const at::Tensor now = loss();
    now.backward();
    optimizer.Step();
    optimizer.ReleaseGradients();
    ++progress_.step;
    progress_.loss = now.item<double>();
    if (control_.report) control_.report(progress_);
  }
  seconds_ += std::chrono::duration<double>(Clock::now() - start).count();
  return true;
}

std::vector<Batch> Pipeline::LoggedBatches() const {
  return RandomBatches("logged windows", pipeline_.logged_batches);
}

std::vector<Batch> Pipeline::RandomBatches(const char* name, std::int64_t count) const {
  const Batches batches(parts_.training, {.length = length(), .rows = rows()}, run_.seed, name,
                        "batch");
  std::vector<Batch> drawn;
  for (std::int64_t i = 0; i < count; ++i) drawn.push_back(batches.At(i));
  return drawn;
}

std::vector<Batch> Pipeline::EvaluatedBatches() const {
  if (parts_.validation.empty()) {
    return RandomBatches("evaluated windows", kBatchesWithoutValidation);
  }
  const EvaluationBatches batches(spec_, parts_.validation, run_.seed, spec_.arms[run_.arm].name);
  std::vector<Batch> drawn;
  for (std::int64_t i = 0; i < batches.size(); ++i) drawn.push_back(batches.At(0, i));
  return drawn;
}

void Pipeline::AddMetrics(TrainedModel& model, const HeadLog& log) {
  const c10::NoGradGuard no_gradients;
  const at::Tensor strongest = StrongestKeys(log.weights);
  const PipelineEvaluation found =
      EvaluateSparseHead(model, sparse_, UsualKeys(strongest), pipeline_.kept, EvaluatedBatches(),
                         rows(), spec_.model.heads);
  const at::Tensor logged = sparse_.approximator()(ApproximatorRows(log));
  const HeadMultiplyAdds cost = MultiplyAddsOfHead(pipeline_, length(), head_width());
  metrics_ = {
      {"selector_top1", found.top1},
      {"selector_top1_chance", CausalTop1Chance(length())},
      {"selector_top1_by_position", found.top1_by_position},
      {"selector_training_top1", ShareOfTrue(sparse_.Logits(log.queries).argmax(-1).eq(strongest))},
      {"selector_recall_at_k", found.recall},
      {"selector_best_recall_at_k", found.best_recall},
      {"selector_future_share", found.future_share},
      {"approximator_relative_error", found.head_error},
      {"approximator_training_error", RelativeError(logged, log.outputs.view({-1, head_width()}))},
      {"logit_relative_error", found.logit_error},
      {"logit_relative_error_ablated", found.ablated_logit_error},
      {"teacher_loss", found.teacher_loss},
      {"hybrid_loss", found.hybrid_loss},
      {"ablated_loss", found.ablated_loss},
      {"exact_head_multiply_adds", static_cast<double>(cost.exact)},
      {"sparse_head_multiply_adds", static_cast<double>(cost.sparse)},
      {"printed_reduction", PrintedReduction(pipeline_.kept, length())},
  };
}

}  // namespace

std::optional<RunResult> RunPipeline(const ExperimentSpec& spec, const PlannedRun& run,
                                     std::shared_ptr<const Corpus> corpus,
                                     const TrainingControl& control) {
  COSTCHECK_CHECK(spec.pipeline.has_value() && run.arm < spec.arms.size());
  if (!spec.model.causal || spec.arms[run.arm].attention != "full") {
    throw CostError(spec.name + ": the pipeline's teacher is causal, with attention 'full'");
  }
  return Pipeline(spec, run, std::move(corpus), control).Go();
}

}  // namespace costcheck
