#pragma once

#include <string>
#include <string_view>

namespace costcheck {

/// SHA-256 (FIPS 180-4) of the bytes, as 64 hexadecimal digits in lower case.
///
/// From Nettle, a library of 0.3 MB that adds nothing measurable to the start of the program
/// (libcrypto, ten times as large, doubles it). SHA-1, which Boost has in headers alone, would do
/// against accidents; but who hands in evidence could make two runs of one key.
std::string Sha256(std::string_view bytes);

}  // namespace costcheck
