#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// The own block of s tokens, and the last `summary` columns of the others.
///
///   causal     g(n) = n - (s - summary)*floor((n-1)/s): own block up to itself,
///              summary columns of every earlier block
///   both ways  own block, and the summary columns of all others; of a last block
///              that s does not fill, those of its columns that exist
///   FLOPs = 2 * 2*P*H*w * B*L
///
/// s block (tokens), summary columns a block (c in the source, 1 unless set, at
/// most s); both factors of the pattern in every head. Unmasked
/// T*(min(s, S) + summary*floor((S-1)/s)); executed = useful. Rows before the
/// first key see nothing. Exact.
/// Source: Child 2019 (Sparse Transformer), Sec. 4.3.
extern const Component kFixed;

}  // namespace costcheck
