#include "tables/escape.h"

#include <cctype>
#include <string_view>

namespace costcheck {
namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";

bool IsControl(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
}

std::string XmlForm(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return IsControl(c) ? kReplacement : std::string(1, c);
  }
}

std::string LatexForm(char c) {
  switch (c) {
    case '\\':
      return "\\textbackslash{}";
    case '~':
      return "\\textasciitilde{}";
    case '^':
      return "\\textasciicircum{}";
    case '<':
      return "\\textless{}";
    case '>':
      return "\\textgreater{}";
    case '|':
      return "\\textbar{}";
    case '\n':  // two of them would end the paragraph
    case '\r':
      return " ";
    case '[':  // after "\\" a bare one would begin an option
      return "{[}";
    default:
      break;
  }
  const bool special = std::string_view("{}$&#_%").find(c) != std::string_view::npos;
  return special ? std::string("\\") + c : std::string(1, c);
}

bool IsWordCharacter(const std::string& text, std::size_t i) {
  return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])) != 0;
}

/// An underscore inside a word stays bare: topk_mlp.
bool IsMarkdownSpecial(const std::string& text, std::size_t i) {
  if (text[i] == '_')
    return i == 0 || !IsWordCharacter(text, i - 1) || !IsWordCharacter(text, i + 1);
  return std::string_view("\\`*|<[]~&$").find(text[i]) != std::string_view::npos;
}

}  // namespace

std::string EscapeXml(const std::string& text) {
  std::string out;
  for (const char c : text) out += XmlForm(c);
  return out;
}

std::string EscapeLatex(const std::string& text) {
  std::string out;
  for (const char c : text) out += LatexForm(c);
  return out;
}

std::string EscapeMarkdown(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || text[i] == '\r') {
      out += ' ';
      continue;
    }
    if (IsMarkdownSpecial(text, i)) out += '\\';
    out += text[i];
  }
  return out;
}

}  // namespace costcheck
