#pragma once

#include <vector>

#include "cli/crossing.h"
#include "costmodel/query/subject.h"
#include "tables/table.h"

namespace costcheck {

/// The smaller tables under a scaling table. Subjects are complete: T alone is free.

/// Where each subject becomes cheaper than the first, and the limit of the ratio.
Table CrossoverSection(const std::vector<Crossing>& crossings,
                       const std::vector<Subject>& subjects);

/// What headline FLOPs leave out at this length: elements that went through a
/// softmax or another special function, simple elementwise operations, comparisons
/// of a top-k or a sort. Of the components themselves, whatever is in scope around.
Table LeftOutSection(const std::vector<Subject>& subjects, const Counting& counting,
                     const Integer& length);

/// What decoding one token at this length takes of the attention core of a layer:
/// bytes of cache held, and bytes read.
Table KvCacheSection(const std::vector<Subject>& subjects, const Counting& counting,
                     const Integer& length);

/// Amdahl: FLOPs of a model (of 32 layers and V = 32000 unless set), how much the first subject's
/// model costs by each other's, and the ceiling, which a core of no cost would reach.
Table ModelSection(const std::vector<Subject>& subjects, const Counting& counting,
                   const std::vector<Integer>& lengths);

}  // namespace costcheck
