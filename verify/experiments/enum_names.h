#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verify/experiments/experiment.h"

// How files, records and errors write the choices of experiment.h.

namespace costcheck {

template <class Choice>
using ChoiceNames = std::span<const std::pair<std::string_view, Choice>>;

// Found by the type of a value that is not looked at.
ChoiceNames<CorpusKind> NamesOf(CorpusKind);
ChoiceNames<WindowOrder> NamesOf(WindowOrder);
ChoiceNames<Target> NamesOf(Target);
ChoiceNames<ModelFamily> NamesOf(ModelFamily);
ChoiceNames<Initialization> NamesOf(Initialization);
ChoiceNames<OptimizerKind> NamesOf(OptimizerKind);
ChoiceNames<BandSplit> NamesOf(BandSplit);
ChoiceNames<BandTies> NamesOf(BandTies);
ChoiceNames<BandUnseen> NamesOf(BandUnseen);
ChoiceNames<BandOverlap> NamesOf(BandOverlap);

/// Every value has a name.
template <class Choice>
std::string NameOf(Choice choice) {
  for (const auto& [name, value] : NamesOf(choice)) {
    if (value == choice) return std::string(name);
  }
  return "";
}

/// In the order of their declaration.
template <class Choice>
std::vector<std::string> AllNames(Choice choice) {
  std::vector<std::string> names;
  for (const auto& [name, value] : NamesOf(choice)) names.emplace_back(name);
  return names;
}

}  // namespace costcheck
