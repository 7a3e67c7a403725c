#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace costcheck {

/// Columns that UTF-8 text takes on a terminal: one a code point.
std::size_t DisplayWidth(const std::string& text);

/// `text` padded with spaces to `width`, at its left or its right end.
std::string PadLeft(const std::string& text, std::size_t width);
std::string PadRight(const std::string& text, std::size_t width);

/// Lines of at most `width` columns, broken at spaces and newlines; a longer
/// word is cut between code points. At least one line; none ends in a space.
/// Requires width >= 1.
std::vector<std::string> WrapText(const std::string& text, std::size_t width);

}  // namespace costcheck
