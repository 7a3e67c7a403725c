#include "costmodel/embedding/factorized.h"

#include <array>

#include "costmodel/embedding/band_tables.h"

namespace costcheck {
namespace {

constexpr std::array<Parameter, 4> kParameters = {
    {{"E", Domain::kPositiveInteger, "width of the table", {}},
     kFoldedParameter,
     kTiedParameter,
     kLogitsParameter}};

Graph Build(const Settings& settings) {
  return BuildBandTables(
      FoldedIfAsked(TablesOf(FactorizedBands(settings), Widening::kOwn), settings), settings);
}

}  // namespace

const Component kFactorized = {.name = "factorized",
                               .title = "factorized table",
                               .source = "Lan et al. 2020 (ALBERT), Sec. 3.1",
                               .family = Family::kEmbedding,
                               .parameters = kParameters,
                               .build = Build};

std::vector<Band> FactorizedBands(const Settings& settings) {
  return {{.types = settings.Get("V"), .width = settings.Get("E"), .hash_rows = 0}};
}

}  // namespace costcheck
