#include "verify/modules/embedding_bands.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"
#include "verify/modules/embedding.h"
#include "verify/modules/embedding_lookup.h"

namespace costcheck {
namespace {

/// How rows come to width d.
enum class ToWidth { kZeros, kOwnProjection, kSharedProjection };

struct TableSpec {
  Sizes::Band band;
  ToWidth to_width;
  std::int64_t unread_before = 0;  ///< rows of other bands' types
  std::int64_t unread_after = 0;

  std::int64_t UsedRows() const { return band.hash_rows > 0 ? band.hash_rows : band.types; }
};

class BandEmbedding : public EmbeddingModule {
 public:
  BandEmbedding(const Sizes& sizes, std::vector<TableSpec> specs, bool bias);

  std::vector<at::Tensor> MakeInputs() const override;

 protected:
  at::Tensor Embed(at::Tensor tokens) override {
    return BandedLookUp(std::move(tokens), tables_, width_);
  }
  std::vector<at::Tensor> TiedLogits(std::vector<at::Tensor> inputs) override;

 private:
  void AddTable(std::size_t band);
  std::size_t AddProjection(const std::string& owner, std::int64_t inner);
  std::string NameOf(std::size_t band) const;
  at::Tensor UsedRows(std::size_t band) const;
  /// Whether a band after `band` has that projection.
  bool ReadsLater(std::size_t band, std::size_t projection) const;
  /// The last band whose tied logits read the hidden states themselves.
  std::size_t LastReaderOfHidden() const;

  std::vector<TableSpec> specs_;
  bool bias_;
  std::optional<std::size_t> shared_;  ///< number of the shared projection
  LookUpTables tables_;
  std::vector<std::int64_t> band_tokens_;  ///< as asked for; else empty
};

std::vector<std::int64_t> BandTokens(const Sizes& sizes) {
  std::vector<std::int64_t> tokens;
  while (true) {
    const auto found = sizes.values.find("band_tokens." + std::to_string(tokens.size() + 1));
    if (found == sizes.values.end()) return tokens;
    tokens.push_back(found->second);
  }
}

BandEmbedding::BandEmbedding(const Sizes& sizes, std::vector<TableSpec> specs, bool bias)
    : EmbeddingModule(sizes),
      specs_(std::move(specs)),
      bias_(bias),
      band_tokens_(BandTokens(sizes)) {
  std::int64_t widest = 0, types = 0;
  for (const TableSpec& spec : specs_) {
    types += spec.band.types;
    if (spec.to_width == ToWidth::kSharedProjection) widest = std::max(widest, spec.band.width);
  }
  COSTCHECK_CHECK(types == vocabulary_);
  if (widest > 0) shared_ = AddProjection("shared", widest);
  for (std::size_t i = 0; i < specs_.size(); ++i) AddTable(i);
  AddOwnOutput();
}

std::string BandEmbedding::NameOf(std::size_t band) const {
  return specs_.size() == 1 ? "all" : "band" + std::to_string(band + 1);
}

void BandEmbedding::AddTable(std::size_t band) {
  const TableSpec& spec = specs_[band];
  COSTCHECK_CHECK(spec.to_width != ToWidth::kZeros || spec.band.width <= width_);
  const std::int64_t rows = spec.unread_before + spec.UsedRows() + spec.unread_after;
  tables_.tables.push_back(AddParameter(NameOf(band) + ".table", {rows, spec.band.width}));
  LookUpBand look_up{spec.band.types, spec.unread_before, spec.band.hash_rows};
  if (spec.to_width == ToWidth::kSharedProjection) look_up.projection = shared_;
  if (spec.to_width == ToWidth::kOwnProjection) {
    look_up.projection = AddProjection(NameOf(band), spec.band.width);
  }
  tables_.bands.push_back(look_up);
}

std::size_t BandEmbedding::AddProjection(const std::string& owner, std::int64_t inner) {
  const std::string name = owner + ".projection.";
  tables_.projections.push_back(AddParameter(name + "weight", {inner, width_}));
  if (bias_) tables_.biases.push_back(AddParameter(name + "bias", {width_}));
  return tables_.projections.size() - 1;
}

std::vector<at::Tensor> BandEmbedding::MakeInputs() const {
  std::vector<at::Tensor> inputs = Module::MakeInputs();
  if (band_tokens_.empty()) return inputs;
  COSTCHECK_CHECK(band_tokens_.size() == specs_.size());
  std::vector<at::Tensor> parts;
  std::int64_t first = 0;
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    const std::int64_t end = first + specs_[i].band.types;
    COSTCHECK_CHECK(band_tokens_[i] == 0 || end > first);
    parts.push_back(at::randint(first, std::max(end, first + 1), {band_tokens_[i]}, at::kInt));
    first = end;
  }
  const at::Tensor sorted = at::cat(parts);
  COSTCHECK_CHECK(sorted.numel() == tokens_);
  inputs.front() = sorted.index_select(0, at::randperm(tokens_));
  return inputs;
}

at::Tensor BandEmbedding::UsedRows(std::size_t band) const {
  const TableSpec& spec = specs_[band];
  const at::Tensor& table = tables_.tables[band];
  if (spec.unread_before + spec.unread_after == 0) return table;
  return table.narrow(0, spec.unread_before, spec.UsedRows());
}

bool BandEmbedding::ReadsLater(std::size_t band, std::size_t projection) const {
  for (std::size_t i = band + 1; i < specs_.size(); ++i) {
    if (tables_.bands[i].projection == projection) return true;
  }
  return false;
}

std::size_t BandEmbedding::LastReaderOfHidden() const {
  std::size_t last = 0;
  bool narrowed = false;  // once for all bands that share a projection
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    const bool shares = shared_ && tables_.bands[i].projection == shared_;
    if (!shares || !narrowed) last = i;
    narrowed = narrowed || shares;
  }
  return last;
}

