#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace costcheck {

/// A line on standard error, where that is a terminal, that says how far a command is: done of all,
/// what is next, time elapsed, and time that remains if all steps take alike.
class Progress {
 public:
  Progress(std::size_t all, bool quiet);
  ~Progress() { End(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Before a step; what it is about, in a few words.
  void Next(const std::string& about);
  /// Takes the line away.
  void End();

 private:
  bool shown_;
  std::size_t all_;
  std::size_t begun_ = 0;
  std::chrono::steady_clock::time_point start_;
};

/// "12 s", "3 min 20 s", "2 h 5 min".
std::string InWords(std::chrono::seconds time);

}  // namespace costcheck
