#include <string>
#include <string_view>
#include <vector>

#include "tests/catch.h"
#include "tests/tools/embedded_test_files.h"

namespace costcheck {
namespace {

std::string_view TextOf(std::string_view name) {
  for (const EmbeddedFile& file : EmbeddedTestFiles()) {
    if (file.name == name) return file.text;
  }
  FAIL("not embedded: " << name);
  return {};
}

TEST_CASE("embedded files are named by package or repository path, in ascending order") {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : EmbeddedTestFiles()) names.emplace_back(file.name);
  const std::vector<std::string> expected = {"embed/empty.txt", "embed/escapes.txt",
                                             "embed/every_byte.bin", "tests/catch.h"};
  CHECK(names == expected);
}

TEST_CASE("an empty file is embedded as an empty text") {
  CHECK(TextOf("embed/empty.txt").empty());
}

TEST_CASE("each of the 256 bytes is embedded as itself") {
  const std::string_view text = TextOf("embed/every_byte.bin");
  REQUIRE(text.size() == 256);
  for (int byte = 0; byte < 256; ++byte) {
    CHECK(static_cast<unsigned char>(text[static_cast<std::size_t>(byte)]) == byte);
  }
}

TEST_CASE("what a string literal would read otherwise is embedded as it stands") {
  CHECK(TextOf("embed/escapes.txt") ==
        "quote \" backslash \\ \\n tab\there ?"
        "?= ?"
        "?/\n\n  %s ${X} \x7f"
        "2 \x01"
        "7 tail\r\nZ\u00fcrich, no end of line");
}

TEST_CASE("a file of another package is embedded from its first line to its last") {
  const std::string_view text = TextOf("tests/catch.h");
  CHECK(text.starts_with("#pragma once\n"));
  CHECK(text.ends_with("#endif\n"));
}

}  // namespace
}  // namespace costcheck
