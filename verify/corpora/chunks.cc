#include "verify/corpora/chunks.h"

namespace costcheck {
namespace {

enum class Class { kLetter, kDigit, kSpace, kOther };

Class ClassOf(char c) {
  if (('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z')) return Class::kLetter;
  if (static_cast<unsigned char>(c) > 127) return Class::kLetter;
  if ('0' <= c && c <= '9') return Class::kDigit;
  if (c == ' ' || ('\t' <= c && c <= '\r')) return Class::kSpace;
  return Class::kOther;
}

// Where the run of one class that begins at `begin` ends.
std::size_t RunEnd(std::string_view text, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < text.size() && ClassOf(text[end]) == ClassOf(text[begin])) ++end;
  return end;
}

}  // namespace

std::string_view FirstChunk(std::string_view text) {
  if (text.empty()) return text;
  const std::size_t end = RunEnd(text, 0);
  if (ClassOf(text[0]) != Class::kSpace || end == text.size()) return text.substr(0, end);
  if (text[end - 1] != ' ') return text.substr(0, end);
  // The last space belongs to what follows.
  if (end > 1) return text.substr(0, end - 1);
  return text.substr(0, RunEnd(text, end));
}

}  // namespace costcheck
