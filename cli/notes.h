#pragma once

#include <string>
#include <vector>

#include "cli/document.h"
#include "costmodel/query/subject.h"

namespace costcheck {

/// Sentences that belong under a result: what the convention counts and leaves
/// out, what the components assume, and where one ignores the causal mask.
std::vector<std::string> NotesOn(const std::vector<Subject>& subjects, const Counting& counting);

/// Warns of names that are set and that no subject uses.
void WarnOfUnused(const Assignments& assignments, const std::vector<Subject>& subjects,
                  const Output& output);

}  // namespace costcheck
