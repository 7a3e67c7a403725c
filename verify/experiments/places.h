#pragma once

#include <map>
#include <string>

namespace costcheck {

/// Where each field of an experiment stands in its file, for errors. Fields are named by their
/// path: "corpus.types", "arms[1].widths".
class Places {
 public:
  explicit Places(std::string file) : file_(std::move(file)) {}

  void Add(const std::string& path, unsigned line) { lines_[path] = line; }

  /// Throws a CostError "file:line: what", with the line of that field, or of the nearest one
  /// around it that the file has; "file: what" where there is none.
  [[noreturn]] void Fail(const std::string& path, const std::string& what) const;

 private:
  std::string file_;
  std::map<std::string, unsigned> lines_;
};

}  // namespace costcheck
