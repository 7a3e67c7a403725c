#include "costmodel/query/words.h"

#include "tests/catch.h"

using costcheck::HasWord;
using costcheck::IsWord;
using costcheck::Trimmed;

TEST_CASE("White space is trimmed at the ends alone", "[words]") {
  CHECK(Trimmed(" \ta b\n") == "a b");
  CHECK(Trimmed(" \t").empty());
  CHECK(Trimmed("").empty());
}

TEST_CASE("A word is letters, digits and underscores", "[words]") {
  CHECK(IsWord("H_kv"));
  CHECK_FALSE(IsWord(""));
  CHECK_FALSE(IsWord("a b"));
  CHECK_FALSE(IsWord("T*T"));
}

TEST_CASE("A word is found only as a whole", "[words]") {
  CHECK(HasWord("K*T+1", "T"));
  CHECK(HasWord("T", "T"));
  CHECK(HasWord("TT*T", "T"));
  CHECK_FALSE(HasWord("H_kv", "H"));
  CHECK_FALSE(HasWord("kH", "H"));
  CHECK_FALSE(HasWord("", "H"));
}
