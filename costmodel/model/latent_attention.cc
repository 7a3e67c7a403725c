#include "costmodel/model/latent_attention.h"

#include <string>
#include <vector>

#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"
#include "costmodel/model/parts.h"

namespace costcheck {
namespace {

class LatentMaker {
 public:
  LatentMaker(const AttentionShape& shape, const ModelSizes& sizes, const LatentLengths& lengths)
      : shape_(shape), sizes_(sizes), lengths_(lengths) {}

  Graph Make(LatentMode mode) {
    x_ = builder_.Input("x", {lengths_.batch, lengths_.queries, Of("d")});
    MakeQueries();
    MakeLatents();
    if (shape_.indexer) Select();
    const Pairs pairs = PairsSeen();
    builder_.AddHeads(Of("H"), pairs);
    const TensorId out =
        mode == LatentMode::kExpanded ? AttendExpanded(pairs) : AttendAbsorbed(pairs);
    builder_.SetPart(Part::kProjection);
    const Expr inner = Of("H") * Of("value");
    const TensorId rows = builder_.View("heads side by side", out, Rows(inner));
    builder_.Linear("out", rows, inner, Of("d"), shape_.output_bias);
    return builder_.Take(lengths_.batch);
  }

 private:
  Expr Of(std::string_view name) const { return sizes_.Of(name); }
  std::vector<Expr> Rows(const Expr& width) const {
    return {lengths_.batch, lengths_.queries, width};
  }
  std::vector<Expr> ByHead(const Expr& rows, const Expr& width) const {
    return {lengths_.batch, Of("H"), rows, width};
  }

  /// Some of the keys are those of tokens that came before.
  bool ReadsCache() const { return lengths_.decode || lengths_.queries != lengths_.keys; }

  Pairs PairsSeen() const {
    if (shape_.indexer) return KeptPairs(lengths_, Of("K"));
    return shape_.window ? WindowPairs(lengths_, Of("W")) : DensePairs(lengths_);
  }

  void MakeQueries() {
    builder_.SetPart(Part::kProjection);
    const Expr width = Of("H") * (Of("plain") + Of("rotary"));
    query_source_ = x_;
    if (shape_.latent->query_rank != 0) {
      const TensorId down =
          builder_.Linear("q down", x_, Of("d"), Of("query_latent"), shape_.query_bias);
      query_source_ = AddNorm(builder_, "q latent", down, NormKind::kRmsNorm, false);
      builder_.SetPart(Part::kProjection);
    }
    const Expr inner = builder_.At(query_source_).shape.back();
    queries_ = builder_.Linear("q", query_source_, inner, width);
  }

  /// The latents that are attended to: those of x, or of the decoder's cache.
  void MakeLatents() {
    builder_.SetPart(Part::kProjection);
    const TensorId down =
        builder_.Linear("kv down", x_, Of("d"), Of("latent") + Of("rotary"), shape_.key_bias);
    const TensorId part = builder_.View("latent part", down, Rows(Of("latent")));
    latents_ = AddNorm(builder_, "kv latent", part, NormKind::kRmsNorm, false);
    rotary_ = builder_.View("rotary key", down, Rows(Of("rotary")));
    if (!ReadsCache()) return;
    const Expr B = lengths_.batch, S = lengths_.keys;
    cache_ = builder_.Cache("latent cache", {B, S, Of("latent") + Of("rotary")});
    latents_ = builder_.View("cached latents", cache_, {B, S, Of("latent")});
    rotary_ = builder_.View("cached rotary keys", cache_, {B, S, Of("rotary")});
  }

  /// Latents and rotary keys side by side, as the cache has them.
  TensorId LatentKeys() {
    if (ReadsCache()) return cache_;
    const Expr seen = Of("latent") + Of("rotary");
    const TensorId keys =
        builder_.Activation("latents with rotary part", {lengths_.batch, lengths_.keys, seen});
    return builder_.Apply(Kind::kAdd, {latents_, rotary_}, keys);
  }

  void Select();
  TensorId Scores(const Pairs& pairs, const char* name) {
    return builder_.PairTensor(name, {lengths_.batch, Of("H")}, pairs);
  }
  TensorId Attend(const Core& core, const Expr& value_width) {
    return costcheck::Attend(
        builder_, core, builder_.Activation("head output", ByHead(lengths_.queries, value_width)));
  }
  TensorId AttendExpanded(const Pairs& pairs);
  TensorId AttendAbsorbed(const Pairs& pairs);

