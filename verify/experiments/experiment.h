#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "verify/corpora/categories.h"
#include "verify/corpora/windows.h"

// A training experiment as data: what a file under verify/experiments says, every field checked.
// experiment_file.h reads it, plan.h lists its runs, verify/train runs one.

namespace costcheck {

/// Where tokens come from.
enum class CorpusKind {
  kZipf,     ///< independent draws, probability of rank r proportional to r^-exponent
  kMarkov,   ///< the same law of single tokens, and a context that tells something
  kUniform,  ///< independent draws, all types alike
  kText,     ///< a text, in bytes or byte pairs
};

struct CorpusSpec {
  CorpusKind kind = CorpusKind::kZipf;
  std::int64_t types = 0;   ///< V
  double exponent = 0;      ///< of Zipf's law
  double dependence = 0;    ///< kMarkov: 0 none, towards 1 all but settled (markov.h)
  std::int64_t turns = 0;   ///< kMarkov: of TurnCoupling; 0: PairCoupling
  std::int64_t tokens = 0;  ///< how many are drawn; kText: 0 for all of it
  std::string text{};       ///< kText: a name that tools/corpora knows, or a path. types is 256
                            ///< for bytes, above that byte pairs learned on the training part
  double train_share = 1;   ///< of the tokens, from the front
  double test_share = 0;    ///< of the tokens, at the end; validation lies between
};

/// Windows of a batch; orders and targets are those of verify/corpora/windows.h.
struct BatchSpec {
  std::int64_t length = 0;     ///< T, tokens of a window
  std::int64_t sequences = 0;  ///< B
  WindowOrder order = WindowOrder::kRandom;
  std::int64_t row_step = 0;    ///< of kStepped, which begins at 0 again every epoch
  std::int64_t batch_step = 0;  ///< likewise
};

enum class ModelFamily {
  kTransformer,  ///< embedding, positions, layers, norm, head
  kMeanPool,     ///< mean of the embedded tokens, norm where asked for, head
};

enum class Initialization {
  kPyTorch,  ///< as torch.nn's layers do it: embeddings N(0, 1), linear maps uniform
  kGpt,      ///< N(0, 0.02), residual outputs narrower by sqrt(2L) (Radford 2019, Sec. 2.3)
  /// N(0, 0.02) for tables and linear maps, biases 0, residual outputs no narrower. The input
  /// projection of attention keeps torch.nn.MultiheadAttention's uniform draw (Glorot 2010).
  kNormal,
};

struct ModelSpec {
  ModelFamily family = ModelFamily::kTransformer;
  std::int64_t width = 0;  ///< d
  std::int64_t layers = 1;
  std::int64_t heads = 1;
  std::int64_t inner = 0;  ///< f
  bool relu = false;       ///< else GELU
  bool norm_first = true;  ///< else each norm follows a residual sum
  bool final_norm = true;  ///< before the head
  bool causal = true;      ///< no = a reference behaviour, to be named
  bool learned_positions = true;
  bool zero_positions = false;    ///< learned ones start at 0, whatever `initialization` says
  bool scaled_embedding = false;  ///< embedded tokens times sqrt(d)
  bool tied_head = false;
  bool head_bias = true;
  double dropout = 0;
  Initialization initialization = Initialization::kGpt;
};

enum class OptimizerKind { kAdamW, kAdam, kSgd };

struct TrainingSpec {
  OptimizerKind optimizer = OptimizerKind::kAdamW;
  std::int64_t epochs = 1;
  std::int64_t steps_per_epoch = 0;
  std::int64_t warmup_steps = 0;  ///< rate rises linearly over these
  bool cosine = false;            ///< and then falls to 0 along a cosine, by epoch or step
  bool cosine_by_epoch = false;
  double weight_decay = 0;
  double clip = 0;  ///< the gradient's greatest norm; 0: as it is
  double beta1 = 0.9, beta2 = 0.999;
};

/// What is looked at while training and at its end.
struct EvaluationSpec {
  std::int64_t every_epochs = 1;
  /// Validation batches, drawn once and the same for every arm; 0: all windows, end to end.
  std::int64_t batches = 0;
  /// Another draw for every arm: a reference behaviour, to be named.
  bool own_sample = false;
  /// The convergence rule: over the last quarter of the epochs validation loss falls by less than
  /// this, in nats; else the run has an alarm. 0: no rule.
  double settled = 0;
};

/// How token types fall into bands high, mid, low by their frequency.
struct CategorySpec {
  /// verify/corpora/categories.h. Overlap kLowWins and unseen kMid or kNone are reference
  /// behaviours, to be named.
  BandRule rule{};
  bool whole_corpus = false;  ///< counted in all of it, not its training part: likewise
};

/// One side of a comparison.
struct ArmSpec {
  std::string name;
  std::string embedding = "full_table";  ///< a component's name
  std::map<std::string, std::int64_t> embedding_settings{};
  std::vector<std::int64_t> widths{};  ///< of banded: one a band, the most frequent first
  std::int64_t shared_rows = 0;        ///< of the last band: rows that its types share
  std::optional<CategorySpec> categories{};
  std::string attention = "full";
  std::map<std::string, std::int64_t> attention_settings{};
  /// The arm whose number of parameters this one's width is chosen to match: E of factorized, else
  /// the model's f (kTransformer) or d (kMeanPool). parameters.h has the rule, and the model that
  /// an arm has.
  std::optional<std::string> matched_to{};
  std::vector<double> rates;  ///< learning rates to be tried; the best by `tune` counts
};

/// What is decided, and how: stated before any run.
struct DecisionSpec {
  std::string baseline, challenger;  ///< arms
  /// Both set: what is compared is (challenger - baseline) with (beside_challenger -
  /// beside_baseline): whether two changes add up. Never with `ratio`.
  std::string beside_baseline{}, beside_challenger{};
  std::string metric;  ///< a result of a run (train/result.h): "test_loss"
  std::string tune = "validation_loss";
  bool ratio = false;   ///< of challenger to baseline; else their difference
  double relevant = 0;  ///< the smallest difference that would matter
  double level = 0.95;
  std::string test = "sign_flip";
  std::int64_t least_pairs = 10;
};

/// The pipeline of a teacher, a selector of keys and an approximator (verify/train/pipeline.h).
struct PipelineSpec {
  std::int64_t kept = 3;  ///< K
  std::int64_t selector_hidden = 64, approximator_hidden = 64;
  std::int64_t selector_steps = 400, approximator_steps = 600, logged_batches = 32;
  double selector_rate = 1e-3, approximator_rate = 1e-3;
  bool own_values = false;   ///< trained on K copies of the query's own value: to be named
  bool future_keys = false;  ///< the selector may pick them: to be named
};

/// One shape at which two attentions are timed.
struct TimedShape {
  std::int64_t length = 0, width = 0, heads = 0;  ///< T, d, H
  std::int64_t kept = 0, hidden = 0;              ///< K, h of selector and approximator
};

/// Wall time of an attention with sparse heads beside the full one: nothing is trained.
struct TimingSpec {
  std::int64_t sequences = 1;     ///< B
  std::int64_t sparse_heads = 1;  ///< the others are exact
  bool causal = true;
  std::int64_t warmups = 3, runs = 10;
  std::vector<TimedShape> shapes{};
};

struct ExperimentSpec {
  std::string name;  ///< "B5"
  std::string form;  ///< "described" or "corrected"
  std::string title;
  std::vector<std::string> claims{};                ///< ids that it bears on
  std::vector<std::string> reference_behaviours{};  ///< each by name, as the settings have them
  CorpusSpec corpus;
  BatchSpec batch;
  Target target = Target::kNextToken;  ///< kMeanPool: one of the others, one a row
  ModelSpec model;
  TrainingSpec training;
  EvaluationSpec evaluation;
  std::vector<ArmSpec> arms;
  std::vector<DecisionSpec> decisions;
  std::optional<PipelineSpec> pipeline{};
  /// Set: the experiment is this alone, and corpus to decisions are as constructed.
  std::optional<TimingSpec> timing{};
  std::int64_t seeds = 10;
};

}  // namespace costcheck
