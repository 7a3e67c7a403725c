#include "verify/train/data.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/corpora/markov.h"
#include "verify/corpora/share.h"
#include "verify/corpora/text.h"
#include "verify/corpora/zipf.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

constexpr char kPlace[] = "batch";

fs::path CacheFolder() {
  const char* const set = std::getenv("XDG_CACHE_HOME");
  const char* const home = std::getenv("HOME");
  const fs::path base = set != nullptr && *set != '\0'
                            ? fs::path(set)
                            : fs::path(home == nullptr ? "" : home) / ".cache";
  return base / "costcheck" / "corpora";
}

std::string TextPath(const std::string& text) {
  if (text.find('/') != std::string::npos || text.ends_with(".txt")) return text;
  const fs::path path = CacheFolder() / (text + ".txt");
  std::error_code error;
  if (fs::is_regular_file(path, error)) return path.string();
  throw CostError("The text '" + text + "' is not in " + CacheFolder().string() +
                  "; 'tools/corpora " + text + "' in a checkout of the source fetches it");
}

Corpus TextCorpus(const CorpusSpec& spec) {
  constexpr std::int64_t kBytes = 256;
  const std::string text = ReadText(TextPath(spec.text));
  Corpus corpus = spec.types == kBytes
                      ? ByteCorpus(spec.text, text)
                      : BytePairCorpus(spec.text, text, spec.types, spec.train_share).corpus;
  if (spec.tokens == 0) return corpus;
  const auto asked = static_cast<std::size_t>(spec.tokens);
  if (asked > corpus.tokens.size()) {
    throw CostError("The text '" + spec.text + "' has " + std::to_string(corpus.tokens.size()) +
                    " tokens, and corpus.tokens asks for " + std::to_string(asked));
  }
  corpus.tokens.resize(asked);
  return corpus;
}

std::shared_ptr<const Source> MakeSource(const CorpusSpec& spec, std::uint64_t seed) {
  const double exponent = spec.kind == CorpusKind::kUniform ? 0 : spec.exponent;
  UnigramLaw law = Zipf(spec.types, exponent);
  if (spec.kind != CorpusKind::kMarkov) return std::make_shared<UnigramLaw>(std::move(law));
  Stream stream(seed, "coupling");
  Coupling coupling = spec.turns > 0 ? TurnCoupling(law, spec.turns, stream) : PairCoupling(law);
  return std::make_shared<MarkovSource>(std::move(law), std::move(coupling), spec.dependence);
}

WindowSettings SettingsOf(const ExperimentSpec& spec, WindowOrder order) {
  return {.length = spec.batch.length,
          .rows = spec.batch.sequences,
          .target = spec.target,
          .order = order};
}

WindowSettings TrainingSettings(const ExperimentSpec& spec) {
  WindowSettings settings = SettingsOf(spec, spec.batch.order);
  settings.row_step = spec.batch.row_step;
  settings.batch_step = spec.batch.batch_step;
  return settings;
}

std::string SampleName(const EvaluationSpec& evaluation, const std::string& arm) {
  return evaluation.own_sample ? "validation of " + arm : "validation";
}

}  // namespace

std::shared_ptr<const Corpus> MakeCorpus(const CorpusSpec& spec, std::uint64_t seed) {
  if (spec.kind == CorpusKind::kText) return std::make_shared<Corpus>(TextCorpus(spec));
  Stream stream(seed, "corpus");
  return std::make_shared<Corpus>(
      DrawCorpus("corpus", MakeSource(spec, seed), spec.tokens, stream));
}

Parts PartsOf(const CorpusSpec& spec, const Corpus& corpus) {
  const std::span<const std::int32_t> all = corpus.tokens;
  const auto count = static_cast<std::int64_t>(all.size());
  const auto training = static_cast<std::size_t>(ShareOf(spec.train_share, count));
  const auto test = static_cast<std::size_t>(ShareOf(spec.test_share, count));
  COSTCHECK_CHECK(training + test <= all.size());
  return {all.first(training), all.subspan(training, all.size() - training - test), all.last(test)};
}

std::optional<TypeBands> BandsOfArm(const ArmSpec& arm, const Corpus& corpus,
                                    std::span<const std::int32_t> training) {
  if (!arm.categories) return std::nullopt;
  const std::span<const std::int32_t> counted =
      arm.categories->whole_corpus ? std::span<const std::int32_t>(corpus.tokens) : training;
  return SortIntoBands(CountTypes(counted, corpus.types), arm.categories->rule);
}

TrainingBatches::TrainingBatches(const ExperimentSpec& spec, std::span<const std::int32_t> training,
                                 std::uint64_t seed)
    : batches_(training, TrainingSettings(spec), seed, "batches", kPlace),
      restart_(spec.batch.order == WindowOrder::kStepped ? spec.training.steps_per_epoch : 0) {}

Batch TrainingBatches::At(std::int64_t step) const {
  return batches_.At(restart_ > 0 ? step % restart_ : step);
}

EvaluationBatches::EvaluationBatches(const ExperimentSpec& spec,
                                     std::span<const std::int32_t> tokens)
    : batches_(tokens, SettingsOf(spec, WindowOrder::kConsecutive), 0, "", kPlace),
      size_(batches_.PerEpoch()),
      own_sample_(false) {}

EvaluationBatches::EvaluationBatches(const ExperimentSpec& spec,
                                     std::span<const std::int32_t> tokens, std::uint64_t seed,
                                     const std::string& arm)
    : batches_(tokens,
               SettingsOf(spec, spec.evaluation.batches == 0 ? WindowOrder::kConsecutive
                                                             : WindowOrder::kRandom),
               seed, SampleName(spec.evaluation, arm), kPlace),
      size_(spec.evaluation.batches == 0 ? batches_.PerEpoch() : spec.evaluation.batches),
      own_sample_(spec.evaluation.own_sample) {}

Batch EvaluationBatches::At(std::int64_t look, std::int64_t i) const {
  return batches_.At(own_sample_ ? look * size_ + i : i);
}

}  // namespace costcheck
