#include "claims/model_calls.h"

#include <functional>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/model/named_models.h"
#include "costmodel/query/defaults.h"
#include "costmodel/query/largest_value.h"
#include "costmodel/query/model_attention.h"
#include "costmodel/query/model_choices.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

/// What the arguments of a call come to.
struct Request {
  std::string name;
  std::string metric = "flops";
  std::string attention;  ///< "" for the model's own
  std::vector<Argument> counting;
  std::vector<Argument> symbols;  ///< T, B, S
  CostChoices choices;
  std::string how;  ///< all of the choices, for a key
};

/// The argument's number. CostError unless it is a whole one, from `least` up.
Integer WholeNumber(std::string_view text, int least) {
  const std::optional<Rational> number = ParseNumber(text);
  if (!number || !IsInteger(*number) || *number < least || *number > Rational(kLargestValue)) {
    throw CostError("'" + std::string(text) + "' is no whole number from " + std::to_string(least) +
                    " up");
  }
  return Numerator(*number);
}

using Reader = std::function<void(const std::string& text, CostChoices& choices)>;

/// What an argument that is no symbol and no way of counting sets.
const std::map<std::string, Reader>& ChoiceReaders() {
  const auto devices = [](Integer Parallel::*member) {
    return [member](const std::string& text, CostChoices& choices) {
      choices.parallel.*member = WholeNumber(text, 1);
    };
  };
  static const std::map<std::string, Reader> readers = {
      {"dtype", [](auto& text, auto& c) { SetElementBytes(c, ParseElementType(text)); }},
      {"cache_dtype", [](auto& text, auto& c) { c.formulas.cache_bytes = ParseElementType(text); }},
      {"recompute", [](auto& text, auto& c) { c.recompute = ParseRecompute(text); }},
      {"optimizer", [](auto& text, auto& c) { c.optimizer = ParseOptimizer(text); }},
      {"flash", [](auto& text, auto& c) { c.formulas.recomputing_core = ParseYesNo(text); }},
      {"dropout", [](auto& text, auto& c) { c.formulas.dropout = ParseYesNo(text); }},
      {"zero",
       [](auto& text, auto& c) {
         const Integer stage = WholeNumber(text, 0);
         if (stage > 3) throw CostError("ZeRO has stages 0 to 3, not " + ToString(stage));
         c.parallel.zero = static_cast<int>(*ToInt64(stage));
       }},
      {"sp", [](auto& text, auto& c) { c.parallel.sequence = ParseYesNo(text); }},
      {"dp", devices(&Parallel::data)},
      {"tp", devices(&Parallel::tensor)},
      {"pp", devices(&Parallel::pipeline)},
      {"ep", devices(&Parallel::expert)}};
  return readers;
}

CostError Unknown(const std::string& name) {
  std::vector<std::string> names = {"name", "metric", "attention", "T",    "B",
                                    "S",    "phase",  "scope",     "count"};
  for (const auto& [known, reader] : ChoiceReaders()) names.push_back(known);
  return CostError("a model takes no '" + name + "'" + DidYouMean(name, names));
}

void ReadArgument(const Argument& argument, Request& request) {
  const std::string& name = argument.name;
  if (name.empty() || name == "name") {
    request.name = argument.text;
  } else if (name == "metric") {
    request.metric = argument.text;
  } else if (name == "attention") {
    request.attention = argument.text;
  } else if (name == "T" || name == "B" || name == "S") {
    request.symbols.push_back(argument);
  } else if (name == "phase" || name == "scope" || name == "count") {
    request.counting.push_back(argument);
  } else {
    const auto reader = ChoiceReaders().find(name);
    if (reader == ChoiceReaders().end()) throw Unknown(name);
    At(name, [&] { reader->second(argument.text, request.choices); });
    request.how += name + "=" + argument.text + ";";
  }
}

