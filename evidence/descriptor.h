#pragma once

#include <unistd.h>

#include <string_view>

// What writing to the system's files takes, for those who give them their names.

namespace costcheck {

/// Permissions of a new file, less the umask.
inline constexpr unsigned kFileMode = 0666;

/// An open file that is closed at the end of its scope.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

/// False where not all of the text was written; errno tells why.
bool WriteAll(int descriptor, std::string_view text);

}  // namespace costcheck
