#include "costmodel/embedding/components.h"

#include <array>

#include "costmodel/algebra/error.h"
#include "costmodel/embedding/adaptive.h"
#include "costmodel/embedding/banded.h"
#include "costmodel/embedding/factorized.h"
#include "costmodel/embedding/full_table.h"
#include "costmodel/embedding/hash.h"
#include "costmodel/embedding/qr.h"

namespace costcheck {
namespace {

struct Entry {
  const Component* component;
  std::vector<Band> (*bands)(const Settings& settings);
};

constexpr std::array<Entry, 6> kEntries = {{{&kFullTable, FullTableBands},
                                            {&kFactorized, FactorizedBands},
                                            {&kBanded, BandedBands},
                                            {&kAdaptive, AdaptiveBands},
                                            {&kHashEmbedding, HashBands},
                                            {&kQuotientRemainder, QuotientRemainderBands}}};

constexpr auto kComponents = [] {
  std::array<const Component*, kEntries.size()> components{};
  for (std::size_t i = 0; i < kEntries.size(); ++i) components[i] = kEntries[i].component;
  return components;
}();

}  // namespace

std::span<const Component* const> EmbeddingComponents() { return kComponents; }

std::vector<Band> BandsOf(const Component& component, const Settings& settings) {
  for (const Entry& entry : kEntries) {
    if (entry.component == &component) return entry.bands(settings.For(component.parameters));
  }
  CheckFailed("component is one of EmbeddingComponents()", __FILE__, __LINE__);
}

}  // namespace costcheck
