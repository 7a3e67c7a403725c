#pragma once

#include <span>

#include "costmodel/component.h"

namespace costcheck {

/// What stands around attention, and whole decoders, as predictions of costmodel/model in the form
/// of components, so that they are asked for, drawn and compared like these:
///
///   mlp, swiglu             x [B, T, d] through f and back (bias 1)
///   layer_norm, rms_norm    rows of x [B, T, d] (bias 1, 0)
///   cross_entropy           B*T rows of V logits against targets
///   gpt                     L layers of full attention and GELU feed-forwards, LayerNorms, biases,
///                           learned positions, the head tied to the look-up; its loss
///   llama                   L layers with SwiGLU feed-forwards and RMSNorms, without biases and
///                           positions, and with a head of its own; its loss
///   gpt2                    gpt as released, 124M parameters: d = 768, H = 12, L = 12, V = 50257,
///                           1024 positions (Radford 2019, Table 2)
std::span<const Component* const> ModelVerifiables();

/// Whether it attends: else H, H_kv and w mean nothing to it.
bool HasHeads(const Component& component);

}  // namespace costcheck
