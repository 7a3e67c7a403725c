#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// Keys and values projected along the text, from S rows to K.
///
///   projections of k and v   2 * 2*K*S*w*H_kv     FLOPs per sequence and layer
///   core                     2 * 2*T*K*H*w
///
/// forward; K projected length, w head width. Both belong to the core: together
/// they stand for softmax(QK^T)V. Parameters: two matrices S x K a layer, shared
/// by all heads, tied to the length S. A projected key mixes all positions, so
/// no causal mask can be put on it: counted without one. Executed = useful = T*K,
/// also where K > S. Decode: K rows are cached, into which the new key and value
/// are added, 2 * 2*K*w*H_kv FLOPs.
/// Source: Wang 2020, Eq. 7.
extern const Component kLinformer;

}  // namespace costcheck
