#pragma once

#include <cstddef>
#include <string_view>

namespace costcheck {

/// The first chunk of a text: what byte pairs never join beyond. It is one of
///
///   a run of letters, of digits or of other visible characters, with the one space before it
///   white space up to the next chunk: a run without that space
///
/// Letters are a-z, A-Z and every byte above 127, so that UTF-8 is never cut; digits 0-9; white
/// space is space, \t, \n, \v, \f, \r. This is GPT-2's pattern (Radford et al. 2019) but for its
/// own chunks of 's, 't, 're, 've, 'm, 'll and 'd, for non-ASCII digits, punctuation and spaces,
/// which are letters here, and for white space other than a space before a word, which it cuts
/// before the last character. Chunks in order are the text. Empty for an empty text.
std::string_view FirstChunk(std::string_view text);

/// Calls `action` with every chunk of the text in order.
template <class Action>
void ForEachChunk(std::string_view text, Action action) {
  while (!text.empty()) {
    const std::string_view chunk = FirstChunk(text);
    action(chunk);
    text.remove_prefix(chunk.size());
  }
}

}  // namespace costcheck
