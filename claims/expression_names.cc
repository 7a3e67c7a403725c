#include "claims/expression_names.h"

#include <cctype>

#include "costmodel/algebra/grammar_call.h"

namespace costcheck {
namespace {

bool IsPart(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// The end of the run of letters, digits and underscores; of a number also its point and the sign
/// of its exponent.
std::size_t EndOfWord(std::string_view text, std::size_t start) {
  const bool number = IsDigit(text[start]);
  std::size_t end = start;
  while (end < text.size()) {
    const bool exponent = number && end > start && (text[end - 1] == 'e' || text[end - 1] == 'E');
    const bool in_number = number && (text[end] == '.' || (exponent && text[end] == '-') ||
                                      (exponent && text[end] == '+'));
    if (!IsPart(text[end]) && !in_number) break;
    ++end;
  }
  return end;
}

/// Behind the bracket that closes the one at `open`.
std::size_t EndOfBrackets(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i + 1;
  }
  return text.size();
}

}  // namespace

std::vector<ExpressionName> NamesOf(std::string_view text) {
  std::vector<ExpressionName> names;
  for (std::size_t i = 0; i < text.size();) {
    if (!IsPart(text[i])) {
      ++i;
      continue;
    }
    const std::size_t end = EndOfWord(text, i);
    const std::string_view word = text.substr(i, end - i);
    const bool number = IsDigit(text[i]);
    i = text.find_first_not_of(" \t\r\n", end);
    if (i == std::string_view::npos) i = text.size();
    if (number) continue;
    const bool called = i < text.size() && text[i] == '(';
    if (called && FindGrammarCall(word) != nullptr) continue;
    ExpressionName name{std::string(word), called, ""};
    if (called) {
      const std::size_t close = EndOfBrackets(text, i);
      name.arguments = std::string(text.substr(i + 1, close - i - 2));
      i = close;
    }
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace costcheck
