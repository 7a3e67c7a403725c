#include "tables/wrap.h"

#include <algorithm>
#include <sstream>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

bool StartsCodePoint(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

/// The number of bytes of the first `width` code points.
std::size_t PrefixBytes(const std::string& text, std::size_t width) {
  std::size_t begun = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (StartsCodePoint(text[i]) && ++begun > width) return i;
  }
  return text.size();
}

void WrapParagraph(const std::string& paragraph, std::size_t width,
                   std::vector<std::string>& lines) {
  std::istringstream words(paragraph);
  std::string line;
  for (std::string word; words >> word;) {
    if (!line.empty() && DisplayWidth(line) + 1 + DisplayWidth(word) <= width) {
      line += ' ' + word;
      continue;
    }
    if (!line.empty()) lines.push_back(line);
    while (DisplayWidth(word) > width) {
      const std::size_t cut = PrefixBytes(word, width);
      lines.push_back(word.substr(0, cut));
      word.erase(0, cut);
    }
    line = word;
  }
  lines.push_back(line);
}

std::string Spaces(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, DisplayWidth(text)), ' ');
}

}  // namespace

std::size_t DisplayWidth(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), StartsCodePoint));
}

std::string PadLeft(const std::string& text, std::size_t width) {
  return Spaces(text, width) + text;
}

std::string PadRight(const std::string& text, std::size_t width) {
  return text + Spaces(text, width);
}

std::vector<std::string> WrapText(const std::string& text, std::size_t width) {
  COSTCHECK_CHECK(width >= 1);
  std::vector<std::string> lines;
  std::istringstream paragraphs(text);
  for (std::string paragraph; std::getline(paragraphs, paragraph);) {
    WrapParagraph(paragraph, width, lines);
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

}  // namespace costcheck
