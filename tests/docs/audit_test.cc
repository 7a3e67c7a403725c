#include <sys/wait.h>

#include <cstdlib>
#include <string>

#include "evidence/files.h"
#include "tests/catch.h"
#include "tests/golden.h"

// docs/seeds-audit.md: every line of it is generated.

namespace costcheck {

TEST_CASE("docs/seeds-audit.md is what claims/seeds.toml and the records in docs/evidence give") {
  const std::string copy = std::string(std::getenv("TEST_TMPDIR")) + "/audit.md";
  const std::string command =
      "COSTCHECK=cli/costcheck tools/update-audit " + copy + " claims/seeds.toml docs/evidence";
  const int status = std::system(command.c_str());
  REQUIRE((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  INFO("to write it anew: tools/update-audit");
  CHECK(GoldenDifference("docs/seeds-audit.md", ReadWholeFile(copy)) == "");
}

}  // namespace costcheck