  const AttentionShape& shape_;
  const ModelSizes& sizes_;
  const LatentLengths& lengths_;
  GraphBuilder builder_;
  TensorId x_ = 0, query_source_ = 0, queries_ = 0;
  TensorId cache_ = 0, latents_ = 0, rotary_ = 0, index_ = 0;
};

void LatentMaker::Select() {
  builder_.SetPart(Part::kSelection);
  const Expr B = lengths_.batch, heads = Of("indexer_heads"), m = Of("m");
  const Pairs visible = DensePairs(lengths_);
  const auto pair_tensor = [&](const char* name) {
    return builder_.PairTensor(name, {B, heads}, visible);
  };
  const Expr inner = builder_.At(query_source_).shape.back();
  const TensorId rows = builder_.Linear("indexer q", query_source_, inner, heads * m);
  const TensorId q = builder_.View("indexer q by head", rows, {B, heads, lengths_.queries, m});
  const TensorId made = builder_.Linear("indexer k", x_, Of("d"), m);
  TensorId k = AddNorm(builder_, "indexer k norm", made, NormKind::kLayerNorm, true);
  builder_.SetPart(Part::kSelection);
  if (ReadsCache()) k = builder_.Cache("indexer k cache", {B, lengths_.keys, m});
  const TensorId gates = builder_.Linear("indexer gates", x_, Of("d"), heads);
  const TensorId products = builder_.Apply(Kind::kMatMul, {q, k}, pair_tensor("indexer q.k"));
  const TensorId active = builder_.Apply(Kind::kRelu, {products}, pair_tensor("indexer relu"));
  const TensorId gated =
      builder_.Apply(Kind::kMultiply, {active, gates}, pair_tensor("indexer gated"));
  const TensorId scores =
      builder_.Apply(Kind::kReduceSum, {gated}, builder_.PairTensor("index scores", {B}, visible));
  builder_.Apply(Kind::kTopK, {scores}, builder_.Index("indices", {B, lengths_.queries, Of("K")}));
  builder_.Last().amount = Of("K");
  index_ = builder_.Last().out[0];
  builder_.Assume("the indexer's own training (distillation) is not counted");
}

TensorId LatentMaker::AttendExpanded(const Pairs& pairs) {
  const Expr plain = Of("plain"), value = Of("value"), S = builder_.At(latents_).shape[1];
  builder_.SetPart(Part::kProjection);
  const TensorId up = builder_.Linear("kv up", latents_, Of("latent"), Of("H") * (plain + value));
  const TensorId v = builder_.View("v by head", up, ByHead(S, value));
  const TensorId q =
      builder_.View("q by head", queries_, ByHead(lengths_.queries, plain + Of("rotary")));
  // The heads' own part of a key and the part they share, side by side, are a tensor of their own.
  const TensorId k = builder_.Activation("k with rotary part", ByHead(S, plain + Of("rotary")));
  builder_.SetPart(Part::kCore);
  builder_.Apply(Kind::kAdd, {builder_.View("k by head", up, ByHead(S, plain)), rotary_}, k);
  return Attend({q, k, v, Of("H"), pairs}, value);
}

TensorId LatentMaker::AttendAbsorbed(const Pairs& pairs) {
  const Expr H = Of("H"), plain = Of("plain"), value = Of("value"), latent = Of("latent");
  const Expr T = lengths_.queries;
  const TensorId up = builder_.Parameter("kv up.weight", {latent, H * (plain + value)});
  const TensorId up_keys = builder_.View("kv up.weight, keys", up, {H, plain, latent});
  const TensorId up_values = builder_.View("kv up.weight, values", up, {H, latent, value});
  builder_.SetPart(Part::kProjection);
  const TensorId q = builder_.View("q without positions", queries_, ByHead(T, plain));
  const TensorId folded = builder_.Apply(
      Kind::kMatMul, {q, up_keys}, builder_.Activation("q in latent space", ByHead(T, latent)));
  const TensorId q_rotary = builder_.View("q rotary", queries_, ByHead(T, Of("rotary")));
  const TensorId asking =
      builder_.Activation("q with rotary part", ByHead(T, latent + Of("rotary")));
  builder_.SetPart(Part::kCore);
  builder_.Apply(Kind::kAdd, {folded, q_rotary}, asking);
  const Core core = {asking, LatentKeys(), latents_, H, pairs};
  const TensorId out = builder_.Activation("attended latents", ByHead(T, latent));
  if (shape_.indexer) {
    AttendGathered(builder_, core, index_, 1, out);
  } else {
    costcheck::Attend(builder_, core, out);
  }
  builder_.SetPart(Part::kProjection);
  return builder_.Apply(Kind::kMatMul, {out, up_values},
                        builder_.Activation("head output", ByHead(T, value)));
}

}  // namespace

Graph LatentAttentionGraph(const AttentionShape& shape, const ModelSizes& sizes,
                           const LatentLengths& lengths, LatentMode mode) {
  return LatentMaker(shape, sizes, lengths).Make(mode);
}

LatentMode ModeOf(const AttentionShape& shape, bool decode) {
  return decode || shape.indexer ? LatentMode::kAbsorbed : LatentMode::kExpanded;
}

}  // namespace costcheck
