#include "costmodel/embedding/banded.h"

#include <fmt/format.h>

#include <array>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/embedding/band_tables.h"
#include "costmodel/embedding/bands.h"

namespace costcheck {
namespace {

constexpr Domain kSwitch = Domain::kNonNegativeInteger;

constexpr std::array<Parameter, 7> kParameters = {
    {{"projection", kSwitch, "1: a projection to d for each band not d wide; 0: zeros up to d",
      embedding_defaults::kOne},
     {"shared_projection", kSwitch, "1: one projection for all bands, in place of their own",
      embedding_defaults::kZero},
     kBiasParameter,
     {"full_tables", kSwitch, "1: each band holds a table of all V rows",
      embedding_defaults::kZero},
     kFoldedParameter,
     kTiedParameter,
     kLogitsParameter}};

Widening WideningOf(const Settings& settings) {
  if (IsOn(settings, "shared_projection")) return Widening::kShared;
  return IsOn(settings, "projection") ? Widening::kOwn : Widening::kNone;
}

/// A band without a projection is at most d wide.
void CheckUnprojected(const BandTable& band, const Expr& width) {
  if (SignOf(band.width - width) != Sign::kPositive) return;
  throw CostError(fmt::format("Band '{}' is {} wide, more than d = {}: it needs a projection.",
                              band.name, Print(band.width), Print(width)));
}

void GiveFullTables(BandTables& tables, const std::vector<Band>& bands) {
  Expr types;
  for (const Band& band : bands) types += band.types;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    if (bands[i].hash_rows.IsZero()) tables.bands[i].rows = types;
  }
}

Graph Build(const Settings& settings) {
  const Expr width = settings.Get("d");
  const std::vector<Band> bands = BandedBands(settings);
  BandTables tables = TablesOf(bands, WideningOf(settings));
  tables.bias = IsOn(settings, "bias");
  for (BandTable& band : tables.bands) {
    if (band.widening == Widening::kNone) CheckUnprojected(band, width);
    if (band.widening == Widening::kOwn && band.width == width) band.widening = Widening::kNone;
  }
  if (IsOn(settings, "full_tables")) GiveFullTables(tables, bands);
  return BuildBandTables(FoldedIfAsked(std::move(tables), settings), settings);
}

}  // namespace

const Component kBanded = {.name = "banded",
                           .title = "banded widths",
                           .source = "Ginart et al. 2019 (mixed dimensions)",
                           .family = Family::kEmbedding,
                           .parameters = kParameters,
                           .build = Build};

std::vector<Band> BandedBands(const Settings& settings) { return BandsOrDefault(settings); }

}  // namespace costcheck
