#include "claims/counting_layers.h"

#include <array>
#include <optional>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

/// Sets of values that are kept: the ways in which a few claims are counted.
constexpr std::size_t kMostValues = 256;

constexpr std::array<std::pair<const char*, std::optional<std::string> ClaimCounting::*>, 5>
    kFields = {{{"convention", &ClaimCounting::convention},
                {"scope", &ClaimCounting::scope},
                {"phase", &ClaimCounting::phase},
                {"causal", &ClaimCounting::causal},
                {"count", &ClaimCounting::count}}};

/// The last value of each field, in the order of kFields.
std::vector<Argument> Merged(CountingLayers layers) {
  std::vector<Argument> merged;
  for (const auto& [name, field] : kFields) {
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
      if (!((*layer)->*field)) continue;
      merged.push_back({name, *((*layer)->*field)});
      break;
    }
  }
  return merged;
}

/// Causal, by a rule of pairs that is not the convention's.
Counting WithRule(Counting counting, CausalRule rule) {
  counting.causal = true;
  if (counting.convention.causal_rule == rule) return counting;
  counting.convention.causal_rule = rule;
  counting.convention.name += ", causal " + std::string(Name(rule));
  return counting;
}

void Apply(const Argument& field, KnownCounting& known) {
  Counting& counting = known.counting;
  if (field.name == "convention") {
    counting.convention = FindConvention(field.text);
  } else if (field.name == "causal" && field.text != "yes" && field.text != "no") {
    counting = WithRule(std::move(counting), ParseCausalRule(field.text));
  } else {
    counting = With(std::move(counting), field.name, field.text);
  }
  if (field.name == "scope") known.scope_is_set = true;
}

std::string KeyOf(const std::vector<Argument>& arguments) {
  std::string key;
  for (const Argument& argument : arguments) key += argument.name + "=" + argument.text + ";";
  return key;
}

}  // namespace

const KnownCounting& CountingTable::Counted(CountingLayers layers) {
  static const KnownCounting kPlain = {
      {FindConvention(kDefaultConvention), true, Phase::kForward}, false, 0, ""};
  return Counted(kPlain, Merged(layers));
}

const KnownCounting& CountingTable::Counted(const KnownCounting& counting,
                                            const std::vector<Argument>& own) {
  if (own.empty() && counting.id != 0) return counting;
  std::string key = counting.key + KeyOf(own);
  const auto at = countings_.find(key);
  if (at != countings_.end()) return at->second;
  KnownCounting known = counting;
  for (const Argument& field : own) At(field.name, [&] { Apply(field, known); });
  known.id = static_cast<int>(countings_.size()) + 1;
  known.key = key;
  return countings_.emplace(std::move(key), std::move(known)).first->second;
}

const KnownValues& CountingTable::Set(CountingLayers layers) {
  if (values_.size() > kMostValues) values_.clear();
  std::string key;
  for (const ClaimCounting* layer : layers) {
    if (!layer->set.empty()) key += layer->set + "\n";
  }
  const auto at = values_.find(key);
  if (at != values_.end()) return at->second;
  KnownValues known{{}, ++next_values_};
  for (const ClaimCounting* layer : layers) {
    if (!layer->set.empty()) known.values = known.values.With(layer->set);
  }
  return values_.emplace(std::move(key), std::move(known)).first->second;
}

const KnownValues& CountingTable::Set(const KnownValues& values, const std::vector<Argument>& own) {
  if (own.empty()) return values;
  std::string key = "#" + std::to_string(values.id) + ":" + KeyOf(own);
  const auto at = values_.find(key);
  if (at != values_.end()) return at->second;
  KnownValues known{values.values.With(own), ++next_values_};
  return values_.emplace(std::move(key), std::move(known)).first->second;
}

}  // namespace costcheck
