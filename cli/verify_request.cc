#include "cli/verify_request.h"

#include <algorithm>

#include "cli/lengths.h"
#include "cli/load_model.h"
#include "cli/notes.h"
#include "cli/request_options.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/counting.h"
#include "costmodel/query/place.h"
#include "costmodel/query/words.h"
#include "verify/model_prediction.h"

namespace costcheck {
namespace {

constexpr char kAll[] = "all";
constexpr std::string_view kLarge = "gpt2";  // some gigabytes: asked for by name
constexpr std::int64_t kMostThreads = 1024;
constexpr std::int64_t kMostShapes = 100000;

/// A whole number of at least `least` and at most `most`.
std::int64_t ParseWhole(const Options& options, const std::string& name, std::int64_t least,
                        std::int64_t most) {
  const std::string& text = options.Text(name);
  const std::optional<Rational> number = ParseNumber(text);
  if (number && IsInteger(*number) && *number >= least && *number <= most) {
    return *ToInt64(Numerator(*number));
  }
  throw CostError("--" + name + ": '" + text + "' is not a whole number from " +
                  std::to_string(least) + " to " + std::to_string(most));
}

std::string OneOf(const Options& options, const std::string& name,
                  const std::vector<std::string>& words) {
  const std::string& text = options.Text(name);
  if (std::find(words.begin(), words.end(), text) != words.end()) return text;
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  throw CostError("--" + name + ": '" + text + "' is none of " + list + DidYouMean(text, words));
}

VerifySubject ParseVerifySubject(const std::string& label, const Assignments& assignments,
                                 bool causal) {
  const std::optional<Call> call = AsCall(label);
  if (!call) throw CostError("'" + label + "' is not a component");
  const Component& component = FindVerifiable(call->name);
  const Assignments all = assignments.With(SplitArguments(call->arguments), label);
  VerifySubject subject{label, std::string(component.name),
                        At(label, [&] { return all.Resolve(); })};
  subject.settings.causal = causal;
  return subject;
}

std::vector<VerifySubject> ParseVerifySubjects(const std::string& text,
                                               const Assignments& assignments, bool causal) {
  std::vector<VerifySubject> subjects;
  if (text == kAll) {
    for (const Component* component : Verifiables()) {
      if (component->name == kLarge) continue;
      subjects.push_back(ParseVerifySubject(std::string(component->name), assignments, causal));
    }
    return subjects;
  }
  for (const Argument& item : SplitArguments(text)) {
    const std::string label = item.name.empty() ? item.text : item.name + "=" + item.text;
    subjects.push_back(ParseVerifySubject(std::string(Trimmed(label)), assignments, causal));
  }
  if (subjects.empty()) throw CostError("nothing is asked for");
  return subjects;
}

/// Refuses what a model says itself, or does not have.
VerifySubject ParseModelSubject(const Options& options, const Assignments& assignments) {
  for (const char* name : {"components", "random", "causal"}) {
    if (!options.IsGiven(name)) continue;
    throw CostError(std::string("--") + name + " does not go with --model, which says what is run");
  }
  const std::string& name = options.Text("model");
  VerifySubject subject{name, name, At("--set", [&] { return assignments.Resolve(); })};
  subject.settings.causal = true;
  subject.model =
      At("--model", [&] { return std::make_shared<Architecture>(LoadArchitecture(name)); });
  return subject;
}

std::vector<std::int64_t> ParseRunLengths(const Options& options, const Assignments& assignments) {
  std::vector<Integer> lengths;
  if (!assignments.Has("T")) {
    lengths = At("--lengths", [&] { return ParseLengths(options.Text("lengths")); });
  } else if (options.IsGiven("lengths")) {
    throw CostError("T is set by --set and by --lengths");
  } else {
    const std::optional<Rational> length = assignments.ValueOf("T").AsRational();
    if (!length) throw CostError("--set: T takes a number here");
    lengths = {Numerator(*length)};
  }
  std::vector<std::int64_t> numbers;
  for (const Integer& length : lengths) numbers.push_back(*ToInt64(length));
  return numbers;
}

RunOptions ParseRunOptions(const Options& options) {
  RunOptions run;
  run.training = OneOf(options, "phase", {"forward", "training"}) == "training";
  run.seed = static_cast<std::uint64_t>(ParseWhole(options, "seed", 0, INT64_MAX));
  run.device = OneOf(options, "device", {"cpu", "cuda"});
  if (options.Has("threads")) {
    run.threads = static_cast<int>(ParseWhole(options, "threads", 1, kMostThreads));
  }
  return run;
}

void WarnOfUnusedIn(const VerifyRequest& request, const Assignments& assignments,
                    const Output& output) {
  std::vector<Subject> subjects;
  for (const VerifySubject& subject : request.subjects) {
    subjects.push_back({subject.label, &FindVerifiable(subject.name), subject.settings, Expr()});
  }
  WarnOfUnused(assignments, subjects, output);
}

/// "Assumed: head_dim = 64, hidden_size / num_attention_heads."
std::vector<std::string> NotesOnModel(const Architecture& model) {
  std::vector<std::string> notes;
  for (const std::string& text : model.assumed) notes.push_back("Assumed: " + text + ".");
  return notes;
}

/// "Not set, taken from the default shape: d = 192, K = 56 (linformer)."
std::string NoteOnTaken(const std::vector<Configuration>& configurations) {
  std::vector<std::string> equations;
  for (const Configuration& configuration : configurations) {
    for (const Configuration::Taken& taken : configuration.taken) {
      std::string equation = taken.name + " = " + std::to_string(taken.value);
      if (taken.own) equation += " (" + configuration.name + ")";
      if (std::find(equations.begin(), equations.end(), equation) == equations.end()) {
        equations.push_back(equation);
      }
    }
  }
  std::string text;
  for (const std::string& equation : equations) text += (text.empty() ? "" : ", ") + equation;
  return text.empty() ? "" : "Not set, taken from the default shape: " + text + ".";
}

}  // namespace

OptionGroup VerifyOptions() {
  OptionGroup group("What is run");
  auto add = group.add_options();
  add("components", TextValue("A,B,...")->default_value(kAll),
      "components, with settings of their own as in topk_mlp(K=8); mlp, swiglu, layer_norm, "
      "rms_norm, cross_entropy, gpt, llama; all of these; gpt2 (124M parameters)");
  const std::string on_models =
      "in place of components a whole model with its loss: of costcheck list models, or a "
      "config.json; of type " +
      ListOfRunnableModelTypes() + "; --set B=2: two sequences";
  add("model", TextValue("NAME|FILE"), on_models.c_str());
  add("lengths", TextValue("LENGTHS")->default_value("64,257"),
      "64..1K doubles, 64,257 is a list; K = 1024");
  add("random", TextValue("N"), "N random small shapes of each component, in place of lengths");
  add("causal", TextValue("yes|no")->default_value("yes"), "whether a causal mask is on");
  add("phase", TextValue("PHASE")->default_value("training"),
      "training: forward and backward; or forward alone");
  add("seed", TextValue("N")->default_value("1"), "settles parameters, inputs and random shapes");
  add("device", TextValue("DEVICE")->default_value("cpu"), "cpu or cuda");
  add("threads", TextValue("N"), "threads inside an operator; as many as LibTorch takes");
  return group;
}

VerifyRequest ParseVerifyRequest(const Options& options, const Output& output) {
  const Assignments assignments = ParseAssignments(options);
  const bool causal = OneOf(options, "causal", {"yes", "no"}) == "yes";
  VerifyRequest request;
  if (options.Has("model")) {
    request.subjects = {ParseModelSubject(options, assignments)};
  } else {
    request.subjects = At("--components", [&] {
      return ParseVerifySubjects(options.Text("components"), assignments, causal);
    });
  }
  request.run = ParseRunOptions(options);
  if (!options.Has("random")) {
    request.lengths = ParseRunLengths(options, assignments);
    if (!AsksForModel(request)) WarnOfUnusedIn(request, assignments, output);
    return request;
  }
  for (const char* name : {"lengths", "set", "causal"}) {
    if (!options.IsGiven(name)) continue;
    throw CostError(std::string("--") + name + " does not go with --random, which draws its own");
  }
  for (const VerifySubject& subject : request.subjects) {
    if (subject.label == subject.name) continue;
    throw CostError("--components: " + subject.label + " has settings, but --random draws its own");
  }
  request.random = static_cast<int>(ParseWhole(options, "random", 1, kMostShapes));
  return request;
}

std::vector<std::string> NotesOnRuns(const VerifyRequest& request,
                                     const std::vector<Configuration>& configurations) {
  std::vector<std::string> notes;
  if (AsksForModel(request)) notes = NotesOnModel(*request.subjects.front().model);
  if (const std::string taken = NoteOnTaken(configurations); !taken.empty()) {
    notes.push_back(taken);
  }
  notes.push_back("Run on " + request.run.device + " in float32, seed " +
                  std::to_string(request.run.seed) + ".");
  return notes;
}

void DescribeRuns(const VerifyRequest& request, Table& table) {
  Counting counting{.convention = FindConvention("first-principles")};
  counting = With(counting, "count", "executed");
  counting = With(counting, "scope", AsksForModel(request) ? "model" : "module");
  counting.phase = request.run.training ? Phase::kTraining : Phase::kForward;
  counting.causal = request.subjects.front().settings.causal;
  Describe(counting, table);
  if (request.random == 0) return;
  std::erase_if(table.convention_fields,  // drawn, and in each label
                [](const auto& field) { return field.first == "causal"; });
}

bool AsksForModel(const VerifyRequest& request) {
  return request.subjects.front().model != nullptr;
}

std::vector<Column> RunColumns() { return {{"component", ""}, {"T", "tokens"}}; }

}  // namespace costcheck
