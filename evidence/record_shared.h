#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "evidence/record.h"

// Lines of one file that share objects (lines.h): what many records have in common stands once, on
// a line of its own, and the records name it.

namespace costcheck {

/// An object that lines after its own may name.
struct SharedObject {
  std::string text;   ///< canonical, as for ConfigurationHash
  std::string place;  ///< of its line
  bool used = false;  ///< named by a record
};

/// By name: the first 16 hexadecimal digits of the SHA-256 of the text.
using SharedObjects = std::map<std::string, SharedObject>;

/// RecordLine with two names in the place of two objects, `configuration` and `environment`; the
/// time, which few runs have in common, stands beside them, and `configuration_hash`, which can be
/// computed, does not. The line's checksum covers the names, and these the objects. The lines of
/// the objects, {"version":1,"shared":NAME,"object":{...},"checksum":...}, are added to `shared`.
/// CostError as RecordLine.
std::string CompactLine(const RunRecord& record, std::set<std::string>& shared);

/// Reads a line of RecordLine or of CompactLine; or that of an object, which is added to `shared`,
/// and gives none. CostError as ParseRecord, and for an object whose name is not that of its text
/// or was given before, and for a name that none in `shared` has.
std::optional<RunRecord> ParseLine(std::string_view line, const std::string& place,
                                   SharedObjects& shared);

}  // namespace costcheck
