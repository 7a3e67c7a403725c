#pragma once

#include "costmodel/crossover/crossover.h"
#include "costmodel/model/architecture.h"
#include "costmodel/model/sizes.h"

namespace costcheck {

/// From how many new tokens on, at a text of `keys` in the end, making keys and values of the
/// whole text again takes fewer FLOPs than the absorbed form; exact. The sign chart has no change
/// where the one is better for every number of tokens up to `keys`.
///
///   expanded   S latent H (plain + value)  + P H (plain + rotary + value)
///   absorbed   T latent H (plain + value)  + P H (2 latent + rotary)
///
/// multiply-adds of T queries, S keys and their P pairs; T = S makes the first terms equal.
Crossovers LatentSwitch(const AttentionShape& shape, const ModelSizes& sizes, const Integer& keys);

}  // namespace costcheck