/// Types of numbers first: that of caches stands above that of weights, in any order.
Request ReadRequest(const std::vector<Argument>& arguments) {
  Request request;
  for (const bool types : {true, false}) {
    for (const Argument& argument : arguments) {
      if ((argument.name == "dtype") == types) ReadArgument(argument, request);
    }
  }
  if (request.name.empty()) throw CostError("which model? write name=NAME");
  return request;
}

void PutAttention(const Architecture& architecture, Request& request) {
  if (request.attention.empty()) return;
  const Subject subject = At("attention", [&] {
    return AttentionInModel(request.attention, Assignments(), architecture);
  });
  if (const auto open = OpenParameters(subject); !open.empty()) {
    throw CostError("attention: " + open.front() + " of " + subject.label + " is not set");
  }
  request.choices.formulas.attention = AttentionChoice{subject.component, subject.settings};
  // Its widths are those of this model.
  request.how += "attention=" + request.attention + " of " + request.name + ";";
}

/// The value that a model takes of a symbol; nothing where it is open.
std::optional<Integer> SymbolOf(const SetValues& values, const std::string& name) {
  const std::optional<Rational> value = values.ValueOf(name);
  if (!value) return std::nullopt;
  if (!IsInteger(*value) || *value < 1) {
    throw CostError(name + " is " + ToString(*value) + ", not a positive integer");
  }
  return Numerator(*value);
}

const ModelQuantity& QuantityOf(const std::string& metric) {
  std::vector<std::string> names;
  for (const ModelQuantity& quantity : ModelQuantities()) {
    if (quantity.name == metric) return quantity;
    names.emplace_back(quantity.name);
  }
  throw CostError("unknown metric '" + metric + "' of a model" + DidYouMean(metric, names));
}

}  // namespace

Expr ModelCalls::Formula(const std::vector<Argument>& arguments, const KnownValues& values,
                         const KnownCounting& counting, CountingTable& table) {
  Request request = ReadRequest(arguments);
  const ModelQuantity& quantity = QuantityOf(request.metric);
  const KnownCounting& counted = table.Counted(counting, request.counting);
  const SetValues& set = table.Set(values, request.symbols).values;
  request.choices.formulas.batch = SymbolOf(set, "B").value_or(1);
  if (set.Has("S")) request.choices.encoded = SymbolOf(set, "S");
  PutAttention(Named(request.name), request);
  request.how += "B=" + ToString(request.choices.formulas.batch);
  if (request.choices.encoded) request.how += ";S=" + ToString(*request.choices.encoded);
  const Expr cost = CostsOf(request.name, request.choices, request.how, counted).*quantity.formula;
  const std::optional<Integer> tokens = SymbolOf(set, "T");
  return tokens ? Substitute(cost, {{"T", Expr(*tokens)}})
                : Substitute(cost, {{"T", set.settings().Get("T")}});
}

const Architecture& ModelCalls::Named(const std::string& name) {
  const auto at = architectures_.find(name);
  if (at != architectures_.end()) return at->second;
  return architectures_.emplace(name, NamedArchitecture(name)).first->second;
}

const ModelCosts& ModelCalls::CostsOf(const std::string& name, const CostChoices& choices,
                                      const std::string& how, const KnownCounting& counting) {
  const std::string key = name + ";" + how + ";" + std::to_string(counting.id);
  const auto at = costs_.find(key);
  if (at != costs_.end()) return at->second;
  const Counting whole =
      counting.scope_is_set ? counting.counting : OfWholeModel(counting.counting);
  auto& coster = costers_[how + ";" + std::string(Name(whole.phase))];
  if (coster == nullptr) {
    CostChoices all = choices;
    all.formulas.convention = whole.convention;
    all.formulas.phase = whole.phase;
    coster = std::make_unique<ModelCoster>(all);
  }
  coster->CountBy(whole.convention);
  return costs_.emplace(key, coster->CostsOf(Named(name))).first->second;
}

}  // namespace costcheck
