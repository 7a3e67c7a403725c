#pragma once

#include "costmodel/component.h"
#include "costmodel/operators/graph.h"

// What stands around attention in a decoder, for scope layer and scope model:
//
//   x1 = x + attention(norm(x)),  x2 = x1 + W2 gelu(W1 norm(x1)),  logits = x W_e^T
//
// T tokens that ask (1 in decode), B sequences, L layers, d model width, f
// feed-forward width (4*d unless set), V vocabulary. Radford 2019, Sec. 2.3
// (pre-norm), without its biases, positions and last norm, none of them a matrix
// product. Multiply-adds: 2*B*T*d*f a layer, B*T*d*V of logits.

namespace costcheck {

/// All of a layer but its attention: two LayerNorms, two residual sums (part
/// norm), a feed-forward of two products with a GELU between them; repeat L.
Graph LayerRest(const Settings& settings);

/// All of a model but its layers: the look-up of every token and the logits of
/// every token that asks (in prefill too, though only the last ones are used),
/// both from one tied table. The loss is not in it.
Graph ModelRest(const Settings& settings);

}  // namespace costcheck
