#include "costmodel/query/model_choices.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

template <class Value>
struct Word {
  std::string_view text;
  Value value;
};

/// The word's value; CostError with all of them and the nearest.
template <class Words>
auto ValueOf(const Words& words, std::string_view text) {
  std::vector<std::string> names;
  std::string list;
  for (const auto& word : words) {
    if (word.text == text) return word.value;
    names.emplace_back(word.text);
    list += (list.empty() ? "" : ", ") + names.back();
  }
  throw CostError("'" + std::string(text) + "' is none of " + list + DidYouMean(text, names));
}

constexpr std::array<Word<int>, 11> kBits = {{{"float32", 32},
                                              {"fp32", 32},
                                              {"bfloat16", 16},
                                              {"bf16", 16},
                                              {"float16", 16},
                                              {"fp16", 16},
                                              {"float8", 8},
                                              {"fp8", 8},
                                              {"int8", 8},
                                              {"int4", 4},
                                              {"fp4", 4}}};
constexpr std::array<Word<Recompute>, 3> kRecompute = {
    {{"none", Recompute::kNone}, {"selective", Recompute::kSelective}, {"full", Recompute::kFull}}};
constexpr std::array<Word<TrainingOptimizer>, 3> kOptimizers = {
    {{"adam", TrainingOptimizer::kAdam},
     {"adam8bit", TrainingOptimizer::kAdam8bit},
     {"sgd", TrainingOptimizer::kSgd}}};
constexpr std::array<Word<bool>, 2> kYesNo = {{{"yes", true}, {"no", false}}};

}  // namespace

Rational ParseElementType(std::string_view text) { return Rational(ValueOf(kBits, text), 8); }
Recompute ParseRecompute(std::string_view text) { return ValueOf(kRecompute, text); }
TrainingOptimizer ParseOptimizer(std::string_view text) { return ValueOf(kOptimizers, text); }
bool ParseYesNo(std::string_view text) { return ValueOf(kYesNo, text); }

void SetElementBytes(CostChoices& choices, const Rational& bytes) {
  choices.weight_bytes = bytes;
  choices.formulas.activation_bytes = std::max(bytes, Rational(2));
  choices.formulas.cache_bytes = choices.formulas.activation_bytes;
}

Counting OfWholeModel(Counting counting) {
  const std::string& name = counting.convention.name;
  if (name == "first-principles" || name == "pytorch") counting.convention.scope = Scope::kModel;
  return counting;
}

}  // namespace costcheck
