#pragma once

#include <concepts>
#include <type_traits>

#include "verify/experiments/experiment.h"

// The fields of an experiment, each once, for what reads them (experiment_file.cc) and what writes
// them (canonical.cc). VisitFields(spec, visit) calls visit(key, field, need) for each, a field
// that decides whether others apply before those.

namespace costcheck {

enum class Need {
  kRequired,
  kOptional,  ///< else the default of experiment.h
  kUnused,    ///< what was chosen before leaves no use for it: it must not be given
};

constexpr Need RequiredIf(bool used) { return used ? Need::kRequired : Need::kUnused; }
constexpr Need OptionalIf(bool used) { return used ? Need::kOptional : Need::kUnused; }

/// Spec or const Spec.
template <class Type, class Spec>
concept Of = std::same_as<std::remove_const_t<Type>, Spec>;

template <Of<CorpusSpec> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("kind", spec.kind, Need::kRequired);
  const bool markov = spec.kind == CorpusKind::kMarkov;
  const bool text = spec.kind == CorpusKind::kText;
  visit("types", spec.types, Need::kRequired);
  visit("exponent", spec.exponent, RequiredIf(markov || spec.kind == CorpusKind::kZipf));
  visit("dependence", spec.dependence, RequiredIf(markov));
  visit("turns", spec.turns, RequiredIf(markov));
  visit("text", spec.text, RequiredIf(text));
  visit("tokens", spec.tokens, text ? Need::kOptional : Need::kRequired);
  visit("train_share", spec.train_share, Need::kOptional);
  visit("test_share", spec.test_share, Need::kOptional);
}

template <Of<BatchSpec> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("length", spec.length, Need::kRequired);
  visit("sequences", spec.sequences, Need::kRequired);
  visit("order", spec.order, Need::kRequired);
  const bool stepped = spec.order == WindowOrder::kStepped;
  visit("row_step", spec.row_step, RequiredIf(stepped));
  visit("batch_step", spec.batch_step, RequiredIf(stepped));
}

template <Of<ModelSpec> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("family", spec.family, Need::kRequired);
  const bool transformer = spec.family == ModelFamily::kTransformer;
  visit("width", spec.width, Need::kRequired);
  visit("layers", spec.layers, RequiredIf(transformer));
  visit("heads", spec.heads, RequiredIf(transformer));
  visit("inner", spec.inner, RequiredIf(transformer));
  visit("relu", spec.relu, OptionalIf(transformer));
  visit("norm_first", spec.norm_first, OptionalIf(transformer));
  visit("final_norm", spec.final_norm, Need::kOptional);
  visit("causal", spec.causal, OptionalIf(transformer));
  visit("learned_positions", spec.learned_positions, OptionalIf(transformer));
  visit("zero_positions", spec.zero_positions, OptionalIf(transformer && spec.learned_positions));
  visit("scaled_embedding", spec.scaled_embedding, Need::kOptional);
  visit("tied_head", spec.tied_head, Need::kOptional);
  visit("head_bias", spec.head_bias, Need::kOptional);
  visit("dropout", spec.dropout, OptionalIf(transformer));
  visit("initialization", spec.initialization, Need::kRequired);
}

template <Of<TrainingSpec> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("optimizer", spec.optimizer, Need::kRequired);
  const bool adam = spec.optimizer != OptimizerKind::kSgd;
  visit("epochs", spec.epochs, Need::kRequired);
  visit("steps_per_epoch", spec.steps_per_epoch, Need::kRequired);
  visit("warmup_steps", spec.warmup_steps, Need::kOptional);
  visit("cosine", spec.cosine, Need::kOptional);
  visit("cosine_by_epoch", spec.cosine_by_epoch, OptionalIf(spec.cosine));
  visit("weight_decay", spec.weight_decay, Need::kOptional);
  visit("clip", spec.clip, Need::kOptional);
  visit("beta1", spec.beta1, OptionalIf(adam));
  visit("beta2", spec.beta2, OptionalIf(adam));
}

template <Of<EvaluationSpec> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("every_epochs", spec.every_epochs, Need::kRequired);
  visit("batches", spec.batches, Need::kOptional);
  visit("own_sample", spec.own_sample, OptionalIf(spec.batches != 0));
  visit("settled", spec.settled, Need::kOptional);
}

