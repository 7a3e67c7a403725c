#pragma once

#include <memory>

#include "verify/modules/module.h"

// Attention to keys that a pattern settles beforehand, by gathering: the modules keep x, q, k, v,
// the weights of the executed slots and the heads' output, and no mask. Queries are aligned with
// the keys at the end. The patterns and their sources: verify/kernels/patterns.h.

namespace costcheck {

/// A window of W keys (Beltagy 2020, Sec. 3.1; Jiang 2023, Sec. 2). Executes its pairs.
std::unique_ptr<Module> MakeSlidingWindow(const Sizes& sizes);

/// A window of W keys and G leading tokens that every query sees (Beltagy 2020, Sec. 3.1); both
/// ways these tokens see everything. Executes its pairs.
///
/// With global_projections 1 and a G above 0 the global tokens ask with projections of their own:
/// "global q" of those G (as many as are among the queries), "global k" and "global v" of all S
/// tokens, next to q, k, v of all tokens. The rows of x that stand for the global tokens are copied
/// by at::linear unless they lie in one piece (B = 1, or all T are global), and the copy is kept.
std::unique_ptr<Module> MakeWindowGlobal(const Sizes& sizes);

/// The last s positions, and every s-th before them (Child 2019, Sec. 4.3). Executes its pairs.
std::unique_ptr<Module> MakeStrided(const Sizes& sizes);

/// The own block of s tokens and the last `summary` columns of the others (Child 2019, Sec. 4.3).
/// Executes its pairs. Requires summary <= s.
std::unique_ptr<Module> MakeFixed(const Sizes& sizes);

/// Window, global and random blocks (Zaheer 2020, Sec. 2 and App. D), executed as whole b x b
/// blocks, padded at the ends of the text. The random blocks, r a block of queries, are drawn once
/// with a fixed seed, the same for all heads: a buffer int32 [ceil(S/b), r]. Requires an odd
/// window_blocks.
std::unique_ptr<Module> MakeBigBird(const Sizes& sizes);

}  // namespace costcheck
