#include "verify/train/token_embedding.h"

#include <ATen/Functions.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/modules/modules.h"
#include "verify/train/module_sizes.h"

namespace costcheck {
namespace {

constexpr std::array<std::string_view, 4> kTied = {"full_table", "factorized", "banded",
                                                   "adaptive"};

/// High, mid, low.
std::vector<Sizes::Band> BandsOf(const ArmSpec& arm, const TypeBands& types) {
  std::vector<Sizes::Band> bands;
  COSTCHECK_CHECK(arm.widths.size() + 1 == types.sizes.size());
  for (std::size_t i = 0; i < arm.widths.size(); ++i) {
    bands.push_back({types.sizes[i], arm.widths[i], 0});
  }
  bands.back().hash_rows = arm.shared_rows;
  return bands;
}

void CheckTied(const ArmSpec& arm, bool all_known) {
  std::string allowed;
  bool found = false;
  for (const std::string_view name : kTied) {
    found = found || name == arm.embedding;
    allowed += (allowed.empty() ? "" : ", ") + std::string(name);
  }
  if (found && arm.shared_rows == 0 && all_known) return;
  throw CostError("Arm '" + arm.name + "': a head is tied to " + allowed +
                  ", with a row for every type, and not to this " + arm.embedding);
}

}  // namespace

TokenEmbedding::TokenEmbedding(const ArmSpec& arm, std::int64_t types, std::int64_t width,
                               bool tied, const std::optional<TypeBands>& bands)
    : types_(types), width_(width), known_(types), tied_(tied) {
  std::vector<Sizes::Band> of_module;
  if (bands) {
    place_ = bands->place;
    known_ -= bands->sizes.back();
    of_module = BandsOf(arm, *bands);
  }
  if (tied) CheckTied(arm, known_ == types_);
  const ModuleKind* kind = FindModule(arm.embedding);
  COSTCHECK_CHECK(kind != nullptr);
  module_ = kind->make(SizesFor(
      arm.embedding,
      {{"T", 1}, {"V", known_}, {"d", width}, {"tied", tied ? 1 : 0}, {"logits", tied ? 1 : 0}},
      arm.embedding_settings, /*causal=*/true, of_module));
  Adopt(arm.embedding, *module_);
}

std::vector<InputSpec> TokenEmbedding::Inputs() const { return {{"tokens", {1}, types_}}; }

at::Tensor TokenEmbedding::Renumbered(const at::Tensor& tokens) const {
  if (place_.empty()) return tokens;
  at::Tensor places = at::empty_like(tokens);
  const auto* from = tokens.data_ptr<std::int32_t>();
  auto* to = places.data_ptr<std::int32_t>();
  for (std::int64_t i = 0; i < tokens.numel(); ++i) {
    to[i] = place_[static_cast<std::size_t>(from[i])];
    if (to[i] < known_) continue;
    throw CostError("Token type " + std::to_string(from[i]) +
                    " is to be embedded and has no row: it is in no band, as it does not occur "
                    "where types were counted");
  }
  return places;
}

std::vector<at::Tensor> TokenEmbedding::Forward(std::vector<at::Tensor> inputs) {
  inputs.front() = Renumbered(inputs.front());
  if (tied_) inputs.push_back(at::empty({0, width_}));
  at::Tensor rows = module_->Forward(std::move(inputs)).front();
  return ListOf(std::move(rows));
}

at::Tensor TokenEmbedding::TiedLogits(at::Tensor hidden) const {
  COSTCHECK_CHECK(tied_);
  std::vector<at::Tensor> inputs = ListOf(at::empty({0}, at::kInt));
  inputs.push_back(std::move(hidden));
  std::vector<at::Tensor> logits = module_->Forward(std::move(inputs));
  logits.erase(logits.begin());
  const at::Tensor by_place = logits.size() == 1 ? logits.front() : at::cat(logits, 1);
  if (place_.empty()) return by_place;
  return by_place.index_select(1, at::tensor(at::ArrayRef<std::int32_t>(place_), at::kInt));
}

}  // namespace costcheck
