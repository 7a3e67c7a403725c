#pragma once

#include "costmodel/model/architecture.h"

// Small models of every shape, sizes mostly prime, so that no two products are equal by chance.

namespace costcheck {

inline FeedForwardShape GeluWithBiases(int width) {
  return {width, ActivationKind::kGelu, false, true, true};
}
inline FeedForwardShape GatedSilu(int width) { return {width, ActivationKind::kSilu, true}; }

inline AttentionShape Heads(int heads, int key_heads, int width) {
  AttentionShape shape;
  shape.heads = heads;
  shape.key_heads = key_heads;
  shape.head_width = width;
  return shape;
}

/// GPT-2 as published, or with other sizes: learned positions, biases, LayerNorm, tied head.
inline Architecture GptLike(int layers, int d, int heads, int vocabulary, int context) {
  Architecture model;
  model.name = "gpt";
  model.model_type = "gpt2";
  model.width = model.embedding_width = d;
  model.vocabulary = vocabulary;
  model.positions = PositionKind::kLearned;
  model.position_rows = context;
  LayerShape layer;
  layer.attention = Heads(heads, heads, d / heads);
  layer.attention.query_bias = layer.attention.key_bias = true;
  layer.attention.value_bias = layer.attention.output_bias = true;
  layer.feed_forward = GeluWithBiases(4 * d);
  layer.norm = {NormKind::kLayerNorm, true};
  model.decoder.groups = {{"all", layers, layer}};
  model.decoder.final_norm = layer.norm;
  return model;
}
inline Architecture Gpt2() { return GptLike(12, 768, 12, 50257, 1024); }

/// A Llama of 5 layers: d = 12, 6 query heads, 2 key heads, w = 7 (not d/H), f = 17, V = 29.
inline Architecture SmallLlama() {
  Architecture model;
  model.name = "llama";
  model.model_type = "llama";
  model.width = model.embedding_width = 12;
  model.vocabulary = 29;
  model.tied_head = false;
  LayerShape layer;
  layer.attention = Heads(6, 2, 7);
  layer.feed_forward = GatedSilu(17);
  model.decoder.groups = {{"all", 5, layer}};
  model.decoder.final_norm = NormShape{};
  return model;
}

/// The same with 3 of 7 experts of width 11, a shared one of 13, in 4 layers after 1 dense one.
inline Architecture SmallMixture() {
  Architecture model = SmallLlama();
  model.model_type = "qwen2_moe";
  ExpertsShape experts;
  experts.routed = 7;
  experts.chosen = 3;
  experts.expert = GatedSilu(11);
  experts.shared = GatedSilu(13);
  experts.shared_gate = true;
  LayerGroup sparse = model.decoder.groups.front();
  model.decoder.groups.front().name = "dense";
  model.decoder.groups.front().count = 1;
  sparse.name = "experts";
  sparse.count = 4;
  sparse.layer.feed_forward = experts;
  model.decoder.groups.push_back(sparse);
  return model;
}

/// Latent attention of 5 heads: query latent 11, latent 13, plain 3, rotary 2, value 7; d = 12.
inline Architecture SmallLatent() {
  Architecture model = SmallLlama();
  model.model_type = "deepseek_v3";
  AttentionShape& attention = model.decoder.groups.front().layer.attention;
  attention = Heads(5, 5, 3 + 2);
  attention.latent = LatentShape{13, 11, 3, 2, 7};
  return model;
}

/// An encoder of 3 layers, norms after the sums, token types, a head with a transform.
inline Architecture SmallBert() {
  Architecture model = GptLike(3, 10, 2, 37, 19);
  model.model_type = "bert";
  std::swap(model.encoder, model.decoder);
  LayerShape& layer = model.encoder.groups.front().layer;
  layer.attention.causal = false;
  layer.norm_after_sum = true;
  model.encoder.final_norm.reset();
  model.token_types = 2;
  model.embedding_norm = NormShape{NormKind::kLayerNorm, true};
  model.head_transform = true;
  model.head_bias = true;
  model.pooler = true;
  return model;
}

/// 3 encoder and 2 decoder layers; d = 10, 3 heads of 7, f = 11, V = 23, 5 buckets of distances.
inline Architecture SmallT5() {
  Architecture model;
  model.name = "t5";
  model.model_type = "t5";
  model.width = model.embedding_width = 10;
  model.vocabulary = 23;
  model.positions = PositionKind::kRelativeBias;
  model.relative_buckets = 5;
  LayerShape layer;
  layer.attention = Heads(3, 3, 7);
  layer.attention.causal = false;
  layer.feed_forward = FeedForwardShape{11, ActivationKind::kRelu, false};
  model.encoder.groups = {{"all", 3, layer}};
  layer.cross_attention = layer.attention;
  layer.attention.causal = true;
  layer.norms = 3;
  model.decoder.groups = {{"all", 2, layer}};
  model.encoder.final_norm = model.decoder.final_norm = NormShape{};
  return model;
}

}  // namespace costcheck
