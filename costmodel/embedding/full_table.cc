#include "costmodel/embedding/full_table.h"

#include <array>

#include "costmodel/embedding/band_tables.h"

namespace costcheck {
namespace {

constexpr std::array<Parameter, 2> kParameters = {kTiedParameter, kLogitsParameter};

Graph Build(const Settings& settings) {
  return BuildBandTables(TablesOf(FullTableBands(settings), Widening::kNone), settings);
}

}  // namespace

const Component kFullTable = {.name = "full_table",
                              .title = "full table",
                              .source = "Bengio et al. 2003; tied: Press & Wolf 2017",
                              .family = Family::kEmbedding,
                              .parameters = kParameters,
                              .build = Build};

std::vector<Band> FullTableBands(const Settings& settings) {
  return {{.types = settings.Get("V"), .width = settings.Get("d"), .hash_rows = 0}};
}

}  // namespace costcheck
