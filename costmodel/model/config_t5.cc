#include <string>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/model/config_families.h"
#include "costmodel/model/config_gated.h"

namespace costcheck {
namespace {

/// "relu" or "gated-gelu": whether it is gated, and by what.
FeedForwardShape ReadT5FeedForward(Fields& fields) {
  const std::string name = "feed_forward_proj", gated = "gated-";
  const std::string word = fields.Word(name, "relu");
  const bool is_gated = word.starts_with(gated);
  fields.Ignore({"dense_act_fn", "is_gated_act"});  // the same, taken apart
  return {.width = fields.Size("d_ff"),
          .activation = ActivationNamed(fields, name, is_gated ? word.substr(gated.size()) : word),
          .gated = is_gated};
}

LayerGroup AllLayers(int count, LayerShape layer) { return {"all", count, std::move(layer)}; }

LayerShape DecoderLayer(const LayerShape& layer) {
  LayerShape decoder = layer;
  decoder.attention.causal = true;
  decoder.cross_attention = layer.attention;
  decoder.norms = 3;
  return decoder;
}

}  // namespace

// Raffel 2020. Without biases; heads times d_kv need not be d_model. T5EncoderModel has no decoder.
Architecture ReadT5(Fields& fields) {
  const ConfigNames names = {.width = "d_model", .layers = "num_layers", .heads = "num_heads"};
  Architecture model;
  model.width = model.embedding_width = fields.Size(names.width);
  model.vocabulary = fields.Size("vocab_size");
  model.context = fields.OptionalSize("n_positions").value_or(0);
  model.positions = PositionKind::kRelativeBias;
  model.relative_buckets = fields.Size("relative_attention_num_buckets", 32, kLibraryDefault);
  fields.Ignore({"relative_attention_max_distance", "is_encoder_decoder", "is_decoder"});
  const int layers = fields.Layers(names.layers);
  const int decoder_layers = fields.Layers("num_decoder_layers", layers, "num_layers");
  LayerShape layer;
  layer.attention.heads = layer.attention.key_heads = fields.Size(names.heads);
  layer.attention.head_width = fields.Size("d_kv");
  layer.attention.causal = false;
  layer.feed_forward = ReadT5FeedForward(fields);
  model.encoder = {{AllLayers(layers, layer)}, kRmsNorm};
  const std::vector<std::string> classes = fields.Words("architectures");
  const bool encoder_only = classes == std::vector<std::string>{"T5EncoderModel"};
  if (!encoder_only) model.decoder = {{AllLayers(decoder_layers, DecoderLayer(layer))}, kRmsNorm};
  ReadHead(fields, model, true);
  return model;
}

}  // namespace costcheck
