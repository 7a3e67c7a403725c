#pragma once

#include <string>

/// Compares `actual` byte by byte with the file at `path`, relative to the root
/// of the tree. "" if they are equal; else the first line that differs, both
/// ways, and how to accept the change.
///
/// To accept: COSTCHECK_UPDATE_GOLDEN=. bazel run //tests/tables:writer_test
/// writes the file instead of comparing, below that folder (a relative one counts
/// from the root of the tree), and reports no difference. Under `bazel test` it
/// has no effect: the sandbox does not pass the variable on.
std::string GoldenDifference(const std::string& path, const std::string& actual);
