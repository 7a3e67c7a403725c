#pragma once

#include <string_view>
#include <vector>

#include "evidence/record.h"

// What writing and reading a record share.

namespace costcheck {

/// Stands between a line's content and its checksum, which is the first 16 digits of the content's
/// SHA-256 and is followed by kChecksumEnd.
inline constexpr std::string_view kChecksumStart = ",\"checksum\":\"";
inline constexpr std::string_view kChecksumEnd = "\"}";
inline constexpr std::size_t kChecksumDigits = 16;

/// Of the name of a shared object (record_shared.h).
inline constexpr std::size_t kNameDigits = 16;

inline constexpr std::string_view kNan = "nan", kInfinity = "inf", kMinusInfinity = "-inf";

/// What a record must be to be written; the sentence that says what it is not, or "".
std::string Objection(const RunRecord& record);

}  // namespace costcheck
