#include "costmodel/embedding/band_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/operators/cost.h"

namespace costcheck {
namespace {

Expr SumOfTypes(const BandTables& tables) {
  Expr sum;
  for (const BandTable& band : tables.bands) sum += band.types;
  return sum;
}

/// The sum of the types, or V where the sum is no number and V must stand for it.
Expr VocabularyOf(const BandTables& tables, const Settings& settings) {
  const Expr sum = SumOfTypes(tables), set = settings.Get("V");
  if (sum.IsZero()) throw CostError("The bands of an embedding hold no token types.");
  if (sum.IsConstant() && set.IsConstant() && !(sum == set)) {
    throw CostError(fmt::format("The bands hold {} token types, but the vocabulary is V = {}.",
                                Print(sum), Print(set)));
  }
  return sum.numerator().IsMonomial() ? sum : set;
}

Expr WidestShared(const BandTables& tables) {
  Expr widest;
  for (const BandTable& band : tables.bands) {
    if (band.widening == Widening::kShared) widest = Max(widest, band.width);
  }
  return widest;
}

bool IsAtLeast(const Expr& width, const Expr& model_width) {
  switch (SignOf(width - model_width)) {
    case Sign::kZero:
    case Sign::kNonNegative:
    case Sign::kPositive:
      return true;
    case Sign::kNegative:
    case Sign::kNonPositive:
      return false;
    case Sign::kUnknown:
      break;
  }
  throw CostError(
      fmt::format("Folding needs numbers: whether a band of width {} is at least {} wide is open.",
                  Print(width), Print(model_width)));
}

/// Adds the operators of the tables to a graph.
class Builder {
 public:
  Builder(const BandTables& tables, const Settings& settings)
      : tables_(tables),
        settings_(settings),
        width_(settings.Get("d")),
        vocabulary_(VocabularyOf(tables, settings)) {}

  Graph Build();

 private:
  /// A linear map to d; its parameters.
  struct Projection {
    Expr width;
    TensorId weight;
    std::optional<TensorId> bias;
  };
  /// What tied logits read again of a band.
  struct Stored {
    TensorId table;
    std::optional<Projection> projection;
  };

  /// What the gradient of one band's look-up allocates, in order.
  struct BandGradient {
    Expr gathered;    ///< its tokens' gradients
    Expr filled_up;   ///< their rows, with zeros
    Expr projection;  ///< where it is the first band of that projection
    Expr bias;        ///< of it, where it is the first one too
    Expr again;       ///< sums for the bias, where it is not
    Expr of_rows;
    Expr table;
  };

  void CheckBandTokens() const;
  std::vector<Expr> TokensByBand();
  Projection AddProjection(const std::string& owner, const Expr& width);
  void AddLookUps(const std::vector<Expr>& tokens);
  BandGradient GradientOf(const BandTable& band, const Expr& tokens, bool first_of_projection);
  Expr ForwardWorkspace(const std::vector<Expr>& tokens);
  Expr BackwardWorkspace(const std::vector<Expr>& tokens);
  void AddInput(const BandTable& band, const Expr& tokens);
  void Widen(const BandTable& band, TensorId rows, const Expr& tokens, const Projection& map);
  TensorId PaddedTo(const Expr& wide, const BandTable& band, TensorId rows, const Expr& tokens);
  void AddTiedLogits();
  TensorId Narrow(const std::string& owner, TensorId hidden, const Projection& map);
  void AddBandLogits(const BandTable& band, const Stored& stored, TensorId hidden);

