#pragma once

#include <string>
#include <vector>

#include "costmodel/query/subject.h"

namespace costcheck {

/// A value that was not set and was taken from the default table.
struct Taken {
  std::string name;
  Expr value;
  std::string component;  ///< "" where it holds for all of them
};

/// Fills what the formulas of these metrics leave open, beside the symbols
/// `free`, from the default table: one layer, d = 4096, H = 32, w = 128, W = 4096,
/// K = 2048 (topk_mlp: h = 128, K = 8), ... Where d is set, w stays and H = d/w;
/// where H is set, d = H*w. CostError that names a symbol without a default.
Subject WithDefaults(const Subject& subject, const Counting& counting,
                     const std::vector<Metric>& metrics, const std::vector<std::string>& free,
                     std::vector<Taken>& taken);

/// The component's own parameters that have neither a value nor a fallback.
std::vector<std::string> OpenParameters(const Subject& subject);

/// Fills those; what its cost depends on is not asked, so that this is quick. CostError as above.
Subject WithOwnDefaults(const Subject& subject, std::vector<Taken>& taken);

/// "Not set, taken from the default table: d = 4096, K = 8 (topk_mlp)."; "" for none.
std::string NoteOnTaken(const std::vector<Taken>& taken);

/// "Values: B = 1, d = 4096, ...; topk_mlp: K = 8, h = 128.": everything that the
/// costs of these components depend on, but for symbols that stay open.
std::string NoteOnValues(const std::vector<Subject>& subjects);

}  // namespace costcheck
