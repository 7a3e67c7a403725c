#include "tests/golden.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/catch.h"

namespace {

namespace fs = std::filesystem;

fs::path Folder() {
  const char* folder = std::getenv("TEST_TMPDIR");
  return folder == nullptr ? fs::temp_directory_path() : fs::path(folder);
}

/// The first line of what the comparison with a file of that content says.
std::string Compared(const std::string& content, const std::string& actual) {
  const fs::path path = Folder() / "golden.txt";
  std::ofstream(path, std::ios::binary) << content;
  const std::string said = GoldenDifference(path.string(), actual);
  return said.empty() ? "" : said.substr(path.string().size());
}

bool Begins(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }

TEST_CASE("equal bytes have no difference", "[golden]") {
  CHECK(Compared("a\nb\n", "a\nb\n") == "");
  CHECK(Compared("", "") == "");
}

TEST_CASE("the first line that differs is shown both ways", "[golden]") {
  CHECK(Begins(Compared("a\nb\nc\n", "a\nx\ny\n"),
               " differs at line 2\n  expected |b|\n  actual   |x|\nTo accept"));
  CHECK(Begins(Compared("a\n", "a\nb\n"), " differs at line 2\n  expected nothing\n"));
  CHECK(Begins(Compared("a\nb\n", "a\n"), " differs at line 2\n  expected |b|\n"));
  CHECK(Begins(Compared("a\n", "a"), " differs at the end"));
}

TEST_CASE("a file that is not there differs from everything", "[golden]") {
  CHECK(Begins(GoldenDifference("no/such/file.txt", ""), "no/such/file.txt: cannot be read"));
}

TEST_CASE("an accepted text is written below the folder that was given", "[golden]") {
  const std::string folder = (Folder() / "accepted").string();
  setenv("COSTCHECK_UPDATE_GOLDEN", folder.c_str(), 1);
  CHECK(GoldenDifference("deep/er.txt", "new\n") == "");
  unsetenv("COSTCHECK_UPDATE_GOLDEN");
  CHECK(GoldenDifference(folder + "/deep/er.txt", "new\n") == "");
}

}  // namespace
