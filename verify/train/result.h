#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a run of training has found out. But for `seconds`, the same again if it is run again on the
// same machine with the same number of threads.

namespace costcheck {

/// Where a run stood after an epoch. Losses in nats a target.
struct EpochPoint {
  std::int64_t epoch = 0;  ///< epochs done; 0: untrained
  std::int64_t step = 0;   ///< steps done
  /// Mean over the batches since the last point, each before its step; at epoch 0 nothing.
  std::optional<double> training_loss{};
  std::optional<double> validation_loss{};  ///< where the experiment has validation tokens
  std::optional<double> expected_loss{};    ///< where the source's law is known
};

struct RunMetric {
  std::string name;
  double value = 0;
};

/// What is wrong with a run, found by a stated rule (alarms.h).
struct Alarm {
  std::string name;  ///< "leak", "not_a_number", "divergence", "not_converged"
  std::string text;  ///< a sentence with the numbers
};

struct RunResult {
  std::int64_t steps = 0;          ///< done
  std::int64_t parameters = 0;     ///< trained numbers
  std::int64_t tokens = 0;         ///< trained on
  double seconds = 0;              ///< of training steps, without evaluation
  bool stopped = false;            ///< by an alarm
  std::vector<RunMetric> metrics;  ///< of those below
  std::vector<EpochPoint> curve;
  std::vector<Alarm> alarms;
  std::vector<std::string> remarks;  ///< on what was built: a width that was chosen
};

/// Nothing where the run has none of this name.
inline std::optional<double> FindMetric(const RunResult& result, std::string_view name) {
  for (const RunMetric& metric : result.metrics) {
    if (metric.name == name) return metric.value;
  }
  return std::nullopt;
}

/// The names that a run's metrics have, in the order in which they are listed. A run has those of
/// its kind that its experiment has the tokens for.
inline constexpr std::string_view kMetricNames[] = {
    "validation_loss",  // nats a target, at the end
    "test_loss",        // the same of the test tokens, all windows end to end
    "expected_loss",    // exact in the target: -sum of p(v) log q(v), mean over the validation
                        // windows (over training windows where there is no validation)
    "excess",           // expected_loss less the source's entropy
    "perplexity",       // exp(validation_loss)
    "last_batch_loss",  // training loss of the last batch, before its step
    "last_epoch_loss",  // mean of it over the last epoch
    "source_entropy",   // nats a target, of the source's law, where that is known
    "parameters",       // trained numbers
    "tokens",           // that were trained on
    "step_flops",       // FLOPs of matrix products in one step, forward and backward, counted once
    "model_flops",      // of all steps

    // A pipeline's, which has the teacher's as well (pipeline.h, pipeline_evaluation.h)
    "selector_top1",                 // share of queries whose strongest key is named first
    "selector_top1_chance",          // by a random one of the keys that a query sees
    "selector_top1_by_position",     // by the key that is usual at the query's position
    "selector_training_top1",        // on the logged queries
    "selector_recall_at_k",          // of attention's weights, the share in the chosen keys
    "selector_best_recall_at_k",     // in the K keys of the greatest weights
    "selector_future_share",         // of the chosen keys, those behind the query
    "approximator_relative_error",   // of the head's output, from the chosen keys' values
    "approximator_training_error",   // on what it was trained on
    "logit_relative_error",          // of the hybrid's logits
    "logit_relative_error_ablated",  // with zeros in the head's place
    "teacher_loss",                  // on the windows that the others below are of
    "hybrid_loss",
    "ablated_loss",              // with zeros in the head's place
    "exact_head_multiply_adds",  // a query (pipeline_cost.h)
    "sparse_head_multiply_adds",
    "printed_reduction",  // 1 - K/T

    // A timed shape's (pipeline_timing.h)
    "time_ratio",  // of full attention to one with sparse heads, median of the runs
    "time_ratio_lower_quartile",
    "time_ratio_upper_quartile",
    "predicted_time_ratio",  // of multiply-adds, projections among them (pipeline_cost.h)
    "full_seconds",          // a pass, median
    "sparse_seconds",
};

}  // namespace costcheck
