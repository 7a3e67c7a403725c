#include "cli/file_output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "costmodel/algebra/error.h"
#include "evidence/descriptor.h"

namespace costcheck {
namespace {

[[noreturn]] void Fail(const std::string& what, int error) {
  throw CostError("cannot " + what + ": " + std::strerror(error));
}

/// The file that a link leads to; a path that leads nowhere yet stays as it is.
std::string Resolved(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? std::string(real.get()) : path;
}

void WriteInPlace(const std::string& path, std::string_view text) {
  const OpenFile file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0 || !WriteAll(file.get(), text)) Fail("write '" + path + "'", errno);
}

/// Permissions that an existing file keeps and a new one gets.
mode_t ModeFor(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) == 0) return status.st_mode & 07777;
  const mode_t mask = umask(0);
  umask(mask);
  return kFileMode & ~mask;
}

void Replace(const std::string& path, std::string_view text) {
  std::string temporary = path + ".XXXXXX";
  const OpenFile file(mkstemp(temporary.data()));
  if (file.get() < 0) Fail("write '" + path + "'", errno);
  const bool written = WriteAll(file.get(), text) && fchmod(file.get(), ModeFor(path)) == 0 &&
                       fsync(file.get()) == 0 && rename(temporary.c_str(), path.c_str()) == 0;
  if (written) return;
  const int error = errno;
  unlink(temporary.c_str());
  Fail("write '" + path + "'", error);
}

}  // namespace

void WriteOut(std::string_view text) {
  if (!WriteAll(STDOUT_FILENO, text)) Fail("write to standard output", errno);
}

void WriteFile(const std::string& path, std::string_view text) {
  const std::string target = Resolved(path);
  struct stat status;
  if (stat(target.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return Replace(target, text);
  if (S_ISDIR(status.st_mode)) Fail("write '" + path + "'", EISDIR);
  WriteInPlace(target, text);
}

}  // namespace costcheck
