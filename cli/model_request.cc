#include "cli/model_request.h"

#include <utility>

#include "cli/lengths.h"
#include "cli/load_model.h"
#include "cli/request_options.h"
#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/query/defaults.h"
#include "costmodel/query/model_attention.h"
#include "costmodel/query/model_choices.h"
#include "costmodel/query/place.h"
#include "costmodel/query/subject.h"

namespace costcheck {
namespace {

/// The value of the option's word.
template <class Parse>
auto WordOf(const Options& options, const std::string& name, Parse parse) {
  return At("--" + name, [&] { return parse(options.Text(name)); });
}

Integer CountOf(const Options& options, const std::string& name) {
  return ParseLength(options.Text(name), "--" + name);
}

Counting CountingOf(const Options& options, const Convention& convention) {
  Counting counting = OfWholeModel({convention, true, Phase::kForward});
  for (const char* name : {"count", "scope", "phase"}) {
    if (!options.Has(name)) continue;
    const auto with = [&] { return With(counting, name, options.Text(name)); };
    counting = At("--" + std::string(name), with);
  }
  return counting;
}

std::vector<Counting> CountingsOf(const Options& options) {
  const std::string& name = options.Text("convention");
  std::vector<Counting> countings;
  if (name != "all") {
    return {CountingOf(options, At("--convention", [&] { return FindConvention(name); }))};
  }
  for (const Convention& convention : Conventions()) {
    countings.push_back(CountingOf(options, convention));
  }
  return countings;
}

/// The attention that is put in, what is left open of it from the default table.
AttentionChoice AttentionOf(const Options& options, const Architecture& architecture,
                            std::vector<std::string>& notes) {
  const Assignments assignments = ParseAssignments(options);
  const Subject subject = At("--attention", [&] {
    return AttentionInModel(options.Text("attention"), assignments, architecture);
  });
  std::vector<Taken> taken;
  const Subject filled = WithOwnDefaults(subject, taken);
  if (const std::string note = NoteOnTaken(taken); !note.empty()) notes.push_back(note);
  return {filled.component, filled.settings};
}

Parallel ParallelOf(const Options& options) {
  Parallel parallel;
  const Integer stage = options.Text("zero") == "0" ? Integer(0) : CountOf(options, "zero");
  if (stage > 3) throw CostError("--zero: ZeRO has stages 0 to 3, not " + ToString(stage));
  parallel.zero = static_cast<int>(*ToInt64(stage));
  parallel.data = CountOf(options, "dp");
  parallel.tensor = CountOf(options, "tp");
  parallel.sequence = options.Has("sp");
  parallel.pipeline = CountOf(options, "pp");
  parallel.expert = CountOf(options, "ep");
  return parallel;
}

CostChoices ChoicesOf(const Options& options) {
  CostChoices choices;
  SetElementBytes(choices, WordOf(options, "dtype", ParseElementType));
  if (options.Has("cache-dtype")) {
    choices.formulas.cache_bytes = WordOf(options, "cache-dtype", ParseElementType);
  }
  choices.formulas.batch = CountOf(options, "batch");
  choices.formulas.recomputing_core = WordOf(options, "flash", ParseYesNo);
  choices.formulas.dropout = WordOf(options, "dropout", ParseYesNo);
  choices.recompute = WordOf(options, "recompute", ParseRecompute);
  choices.optimizer = WordOf(options, "optimizer", ParseOptimizer);
  choices.parallel = ParallelOf(options);
  if (options.Has("encoder-length")) choices.encoded = CountOf(options, "encoder-length");
  return choices;
}

}  // namespace

OptionGroup ModelOptions() {
  OptionGroup group("Model");
  auto add = group.add_options();
  const auto text = [](const char* shown, const char* fallback) {
    return TextValue(shown)->default_value(fallback);
  };
  add("lengths", text("LENGTHS", "1K,8K,32K,128K"), "64..128K doubles; 1K,8K is a list; K = 1024");
  add("batch", text("B", "1"), "sequences (of a microbatch, with --pp)");
  add("encoder-length", TextValue("S"), "tokens of the encoder's text; as --lengths unless set");
  add("dtype", text("TYPE", "bfloat16"), "of weights: float32, bfloat16, float16, fp8, int8, int4");
  add("cache-dtype", TextValue("TYPE"), "of caches; as --dtype, but at least 16 bits");
  add("attention", TextValue("NAME"),
      "another in every layer: topk_mlp(K=8); its values also by --set");
  add("recompute", text("POLICY", "none"), "none, selective or full");
  add("flash", text("yes|no", "no"), "the core as a kernel that keeps no weights");
  add("dropout", text("yes|no", "no"), "with dropout, whose masks are kept");
  add("optimizer", text("NAME", "adam"), "adam, adam8bit or sgd");
  add("zero", text("STAGE", "0"), "ZeRO stage, 0 to 3");
  add("dp", text("N", "1"), "data-parallel devices");
  add("tp", text("N", "1"), "tensor-parallel devices");
  add("sp", "sequence parallelism among the tensor-parallel devices");
  add("pp", text("N", "1"), "stages of a pipeline");
  add("ep", text("N", "1"), "devices that share the experts");
  add("itemize", "what is kept, tensor by tensor");
  add("formula", "the formulas in T besides");
  return group;
}

ModelRequest ParseModelRequest(const Options& options) {
  ModelRequest request;
  request.architecture = LoadArchitecture(options.positionals().front());
  request.lengths = ParseLengths(options.Text("lengths"));
  request.countings = CountingsOf(options);
  request.choices = ChoicesOf(options);
  request.choices.formulas.convention = request.countings.front().convention;
  request.choices.formulas.phase = request.countings.front().phase;
  request.itemized = options.Has("itemize");
  request.formulas = options.Has("formula");
  if (options.Has("attention")) {
    request.choices.formulas.attention = AttentionOf(options, request.architecture, request.notes);
  } else if (options.Has("set")) {
    throw CostError("--set: sets values of another attention, which --attention names");
  }
  return request;
}

}  // namespace costcheck
