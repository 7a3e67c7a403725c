#include "costmodel/crossover/limit.h"

#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/parse.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

/// The limit as text, "none" or "unknown".
std::string LimitOf(const std::string& a, const std::string& b) {
  const Limit limit = LimitRatio(ParseExpr(a), ParseExpr(b), Symbol("T"));
  if (limit.kind == Limit::Kind::kNone) return "none";
  if (limit.kind == Limit::Kind::kUnknown) return "unknown";
  return LimitText(limit).value();
}

}  // namespace

TEST_CASE("Polynomials have the ratio of their leading terms", "[limit]") {
  CHECK(LimitOf("2*T^2*64*11", "T*(81920+128*T)") == "11");
  CHECK(LimitOf("T^2", "2*T^2*7 - 1000000*T") == "1/14");
  CHECK(LimitOf("T^3", "1000*T^2") == "infinity");
  CHECK(LimitOf("5*T - T^3", "1000*T^2") == "-infinity");
  CHECK(LimitOf("T", "T^2") == "0");
  CHECK(LimitOf("0", "T") == "0");
  CHECK(LimitOf("7", "2") == "7/2");
  CHECK(LimitOf("3/T", "2/T + 1/T^2") == "3/2");
  CHECK(LimitOf("T", "1/T") == "infinity");
}

TEST_CASE("There is no limit where the divisor is 0 for ever", "[limit]") {
  CHECK(LimitOf("T", "0") == "none");
  CHECK(LimitOf("T", "T - min(T, T^2)") == "none");
}

TEST_CASE("Minima settle on their smaller side", "[limit]") {
  CHECK(LimitOf("T*(T+1)/2", "T*min(T,4096)") == "infinity");
  CHECK(LimitOf("T*64", "T*min(T/8,32)") == "2");
  CHECK(LimitOf("max(T,100)", "min(2*T,T+5)") == "1");
}

TEST_CASE("Floors change no limit unless they are all there is", "[limit]") {
  CHECK(LimitOf("64*ceil(T/64)", "48*ceil(T/48)") == "1");
  CHECK(LimitOf("floor(T/3)", "floor(T/2)") == "2/3");
  CHECK(LimitOf("ceil(T/64)*ceil(T/64)*4096", "T^2/2") == "2");
  CHECK(LimitOf("T - 2*floor(T/2) + 1", "1") == "none");  // 1, 2, 1, 2 ...
  CHECK(LimitOf("T - 2*floor(T/2)", "T") == "0");
}

TEST_CASE("Periods past the largest are bounded", "[limit]") {
  CHECK(LimitOf("127*ceil(T/127)*1024*ceil(T/1024)", "3*T^2") == "1/3");
  CHECK(LimitOf("100003*floor(T/100003)", "2*T") == "1/2");
  CHECK(LimitOf("T - 100003*floor(T/100003)", "5") == "unknown");
}

TEST_CASE("A logarithm lies between two powers", "[limit]") {
  CHECK(LimitOf("T*ceillog2(T)", "T") == "infinity");
  CHECK(LimitOf("T*ceillog2(T)", "T^2") == "0");
  CHECK(LimitOf("3*T*ceillog2(T) + 100*T", "2*T*ceillog2(T) - T") == "3/2");
  CHECK(LimitOf("T*ceillog2(T)^2", "T*ceillog2(T)") == "infinity");
  CHECK(LimitOf("T/ceillog2(T+1)", "T") == "0");
  CHECK(LimitOf("ceillog2(T)", "ceillog2(T^2)") == "unknown");
  CHECK(LimitOf("ceillog2(min(T,1000))", "2") == "5");
  CHECK(LimitOf("T*ceillog2(min(T,1000)) + ceillog2(T)", "T") == "10");
}

TEST_CASE("A cost divided by a number of blocks has a limit", "[limit]") {
  CHECK(LimitOf("T^2/ceil(T/64)", "T") == "64");
}

TEST_CASE("An unbound symbol is refused", "[limit]") {
  CHECK_THROWS_AS(LimitOf("H*T", "T"), CostError);
}

}  // namespace costcheck
