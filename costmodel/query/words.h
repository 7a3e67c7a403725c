#pragma once

#include <string_view>

namespace costcheck {

/// `text` without white space at its ends.
std::string_view Trimmed(std::string_view text);

/// Whether `text` is one name: letters, digits and underscores.
bool IsWord(std::string_view text);

/// Whether the name occurs in `text`, not as a part of a longer one.
bool HasWord(std::string_view text, std::string_view word);

}  // namespace costcheck