std::vector<at::Tensor> BandEmbedding::TiedLogits(std::vector<at::Tensor> inputs) {
  at::Tensor hidden = std::move(inputs.front());
  inputs.clear();
  const std::size_t last = LastReaderOfHidden();
  std::vector<at::Tensor> narrowed(tables_.projections.size());
  std::vector<at::Tensor> logits;
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    const std::optional<std::size_t> projection = tables_.bands[i].projection;
    at::Tensor in = i == last ? std::exchange(hidden, {}) : hidden;
    if (projection) {
      at::Tensor& narrow = narrowed[*projection];
      if (!narrow.defined()) narrow = NarrowedBy(tables_.projections[*projection], in);
      in = ReadsLater(i, *projection) ? narrow : std::move(narrow);
    }
    const std::int64_t inner = specs_[i].band.width;
    if (in.size(1) != inner) in = in.narrow(1, 0, inner);
    logits.push_back(at::mm(in, UsedRows(i).t()));
  }
  return logits;
}

/// The form for inference: what a projection makes of rows at least d wide is a table d wide, and
/// what is not read is not stored.
std::vector<TableSpec> Folded(std::vector<TableSpec> specs, std::int64_t width) {
  for (TableSpec& spec : specs) {
    spec.unread_before = spec.unread_after = 0;
    if (spec.to_width == ToWidth::kZeros || spec.band.width < width) continue;
    spec.band.width = width;
    spec.to_width = ToWidth::kZeros;
  }
  return specs;
}

std::unique_ptr<Module> Make(const Sizes& sizes, std::vector<TableSpec> specs, bool bias) {
  if (sizes["folded"] != 0) specs = Folded(std::move(specs), sizes["d"]);
  return std::make_unique<BandEmbedding>(sizes, std::move(specs), bias);
}

std::vector<TableSpec> SpecsOf(const std::vector<Sizes::Band>& bands, ToWidth to_width) {
  std::vector<TableSpec> specs;
  for (const Sizes::Band& band : bands) specs.push_back({band, to_width});
  return specs;
}

ToWidth BandedToWidth(const Sizes& sizes) {
  if (sizes["shared_projection"] != 0) return ToWidth::kSharedProjection;
  return sizes["projection"] != 0 ? ToWidth::kOwnProjection : ToWidth::kZeros;
}

/// Every band has a table of all types, but for those whose types share rows.
void GiveFullTables(std::vector<TableSpec>& specs, std::int64_t vocabulary) {
  std::int64_t first = 0;
  for (TableSpec& spec : specs) {
    if (spec.band.hash_rows == 0) {
      spec.unread_before = first;
      spec.unread_after = vocabulary - first - spec.band.types;
    }
    first += spec.band.types;
  }
}

std::vector<Sizes::Band> AdaptiveBands(const Sizes& sizes) {
  if (!sizes.bands.empty()) return sizes.bands;
  const std::int64_t types = sizes["V"], width = sizes["d"], factor = sizes["factor"];
  const std::int64_t second = std::min(types, sizes["second_cutoff"]);
  const std::int64_t first = std::min(second, sizes["first_cutoff"]);
  return {{first, width, 0},
          {second - first, width / factor, 0},
          {types - second, width / (factor * factor), 0}};
}

}  // namespace

std::unique_ptr<Module> MakeFullTable(const Sizes& sizes) {
  std::vector<TableSpec> specs = SpecsOf({{sizes["V"], sizes["d"], 0}}, ToWidth::kZeros);
  return std::make_unique<BandEmbedding>(sizes, std::move(specs), false);
}

std::unique_ptr<Module> MakeFactorized(const Sizes& sizes) {
  return Make(sizes, SpecsOf({{sizes["V"], sizes["E"], 0}}, ToWidth::kOwnProjection), false);
}

std::unique_ptr<Module> MakeBanded(const Sizes& sizes) {
  std::vector<TableSpec> specs = SpecsOf(sizes.bands, BandedToWidth(sizes));
  for (TableSpec& spec : specs) {
    const bool fits = spec.band.width == sizes["d"];
    if (fits && spec.to_width == ToWidth::kOwnProjection) spec.to_width = ToWidth::kZeros;
  }
  if (sizes["full_tables"] != 0) GiveFullTables(specs, sizes["V"]);
  return Make(sizes, std::move(specs), sizes["bias"] != 0);
}

std::unique_ptr<Module> MakeAdaptive(const Sizes& sizes) {
  return Make(sizes, SpecsOf(AdaptiveBands(sizes), ToWidth::kOwnProjection), sizes["bias"] != 0);
}

}  // namespace costcheck
