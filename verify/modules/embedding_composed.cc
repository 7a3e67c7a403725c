#include "verify/modules/embedding_composed.h"

#include <ATen/Functions.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "verify/modules/embedding.h"
#include "verify/modules/embedding_rows.h"

namespace costcheck {
namespace {

/// Rows E wide that are composed of others, and the way to d where that is another width.
class ComposedEmbedding : public EmbeddingModule {
 public:
  ComposedEmbedding(const Sizes& sizes, std::int64_t inner)
      : EmbeddingModule(sizes), inner_(inner) {}

 protected:
  void AddProjectionAndOutput() {
    if (inner_ != width_) projection_ = AddParameter("all.projection.weight", {inner_, width_});
    AddOwnOutput();
  }

  virtual at::Tensor Compose(at::Tensor tokens) = 0;

  at::Tensor Embed(at::Tensor tokens) override {
    at::Tensor rows = Compose(std::move(tokens));
    return projection_.defined() ? at::mm(rows, projection_) : rows;
  }

  std::vector<InputSpec> TiedInputs() const override {
    return {{"composed", {inner_, vocabulary_}}};
  }

  std::vector<at::Tensor> TiedLogits(std::vector<at::Tensor> inputs) override {
    at::Tensor& hidden = inputs.front();
    if (projection_.defined()) hidden = NarrowedBy(projection_, hidden);
    return ListOf(at::mm(hidden, inputs.back()));
  }

  std::int64_t inner_;

 private:
  at::Tensor projection_;
};

/// A fixed function of whole numbers that looks random (the last steps of SplitMix64).
std::uint64_t Mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

class HashEmbedding : public ComposedEmbedding {
 public:
  explicit HashEmbedding(const Sizes& sizes)
      : ComposedEmbedding(sizes, sizes["E"]),
        functions_(sizes["hash_functions"]),
        buckets_(sizes["buckets"]) {
    table_ = AddParameter("all.table", {buckets_, inner_});
    importance_ = AddParameter("all.importance", {vocabulary_, functions_});
    AddProjectionAndOutput();
  }

 protected:
  at::Tensor Compose(at::Tensor tokens) override {
    at::Tensor rows = LookUp(table_, Buckets(tokens));
    const at::Tensor weights = LookUp(importance_, std::move(tokens)).unsqueeze(1);
    return at::bmm(weights, rows).view({tokens_, inner_});
  }

 private:
  /// [N] to [N, k]: hash function j of token t.
  at::Tensor Buckets(const at::Tensor& tokens) const {
    const at::Tensor host = tokens.cpu().contiguous();
    at::Tensor buckets = at::empty({tokens_, functions_}, host.options());
    const auto* token = host.data_ptr<std::int32_t>();
    auto* bucket = buckets.data_ptr<std::int32_t>();
    for (std::int64_t i = 0; i < tokens_ * functions_; ++i) {
      const auto function = static_cast<std::uint64_t>(i % functions_);
      const auto type = static_cast<std::uint64_t>(token[i / functions_]);
      const std::uint64_t hash = Mixed(type + 0x9E3779B97F4A7C15ULL * (function + 1));
      bucket[i] = static_cast<std::int32_t>(hash % static_cast<std::uint64_t>(buckets_));
    }
    return buckets.to(tokens.device());
  }

  std::int64_t functions_, buckets_;
  at::Tensor table_, importance_;
};

class QuotientRemainder : public ComposedEmbedding {
 public:
  explicit QuotientRemainder(const Sizes& sizes)
      : ComposedEmbedding(sizes, sizes["d"]),
        divisor_(sizes["divisor"]),
        additive_(sizes["additive"] != 0) {
    const std::int64_t quotients = (vocabulary_ + divisor_ - 1) / divisor_;
    quotient_ = AddParameter("all.quotient.table", {quotients, width_});
    remainder_ = AddParameter("all.remainder.table", {divisor_, width_});
    AddProjectionAndOutput();
  }

 protected:
  at::Tensor Compose(at::Tensor tokens) override {
    const at::Tensor quotient = LookUp(quotient_, at::div(tokens, divisor_, "floor"));
    const at::Tensor remainder = LookUp(remainder_, at::remainder(tokens, divisor_));
    tokens.reset();
    return additive_ ? at::add(quotient, remainder) : at::mul(quotient, remainder);
  }

 private:
  std::int64_t divisor_;
  bool additive_;
  at::Tensor quotient_, remainder_;
};

}  // namespace

std::unique_ptr<Module> MakeHash(const Sizes& sizes) {
  return std::make_unique<HashEmbedding>(sizes);
}

std::unique_ptr<Module> MakeQuotientRemainder(const Sizes& sizes) {
  return std::make_unique<QuotientRemainder>(sizes);
}

}  // namespace costcheck
