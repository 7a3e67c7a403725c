#include "cli/progress.h"

#include <unistd.h>

#include <cstdio>

namespace costcheck {

namespace {

constexpr char kClearLine[] = "\r\033[K";
constexpr std::size_t kLongestAbout = 40;  // so that all of it fits in a line of 80

}  // namespace

Progress::Progress(std::size_t all, bool quiet)
    : shown_(!quiet && isatty(STDERR_FILENO) != 0),
      all_(all),
      start_(std::chrono::steady_clock::now()) {}

void Progress::End() {
  if (shown_) std::fputs(kClearLine, stderr);
  shown_ = false;
}

void Progress::Next(const std::string& about) {
  const std::size_t done = begun_++;
  if (!shown_) return;
  using std::chrono::seconds;
  const auto elapsed = std::chrono::steady_clock::now() - start_;
  std::string line = std::to_string(done) + " of " + std::to_string(all_) + ", " +
                     InWords(std::chrono::duration_cast<seconds>(elapsed));
  if (done > 0) {
    const auto remaining = elapsed / done * (all_ - done);
    line += ", about " + InWords(std::chrono::duration_cast<seconds>(remaining)) + " left";
  }
  std::fprintf(stderr, "%s%s: %s", kClearLine, line.c_str(),
               about.substr(0, kLongestAbout).c_str());
}

std::string InWords(std::chrono::seconds time) {
  const auto total = time.count();
  const auto hours = total / 3600, minutes = total / 60 % 60, seconds = total % 60;
  if (hours > 0) return std::to_string(hours) + " h " + std::to_string(minutes) + " min";
  if (minutes > 0) return std::to_string(minutes) + " min " + std::to_string(seconds) + " s";
  return std::to_string(seconds) + " s";
}

}  // namespace costcheck
