#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// A window of blocks, global blocks, and random blocks.
///
///   causal     g(n) = own block up to itself + b*min(i, M), i = floor((n-1)/b),
///              M = (window_blocks - 1)/2 + global_blocks + r
///   both ways  block i sees i +- (window_blocks - 1)/2, the global blocks, and r
///              others; the global blocks' queries see everything
///   FLOPs = 2 * 2*P*H*w * B*L
///
/// b block size (tokens); window_blocks (odd; 3), global_blocks (1) and r (3)
/// random ones, in blocks. Causal: the window looks back only, the own block and
/// (window_blocks - 1)/2 before it. Random blocks are drawn without replacement
/// from whole blocks that are neither window nor global: min(r, available); a
/// last block that b does not fill is never drawn. Unmasked (causal form)
/// T*min(b*(window_blocks + global_blocks + r), S). Executed: whole b x b blocks,
/// padded at the end of the text. Rows before the first key see nothing. Decode keeps all S rows
/// cached. Exact. Source: Zaheer 2020 (BigBird), Sec. 2 and App. D.
extern const Component kBigBird;

}  // namespace costcheck