template <Of<CategorySpec> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("split", spec.rule.split, Need::kRequired);
  visit("high", spec.rule.high, Need::kRequired);
  visit("low", spec.rule.low, Need::kRequired);
  visit("ties", spec.rule.ties, Need::kOptional);
  visit("unseen", spec.rule.unseen, Need::kOptional);
  visit("overlap", spec.rule.overlap, OptionalIf(spec.rule.split == BandSplit::kCounts));
  visit("whole_corpus", spec.whole_corpus, Need::kOptional);
}

template <Of<ArmSpec> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("name", spec.name, Need::kRequired);
  visit("embedding", spec.embedding, Need::kOptional);
  const bool bands = spec.embedding == "banded" || spec.embedding == "adaptive";
  visit("embedding_settings", spec.embedding_settings, Need::kOptional);
  visit("widths", spec.widths, RequiredIf(bands));
  visit("shared_rows", spec.shared_rows, OptionalIf(bands));
  visit("categories", spec.categories, RequiredIf(bands));
  visit("attention", spec.attention, Need::kOptional);
  visit("attention_settings", spec.attention_settings, Need::kOptional);
  visit("matched_to", spec.matched_to, Need::kOptional);
  visit("rates", spec.rates, Need::kRequired);
}

template <Of<DecisionSpec> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("baseline", spec.baseline, Need::kRequired);
  visit("challenger", spec.challenger, Need::kRequired);
  visit("beside_baseline", spec.beside_baseline, Need::kOptional);
  visit("beside_challenger", spec.beside_challenger,
        spec.beside_baseline.empty() ? Need::kUnused : Need::kRequired);
  visit("metric", spec.metric, Need::kRequired);
  visit("tune", spec.tune, Need::kOptional);
  visit("ratio", spec.ratio, Need::kOptional);
  visit("relevant", spec.relevant, Need::kRequired);
  visit("level", spec.level, Need::kOptional);
  visit("test", spec.test, Need::kOptional);
  visit("least_pairs", spec.least_pairs, Need::kOptional);
}

template <Of<PipelineSpec> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("kept", spec.kept, Need::kRequired);
  visit("selector_hidden", spec.selector_hidden, Need::kRequired);
  visit("approximator_hidden", spec.approximator_hidden, Need::kRequired);
  visit("selector_steps", spec.selector_steps, Need::kRequired);
  visit("approximator_steps", spec.approximator_steps, Need::kRequired);
  visit("logged_batches", spec.logged_batches, Need::kRequired);
  visit("selector_rate", spec.selector_rate, Need::kRequired);
  visit("approximator_rate", spec.approximator_rate, Need::kRequired);
  visit("own_values", spec.own_values, Need::kOptional);
  visit("future_keys", spec.future_keys, Need::kOptional);
}

template <Of<TimedShape> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("length", spec.length, Need::kRequired);
  visit("width", spec.width, Need::kRequired);
  visit("heads", spec.heads, Need::kRequired);
  visit("kept", spec.kept, Need::kRequired);
  visit("hidden", spec.hidden, Need::kRequired);
}

template <Of<TimingSpec> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("sequences", spec.sequences, Need::kRequired);
  visit("sparse_heads", spec.sparse_heads, Need::kRequired);
  visit("causal", spec.causal, Need::kOptional);
  visit("warmups", spec.warmups, Need::kRequired);
  visit("runs", spec.runs, Need::kRequired);
  visit("shapes", spec.shapes, Need::kRequired);
}

template <Of<ExperimentSpec> Spec, class Visit>
void VisitFields(Spec& spec, Visit&& visit) {
  visit("name", spec.name, Need::kRequired);
  visit("form", spec.form, Need::kRequired);
  visit("title", spec.title, Need::kRequired);
  visit("claims", spec.claims, Need::kOptional);
  visit("reference_behaviours", spec.reference_behaviours, Need::kOptional);
  visit("timing", spec.timing, Need::kOptional);
  const bool trains = !spec.timing;
  visit("seeds", spec.seeds, OptionalIf(trains));
  visit("target", spec.target, OptionalIf(trains));
  visit("corpus", spec.corpus, RequiredIf(trains));
  visit("batch", spec.batch, RequiredIf(trains));
  visit("model", spec.model, RequiredIf(trains));
  visit("training", spec.training, RequiredIf(trains));
  visit("evaluation", spec.evaluation, OptionalIf(trains));
  visit("pipeline", spec.pipeline, OptionalIf(trains));
  visit("arms", spec.arms, RequiredIf(trains));
  visit("decisions", spec.decisions, OptionalIf(trains));
}

}  // namespace costcheck