  const BandTables& tables_;
  const Settings& settings_;
  Expr width_;
  Expr vocabulary_;
  GraphBuilder builder_;
  std::optional<Projection> shared_;
  std::vector<Stored> stored_;
  TensorId embedded_ = 0;  ///< [B*T, d], of which each band writes its tokens' rows
};

Graph Builder::Build() {
  builder_.SetPart(Part::kEmbedding);
  const std::vector<Expr> tokens = TokensByBand();
  const Expr widest = WidestShared(tables_);
  if (!widest.IsZero()) shared_ = AddProjection("shared", widest);
  AddLookUps(tokens);
  if (IsOn(settings_, "logits")) {
    if (IsOn(settings_, "tied")) {
      AddTiedLogits();
    } else {
      AddOwnLogits(builder_, settings_, vocabulary_);
    }
  }
  return builder_.Take(1);
}

void Builder::CheckBandTokens() const {
  if (settings_.band_tokens.size() != tables_.bands.size()) {
    throw CostError(fmt::format("Tokens are given for {} bands, but there are {}.",
                                settings_.band_tokens.size(), tables_.bands.size()));
  }
  Expr sum;
  for (const Expr& tokens : settings_.band_tokens) sum += tokens;
  const Expr all = Tokens(settings_);
  if (sum.IsConstant() && all.IsConstant() && !(sum == all)) {
    throw CostError(fmt::format("The tokens of the bands are {} in all, but B*T is {}.", Print(sum),
                                Print(all)));
  }
}

std::vector<Expr> Builder::TokensByBand() {
  const Expr all = Tokens(settings_);
  if (tables_.bands.size() == 1) return {all};
  if (!settings_.band_tokens.empty()) {
    CheckBandTokens();
    return settings_.band_tokens;
  }
  builder_.Assume(kTokensByTypes);
  std::vector<Expr> tokens;
  for (const BandTable& band : tables_.bands) tokens.push_back(all * band.types / vocabulary_);
  return tokens;
}

Builder::Projection Builder::AddProjection(const std::string& owner, const Expr& width) {
  Projection map{.width = width, .weight = 0, .bias = {}};
  map.weight = builder_.Parameter(owner + ".projection.weight", {width, width_});
  if (tables_.bias) map.bias = builder_.Parameter(owner + ".projection.bias", {width_});
  return map;
}

/// One kernel; it works on one band at a time.
void Builder::AddLookUps(const std::vector<Expr>& tokens) {
  embedded_ = builder_.Activation("embedded", {Tokens(settings_), width_});
  builder_.StartKernel();
  for (std::size_t i = 0; i < tables_.bands.size(); ++i) AddInput(tables_.bands[i], tokens[i]);
  builder_.Last().workspace = ForwardWorkspace(tokens);
  builder_.Last().backward_workspace = BackwardWorkspace(tokens);
  builder_.EndKernel();
}

Builder::BandGradient Builder::GradientOf(const BandTable& band, const Expr& tokens,
                                          bool first_of_projection) {
  const auto bytes = [](const Expr& floats) { return floats * BytesPerElement(DType::kFloat); };
  BandGradient gradient;
  gradient.table = bytes(band.rows * band.width);
  if (band.widening == Widening::kNone) return gradient;
  const Expr inner = band.widening == Widening::kShared ? shared_->width : band.width;
  if (tables_.bands.size() > 1) gradient.gathered = bytes(tokens * width_);
  if (!(inner == band.width)) gradient.filled_up = bytes(tokens * inner);
  if (first_of_projection) gradient.projection = bytes(inner * width_);
  if (tables_.bias) (first_of_projection ? gradient.bias : gradient.again) = bytes(width_);
  gradient.of_rows = bytes(tokens * inner);
  return gradient;
}

/// A band's rows filled up, less the rows of bands to come, which are not there yet.
Expr Builder::ForwardWorkspace(const std::vector<Expr>& tokens) {
  Expr workspace, to_come;
  for (std::size_t i = tables_.bands.size(); i-- > 0;) {
    const BandTable& band = tables_.bands[i];
    workspace = Max(workspace, GradientOf(band, tokens[i], false).filled_up - to_come);
    if (band.widening == Widening::kNone) continue;
    to_come += tokens[i] * band.width * BytesPerElement(DType::kFloat);
  }
  return workspace;
}

/// A band's steps, each with what it holds beside the gradients that are there already; those that
/// are still to come are not held, so that a step counts only past them.
Expr Builder::BackwardWorkspace(const std::vector<Expr>& tokens) {
  Expr workspace, to_come;
  for (std::size_t i = tables_.bands.size(); i-- > 0;) {
    const BandTable& band = tables_.bands[i];
    const auto shares = [](const BandTable& other) { return other.widening == Widening::kShared; };
    const bool repeated =
        shares(band) && std::any_of(tables_.bands.begin(),
                                    tables_.bands.begin() + static_cast<std::ptrdiff_t>(i), shares);
    const BandGradient g = GradientOf(band, tokens[i], !repeated);
    for (const Expr& step :
         {g.gathered + g.filled_up - g.bias - g.table, g.gathered + g.again - g.table,
          g.gathered + g.of_rows - g.table, g.of_rows}) {
      workspace = Max(workspace, step - to_come);
    }
    to_come += g.table + g.projection + g.bias;
  }
  return workspace;
}

void Builder::AddInput(const BandTable& band, const Expr& tokens) {
  Stored stored{.table = builder_.Parameter(band.name + ".table", {band.rows, band.width}),
                .projection = {}};
  const TensorId index = builder_.Input(band.name + ".tokens", {tokens}, DType::kIndex);
  const std::vector<Expr> shape = {tokens, band.width};
  const TensorId rows = builder_.Apply(Kind::kLookup, {stored.table, index},
                                       band.widening == Widening::kNone
                                           ? builder_.View(band.name + ".rows", embedded_, shape)
                                           : builder_.Activation(band.name + ".rows", shape));
  if (band.widening == Widening::kOwn) stored.projection = AddProjection(band.name, band.width);
  if (band.widening == Widening::kShared) stored.projection = shared_;
  if (stored.projection) Widen(band, rows, tokens, *stored.projection);
  stored_.push_back(std::move(stored));
}

void Builder::Widen(const BandTable& band, TensorId rows, const Expr& tokens,
                    const Projection& map) {
  const TensorId in = PaddedTo(map.width, band, rows, tokens);
  const std::vector<Expr> shape = {tokens, width_};
  const std::string name = band.name + ".projected";
  if (!map.bias) {
    builder_.Apply(Kind::kMatMul, {in, map.weight}, builder_.View(name, embedded_, shape));
    return;
  }
  const TensorId product =
      builder_.Apply(Kind::kMatMul, {in, map.weight}, builder_.Activation(name, shape));
  builder_.At(product).on_chip = true;  // added as it is written
  builder_.Apply(Kind::kAdd, {product, *map.bias},
                 builder_.View(name + " + bias", embedded_, shape));
}

/// Rows filled up with zeros: `wide` numbers are multiplied, the band's width of
/// them are useful. Storage stays the rows' own, since zeros need none.
TensorId Builder::PaddedTo(const Expr& wide, const BandTable& band, TensorId rows,
                           const Expr& tokens) {
  if (wide == band.width) return rows;
  const TensorId padded = builder_.View(band.name + ".padded", rows, {1});
  const Expr useful = tokens * band.width, executed = tokens * wide;
  builder_.At(padded).pairs =
      Pairs{.dense = executed, .unmasked = useful, .useful = useful, .executed = executed};
  return padded;
}

void Builder::AddTiedLogits() {
  const TensorId hidden = StartLogits(builder_, settings_);
  std::optional<TensorId> narrow;
  if (shared_) narrow = Narrow("shared", hidden, *shared_);
  for (std::size_t i = 0; i < tables_.bands.size(); ++i) {
    const BandTable& band = tables_.bands[i];
    TensorId in = hidden;
    if (band.widening == Widening::kOwn) in = Narrow(band.name, hidden, *stored_[i].projection);
    if (band.widening == Widening::kShared) in = *narrow;
    AddBandLogits(band, stored_[i], in);
  }
}

/// hidden times the transposed projection.
TensorId Builder::Narrow(const std::string& owner, TensorId hidden, const Projection& map) {
  const TensorId transposed =
      builder_.View(owner + ".projection.transposed", map.weight, {width_, map.width});
  return builder_.Apply(Kind::kMatMul, {hidden, transposed},
                        builder_.Activation(owner + ".narrow", {Tokens(settings_), map.width}));
}

void Builder::AddBandLogits(const BandTable& band, const Stored& stored, TensorId hidden) {
  const Expr tokens = Tokens(settings_);
  const TensorId in = builder_.View(band.name + ".hidden", hidden, {tokens, band.width});
  const TensorId columns =
      builder_.View(band.name + ".table.transposed", stored.table, {band.width, band.used_rows});
  builder_.Apply(Kind::kMatMul, {in, columns},
                 builder_.Activation(band.name + ".logits", {tokens, band.used_rows}));
}

}  // namespace

BandTables TablesOf(const std::vector<Band>& bands, Widening widening) {
  BandTables tables;
  for (const Band& band : bands) {
    const Expr rows = band.hash_rows.IsZero() ? band.types : band.hash_rows;
    tables.bands.push_back({.name = fmt::format("band{}", tables.bands.size() + 1),
                            .types = band.types,
                            .rows = rows,
                            .width = band.width,
                            .used_rows = rows,
                            .widening = widening});
  }
  if (bands.size() == 1) tables.bands.front().name = "all";
  return tables;
}

BandTables Folded(BandTables tables, const Expr& model_width) {
  for (BandTable& band : tables.bands) {
    band.rows = band.used_rows;
    if (band.widening == Widening::kNone || !IsAtLeast(band.width, model_width)) continue;
    band.width = model_width;
    band.widening = Widening::kNone;
  }
  return tables;
}

BandTables FoldedIfAsked(BandTables tables, const Settings& settings) {
  return IsOn(settings, "folded") ? Folded(std::move(tables), settings.Get("d")) : tables;
}

Graph BuildBandTables(const BandTables& tables, const Settings& settings) {
  return Builder(tables, settings).Build();
}

}  // namespace costcheck
