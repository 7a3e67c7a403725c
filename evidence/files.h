#pragma once

#include <string>
#include <string_view>

// Files that appear whole or not at all. A text is written into a file of the same folder whose
// name begins with kTemporaryPrefix, flushed to the disk, given its name in one step, and the
// folder flushed: after a kill, a crash or on a full disk there is the old file or the new one.
// Every function fails with a CostError that names the path and the system's reason.

namespace costcheck {

inline constexpr std::string_view kTemporaryPrefix = ".costcheck.";

/// The whole of a file.
std::string ReadWholeFile(const std::string& path);

/// Puts the text in the place of what is there, if anything is.
void ReplaceFile(const std::string& path, std::string_view text);

/// Writes the text where no file is yet; false, and nothing done, where there is one.
bool CreateNewFile(const std::string& path, std::string_view text);

/// Makes the folder, and those that it lies in, where they are missing.
void MakeFolder(const std::string& path);

}  // namespace costcheck
