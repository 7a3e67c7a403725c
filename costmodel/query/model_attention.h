#pragma once

#include <string_view>

#include "costmodel/model/architecture.h"
#include "costmodel/query/subject.h"

namespace costcheck {

/// Another attention in every layer of a model: "topk_indexer(K=2048)", or its name alone with what
/// `assignments` set. d, H, H_kv and w are those of the model's first layer; what has neither a
/// value nor a fallback stays open. CostError for anything but an attention, with the nearest, and
/// for a value of a symbol that is the model's own.
Subject AttentionInModel(std::string_view text, const Assignments& assignments,
                         const Architecture& architecture);

}  // namespace costcheck
