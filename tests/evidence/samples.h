#pragma once

#include <functional>
#include <random>
#include <string>

#include "evidence/store.h"

// Records to test with, and processes of their own.

namespace costcheck {

/// A small record; seed and result as given.
RunRecord SampleRun(std::uint64_t seed, double loss = 2.5);

/// Any doubles (NaN, infinities, the smallest), texts with quotes, line ends, NUL and letters
/// beyond ASCII, seeds up to 64 bits.
RunRecord RandomRun(std::mt19937_64& random);

/// The line with `edit` done to its JSON object without the checksum, and a right checksum: what
/// only a person or another program could write.
std::string EditedLine(std::string line, const std::function<void(std::string& json)>& edit);

/// An edit that puts one text in the place of another, which must be there.
std::function<void(std::string&)> Replacing(const std::string& old, const std::string& by);

/// How many records these lines, a file's text, hold.
std::size_t RunsIn(const std::string& lines);

/// A folder of this test's own, empty at first; another one at each call.
std::string NewFolder();

/// Runs `work` in a process of its own; its exit status, or 99 where it throws and -1 where a
/// signal ends it.
int InChild(const std::function<int()>& work);

/// Starts such a process, and waits for one.
int Start(const std::function<int()>& work);
int Wait(int process);

/// What the work says as it fails; "" where it does not.
std::string ErrorOf(const std::function<void()>& work);

}  // namespace costcheck
