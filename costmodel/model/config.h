#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "costmodel/model/architecture.h"

namespace costcheck {

/// The model that a Hugging Face config.json describes, by its model_type, as the transformers
/// library builds it. `file` is its name, for messages and for Architecture::name.
///
/// Read is every field that changes a count: widths, layers, heads, biases, norms, windows,
/// experts, tied or untied heads. What the file leaves open and the library fills in is filled in
/// alike and listed in Architecture::assumed. The class that `architectures` names decides on the
/// head: a language model's, none, or what stands on a BERT.
///
/// CostError, one sentence with file and field, for text that is no JSON object, an unknown
/// model_type, a missing, misshapen or contradicting field, and a field that is neither known for
/// the type nor known to change no count.
Architecture ParseConfig(std::string_view text, std::string_view file);

/// The values of model_type that ParseConfig reads.
std::vector<std::string> ModelTypes();

}  // namespace costcheck
