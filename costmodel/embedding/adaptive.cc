#include "costmodel/embedding/adaptive.h"

#include <array>

#include "costmodel/embedding/band_tables.h"

namespace costcheck {
namespace {

constexpr std::array<std::string_view, 1> kFirstCutoff = {"20000"};
constexpr std::array<std::string_view, 1> kSecondCutoff = {"60000"};
constexpr std::array<std::string_view, 1> kFactor = {"4"};

constexpr std::array<Parameter, 7> kParameters = {
    {{"first_cutoff", Domain::kPositiveInteger, "types before the second band", kFirstCutoff},
     {"second_cutoff", Domain::kPositiveInteger, "types before the third band", kSecondCutoff},
     {"factor", Domain::kPositiveInteger, "a band's width by the next one's", kFactor},
     kBiasParameter,
     kFoldedParameter,
     kTiedParameter,
     kLogitsParameter}};

Graph Build(const Settings& settings) {
  BandTables tables = TablesOf(AdaptiveBands(settings), Widening::kOwn);
  tables.bias = IsOn(settings, "bias");
  return BuildBandTables(FoldedIfAsked(std::move(tables), settings), settings);
}

}  // namespace

const Component kAdaptive = {.name = "adaptive",
                             .title = "adaptive input",
                             .source = "Baevski & Auli 2019, Sec. 3",
                             .family = Family::kEmbedding,
                             .parameters = kParameters,
                             .build = Build};

std::vector<Band> AdaptiveBands(const Settings& settings) {
  if (!settings.bands.empty()) return settings.bands;
  const Expr vocabulary = settings.Get("V"), width = settings.Get("d");
  const Expr factor = settings.Get("factor");
  const Expr second = Min(vocabulary, settings.Get("second_cutoff"));
  const Expr first = Min(second, settings.Get("first_cutoff"));
  return {
      {.types = first, .width = width, .hash_rows = 0},
      {.types = second - first, .width = FloorDiv(width, factor), .hash_rows = 0},
      {.types = vocabulary - second, .width = FloorDiv(width, factor * factor), .hash_rows = 0}};
}

}  // namespace costcheck
