#include "costmodel/model/sizes.h"

#include "costmodel/algebra/error.h"

namespace costcheck {

void ModelSizes::SetAttention(const AttentionShape& shape) {
  Set("H", shape.heads);
  Set("H_kv", shape.key_heads);
  Set("w", shape.head_width);
  if (shape.window) Set("W", *shape.window);
  if (shape.indexer) {
    Set("K", shape.indexer->kept);
    Set("m", shape.indexer->width);
    Set("indexer_heads", shape.indexer->heads);
  }
  if (!shape.latent) return;
  Set("latent", shape.latent->kv_rank);
  Set("query_latent", shape.latent->query_rank);
  Set("plain", shape.latent->plain_width);
  Set("rotary", shape.latent->rotary_width);
  Set("value", shape.latent->value_width);
}

void ModelSizes::SetFeedForward(const LayerShape& layer) {
  if (const auto* dense = std::get_if<FeedForwardShape>(&layer.feed_forward)) {
    return Set("f", dense->width);
  }
  const auto& experts = std::get<ExpertsShape>(layer.feed_forward);
  Set("experts", experts.routed);
  Set("chosen", experts.chosen);
  Set("f_expert", experts.expert.width);
  if (experts.shared) Set("f_shared", experts.shared->width);
}

ModelSizes ModelSizes::OfLayer(const LayerShape& layer, const Integer& width) {
  ModelSizes sizes;
  sizes.Set("d", width);
  sizes.SetAttention(layer.attention);
  sizes.SetFeedForward(layer);
  if (layer.cross_attention) {
    sizes.Set("cross_H", layer.cross_attention->heads);
    sizes.Set("cross_H_kv", layer.cross_attention->key_heads);
    sizes.Set("cross_w", layer.cross_attention->head_width);
  }
  return sizes;
}

ModelSizes ModelSizes::OfTables(const Architecture& architecture) {
  ModelSizes sizes;
  sizes.Set("d", architecture.width);
  sizes.Set("E", architecture.embedding_width);
  sizes.Set("V", architecture.vocabulary);
  sizes.Set("positions", architecture.position_rows);
  sizes.Set("token_types", architecture.token_types);
  sizes.Set("buckets", architecture.relative_buckets);
  sizes.Set("classes", architecture.classes);
  for (const Stack* stack : {&architecture.decoder, &architecture.encoder}) {
    if (!stack->groups.empty()) sizes.Set("H", stack->groups.front().layer.attention.heads);
  }
  return sizes;
}

ModelSizes ModelSizes::OfMultiToken(const Architecture& architecture) {
  ModelSizes sizes = OfLayer(architecture.multi_token->layer, architecture.width);
  sizes.Set("V", architecture.vocabulary);
  return sizes;
}

ModelSizes ModelSizes::InSymbols() const {
  ModelSizes symbols = *this;
  symbols.in_symbols_ = true;
  return symbols;
}

Expr ModelSizes::Of(std::string_view name) const {
  const auto at = numbers_.find(name);
  COSTCHECK_CHECK(at != numbers_.end());
  return in_symbols_ ? Expr(Symbol(at->first)) : at->second;
}

namespace {

/// Flags and kinds in a fixed order, each one letter or digit: a key, not for people.
class Key {
 public:
  template <class Value>
  Key& operator<<(Value value) {
    text_ += static_cast<char>('0' + static_cast<int>(value));
    return *this;
  }
  Key& operator<<(const AttentionShape& a) {
    *this << a.causal << a.window.has_value() << a.query_bias << a.key_bias << a.value_bias
          << a.output_bias << a.query_key_norm << a.sinks << a.indexer.has_value()
          << a.latent.has_value();
    return *this << (a.latent && a.latent->query_rank != 0);
  }
  Key& operator<<(const FeedForwardShape& f) {
    return *this << f.activation << f.gated << f.in_bias << f.out_bias;
  }
  Key& operator<<(const ExpertsShape& e) {
    *this << e.expert << e.score << e.renormalised << e.router_bias << e.correction_bias
          << e.shared_gate << e.shared.has_value();
    return e.shared ? *this << *e.shared : *this;
  }
  Key& operator<<(const NormShape& norm) { return *this << norm.kind << norm.bias; }
  Key& operator<<(const std::optional<NormShape>& norm) {
    *this << norm.has_value();
    return norm ? *this << *norm : *this;
  }

  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

std::string StructureOf(const LayerShape& layer) {
  Key key;
  key << layer.attention << layer.cross_attention.has_value();
  if (layer.cross_attention) key << *layer.cross_attention;
  key << layer.feed_forward.index();
  std::visit([&](const auto& feed_forward) { key << feed_forward; }, layer.feed_forward);
  key << layer.norm << layer.norms << layer.norm_after_sum << layer.parallel;
  return key.Take();
}

std::string StructureOf(const Architecture& a) {
  Key key;
  key << a.positions << (a.token_types != 0) << (a.embedding_width != a.width) << a.embedding_norm
      << a.head << a.tied_head << a.head_bias << a.head_transform << a.pooler << (a.classes != 0)
      << a.encoder.groups.empty() << a.decoder.groups.empty() << a.encoder.final_norm
      << a.decoder.final_norm;
  return key.Take();
}

}  // namespace costcheck
