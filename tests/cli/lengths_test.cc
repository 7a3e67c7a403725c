#include "cli/lengths.h"

#include "costmodel/algebra/error.h"
#include "tests/catch.h"

using costcheck::CostError;
using costcheck::Integer;
using costcheck::ParseLengths;

TEST_CASE("A range of lengths doubles and ends with its end", "[lengths]") {
  CHECK(ParseLengths("64..512") == std::vector<Integer>{64, 128, 256, 512});
  CHECK(ParseLengths("100..1K") == std::vector<Integer>{100, 200, 400, 800, 1024});
  CHECK(ParseLengths("7..7") == std::vector<Integer>{7});
  CHECK(ParseLengths("64..128K").size() == 12);
}

TEST_CASE("K is 1024, and plain digits are taken literally", "[lengths]") {
  CHECK(ParseLengths("1K,8K,128K") == std::vector<Integer>{1024, 8192, 131072});
  CHECK(ParseLengths("128000") == std::vector<Integer>{128000});
  CHECK(ParseLengths("1e3,1M") == std::vector<Integer>{1000, 1048576});
}

TEST_CASE("Lengths keep their order, and each stands once", "[lengths]") {
  CHECK(ParseLengths("8K,1,64..256,128") == std::vector<Integer>{8192, 1, 64, 128, 256});
}

TEST_CASE("What is not a length up to 10^18 is refused", "[lengths]") {
  for (const char* text : {"", "0", "-1", "2.5", "1/2", "1e19", "1e400", "x", "8K..1K", "1,", ",1",
                           "..8", "8..", "1..2..3", "1 2", "K"}) {
    INFO(text);
    CHECK_THROWS_AS(ParseLengths(text), CostError);
  }
  CHECK(ParseLengths("1e18") == std::vector<Integer>{Integer("1000000000000000000")});
}
