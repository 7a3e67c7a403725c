#pragma once

#include <string>

namespace costcheck {

// Plain text made safe to stand in a document of each kind: it reads as it was.

/// For text and quoted attributes of HTML and SVG. Control characters, which XML
/// has no form for, become U+FFFD; tab and newline stay.
std::string EscapeXml(const std::string& text);

/// For a cell or a line of GitHub's Markdown; a newline becomes a space.
std::string EscapeMarkdown(const std::string& text);

/// For text mode of LaTeX, and at the start of a row; a newline becomes a space.
std::string EscapeLatex(const std::string& text);

}  // namespace costcheck
