#include "costmodel/model/model_quantities.h"

#include <array>

namespace costcheck {
namespace {

constexpr std::array<ModelQuantity, 24> kQuantities = {{
    {"parameters", "parameter", "of the whole model", &ModelCosts::parameters},
    {"parameters_embedding", "parameter", "tables of tokens, positions and token types",
     &ModelCosts::parameters_embedding},
    {"parameters_head", "parameter", "of an untied head", &ModelCosts::parameters_head},
    {"parameters_active", "parameter", "that one token passes", &ModelCosts::parameters_active},
    {"parameters_multi_token", "parameter",
     "of modules that predict further tokens, not in the sum", &ModelCosts::parameters_multi_token},
    {"flops", "FLOP", "of the phase", &ModelCosts::flops},
    {"flops_attention_core", "FLOP", "scores, values, and choosing keys",
     &ModelCosts::flops_attention_core},
    {"flops_linear", "FLOP", "projections, feed-forwards and routers", &ModelCosts::flops_linear},
    {"flops_logits", "FLOP", "the head", &ModelCosts::flops_logits},
    {"flops_embedding", "FLOP", "look-ups, where the convention counts them",
     &ModelCosts::flops_embedding},
    {"flops_recomputed", "FLOP", "what recomputation adds to a training step, not in the sum",
     &ModelCosts::flops_recomputed},
    {"flops_multi_token", "FLOP", "modules that predict further tokens, not in the sum",
     &ModelCosts::flops_multi_token},
    {"weight_bytes", "byte", "weights of a device", &ModelCosts::weight_bytes},
    {"gradient_bytes", "byte", "gradients of a device", &ModelCosts::gradient_bytes},
    {"optimizer_bytes", "byte", "the optimizer's on a device", &ModelCosts::optimizer_bytes},
    {"kept_bytes", "byte", "kept from forward to backward on a device", &ModelCosts::kept_bytes},
    {"kept_of_pairs_bytes", "byte", "of these what grows with T^2",
     &ModelCosts::kept_of_pairs_bytes},
    {"kv_cache_bytes", "byte", "of a decoder at T tokens", &ModelCosts::kv_cache_bytes},
    {"decode_flops", "FLOP", "of one token after T", &ModelCosts::decode_flops},
    {"decode_bytes_read", "byte", "for one token after T", &ModelCosts::decode_bytes_read},
    {"communication_data", "byte", "sent for gradients and weights in a step",
     &ModelCosts::communication_data},
    {"communication_tensor", "byte", "sent within layers in a step",
     &ModelCosts::communication_tensor},
    {"communication_pipeline", "byte", "sent between stages in a step",
     &ModelCosts::communication_pipeline},
    {"communication_expert", "byte", "sent to experts and back in a step",
     &ModelCosts::communication_expert},
}};

}  // namespace

std::span<const ModelQuantity> ModelQuantities() { return kQuantities; }

}  // namespace costcheck
