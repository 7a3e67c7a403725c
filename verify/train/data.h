#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "verify/corpora/categories.h"
#include "verify/corpora/corpus.h"
#include "verify/corpora/windows.h"
#include "verify/experiments/experiment.h"

// The tokens of an experiment from one seed. Chance depends on the seed and on what it is for,
// never on the arm: all arms train on the same batches in the same order, and are evaluated on the
// same windows, unless the experiment says own_sample.

namespace costcheck {

/// The corpus; a text does not depend on the seed. CostError where a text cannot be read: a path,
/// or a name that tools/corpora fetches, NAME.txt in $XDG_CACHE_HOME/costcheck/corpora.
std::shared_ptr<const Corpus> MakeCorpus(const CorpusSpec& spec, std::uint64_t seed);

/// Runs of tokens: the first train_share of the corpus, the last test_share, and what lies between.
struct Parts {
  std::span<const std::int32_t> training, validation, test;
};
Parts PartsOf(const CorpusSpec& spec, const Corpus& corpus);

/// The categories of an arm, counted where it says; nothing where it has none.
std::optional<TypeBands> BandsOfArm(const ArmSpec& arm, const Corpus& corpus,
                                    std::span<const std::int32_t> training);

/// Training batches. Those at random never repeat; others go on where the last epoch ended, or,
/// stepped, begin again every epoch.
class TrainingBatches {
 public:
  TrainingBatches(const ExperimentSpec& spec, std::span<const std::int32_t> training,
                  std::uint64_t seed);
  Batch At(std::int64_t step) const;

 private:
  Batches batches_;
  std::int64_t restart_;  ///< after so many steps; 0: never
};

/// Windows to be evaluated on.
class EvaluationBatches {
 public:
  /// All windows of the tokens, end to end.
  EvaluationBatches(const ExperimentSpec& spec, std::span<const std::int32_t> tokens);
  /// What the experiment has for validation: all windows, or a sample, which is the same at every
  /// look and for every arm, unless it says own_sample: then it is another one at each.
  EvaluationBatches(const ExperimentSpec& spec, std::span<const std::int32_t> tokens,
                    std::uint64_t seed, const std::string& arm);

  std::int64_t size() const { return size_; }
  /// Batch i, from 0 to below size(), of look number `look`.
  Batch At(std::int64_t look, std::int64_t i) const;

 private:
  Batches batches_;
  std::int64_t size_;
  bool own_sample_;
};

}  // namespace costcheck
