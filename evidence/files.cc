#include "evidence/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <random>

#include "costmodel/algebra/error.h"
#include "evidence/descriptor.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Fail(const char* verb, const std::string& path, int error) {
  throw CostError(std::string("cannot ") + verb + " '" + path + "': " + std::strerror(error));
}

std::string FolderOf(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

/// A name that no other process takes, on this machine or another one that shares the folder.
std::string TemporaryName(const std::string& path) {
  std::random_device random;
  std::array<char, 32> suffix;
  std::snprintf(suffix.data(), suffix.size(), "%08x%08x", random(), random());
  return FolderOf(path) + "/" + std::string(kTemporaryPrefix) + suffix.data();
}

/// Writes the text under a temporary name, which `take` then turns into the path. Where it returns
/// an error, or anything else fails, the temporary file is gone, and so is it after a `take` that
/// leaves it.
template <class Take>
int WriteThen(const std::string& path, std::string_view text, Take&& take) {
  const std::string temporary = TemporaryName(path);
  const OpenFile file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
  if (file.get() < 0) return errno;
  const bool written = WriteAll(file.get(), text) && fsync(file.get()) == 0;
  const int error = written && take(temporary.c_str()) ? 0 : errno;
  unlink(temporary.c_str());
  return error;
}

/// Makes names in the folder last. Some file systems have nothing to flush and say EINVAL.
void FlushFolderOf(const std::string& path) {
  const std::string folder = FolderOf(path);
  const OpenFile open_folder(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (open_folder.get() < 0 || (fsync(open_folder.get()) != 0 && errno != EINVAL)) {
    Fail("flush", folder, errno);
  }
}

}  // namespace

std::string ReadWholeFile(const std::string& path) {
  const OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) Fail("read", path, errno);
  std::string text;
  std::array<char, 1 << 16> buffer;
  while (true) {
    const ssize_t count = read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) Fail("read", path, errno);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void ReplaceFile(const std::string& path, std::string_view text) {
  const int error = WriteThen(
      path, text, [&path](const char* temporary) { return rename(temporary, path.c_str()) == 0; });
  if (error != 0) Fail("write", path, error);
  FlushFolderOf(path);
}

bool CreateNewFile(const std::string& path, std::string_view text) {
  // A link, unlike a renaming, fails where there is a file. Where the file system has no links, the
  // last of two processes that write at once wins.
  const int error = WriteThen(path, text, [&path](const char* temporary) {
    return link(temporary, path.c_str()) == 0 ||
           (errno != EEXIST && rename(temporary, path.c_str()) == 0);
  });
  if (error == EEXIST) return false;
  if (error != 0) Fail("write", path, error);
  FlushFolderOf(path);
  return true;
}

void MakeFolder(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return;
  const std::string parent = FolderOf(path);
  if (parent != path) MakeFolder(parent);
  if (mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) Fail("make the folder", path, errno);
  FlushFolderOf(path);
}

}  // namespace costcheck
