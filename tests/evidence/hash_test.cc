#include "evidence/hash.h"

#include "tests/catch.h"

namespace costcheck {
namespace {

TEST_CASE("SHA-256 gives the digests that FIPS 180-4's examples print", "[hash]") {
  CHECK(Sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(Sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("SHA-256 reads bytes beyond a zero", "[hash]") {
  CHECK(Sha256(std::string_view("a\0b", 3)) != Sha256(std::string_view("a\0c", 3)));
}

}  // namespace
}  // namespace costcheck
