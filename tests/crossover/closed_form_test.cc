#include "costmodel/crossover/closed_form.h"

#include <string>
#include <utility>
#include <vector>

#include "costmodel/algebra/parse.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

using Texts = std::pair<std::string, std::string>;

/// Text and condition; both "-" where there is no closed form.
Texts FormOf(const std::string& a, const std::string& b) {
  const auto form = SymbolicClosedForm(ParseExpr(a), ParseExpr(b), Symbol("T"));
  return form ? Texts{form->text, form->condition} : Texts{"-", "-"};
}

std::vector<std::string> RootTexts(const std::vector<Integer>& coefficients) {
  const RootIsolation isolation = IsolateRoots(coefficients);
  std::vector<std::string> texts;
  for (const RealRoot& root : isolation.roots) {
    texts.push_back(RootText(isolation, root).value_or("-"));
  }
  return texts;
}

}  // namespace

TEST_CASE("The crossover of one sparse head is 640/(H - 1) for H > 1", "[closed_form]") {
  const auto form =
      SymbolicClosedForm(ParseExpr("2*T^2*64*H"), ParseExpr("T*(81920+128*T)"), Symbol("T"));
  REQUIRE(form.has_value());
  CHECK(form->text == "640/(H - 1)");
  CHECK(form->condition == "H > 1");
  REQUIRE(form->ratio.has_value());
  CHECK(Evaluate(*form->ratio, {{"H", 4}}) == Rational(640, 3));
}

TEST_CASE("Factors that both costs share leave the closed form alone", "[closed_form]") {
  CHECK(FormOf("2*B*L*T^2*64*H", "B*L*T*(81920+128*T)") == Texts{"640/(H - 1)", "H > 1"});
  CHECK(FormOf("T^5*64*H/3", "T^4*40960/3 + 64*T^5/3") == Texts{"640/(H - 1)", "H > 1"});
  CHECK(FormOf("T*(81920+128*T)", "2*T^2*64*H") == Texts{"640/(H - 1)", "H > 1"});
}

TEST_CASE("Conditions are simple where they can be, and true", "[closed_form]") {
  CHECK(FormOf("T", "2*d") == Texts{"2*d", ""});
  CHECK(FormOf("T*d", "5") == Texts{"5/d", ""});
  CHECK(FormOf("64*T", "2*T*d + 7") == Texts{"-7/(2*d - 64)", "d < 32"});
  CHECK(FormOf("H*w*T", "64*T + 9").second == "H*w - 64 > 0");
  CHECK(FormOf("T", "H - 10") == Texts{"H - 10", "H > 10"});
  CHECK(FormOf("T*(H-3)", "d - 10").second.find("> 0") != std::string::npos);
}

TEST_CASE("There is no closed form where nothing positive solves the equation", "[closed_form]") {
  const Texts none{"-", "-"};
  CHECK(FormOf("T*d + 5", "2") == Texts{"-", "-"});
  CHECK(FormOf("T*d + H", "0") == none);
  CHECK(FormOf("T^2*d", "T^2*H") == none);  // the same power on both sides
  CHECK(FormOf("T^2*d", "T^2*d") == none);
  CHECK(FormOf("T^2*d + T*H + 1", "0") == none);
  CHECK(FormOf("T*min(T,W)", "T*5") == none);
  CHECK(FormOf("T^3", "T*d + 5") == none);
}

TEST_CASE("Equations of degree 2 have one root or two", "[closed_form]") {
  CHECK(FormOf("T^2", "d") == Texts{"sqrt(d)", ""});
  CHECK(FormOf("T^2", "2*d*T + 3") == Texts{"d + sqrt(d^2 + 3)", ""});
  CHECK(FormOf("H*T^2", "d*T + 3") == Texts{"(d + sqrt(12*H + d^2))/(2*H)", ""});
  CHECK(FormOf("T^2 + 3", "2*d*T") == Texts{"d +- sqrt(d^2 - 3)", "d^2 - 3 > 0"});
  CHECK(FormOf("2*T^2", "d") == Texts{"sqrt(2*d)/2", ""});
}

TEST_CASE("Numbers alone give numbers", "[closed_form]") {
  CHECK(FormOf("2*T^2*64*4", "T*(81920+128*T)") == Texts{"640/3", ""});
  CHECK(FormOf("4*T^3", "T*(40960+64*T+2*T^2)") == Texts{"160", ""});
  CHECK(FormOf("T^2", "T + 1") == Texts{"(1 + sqrt(5))/2", ""});
  CHECK(FormOf("T^2 + 256", "33*T") == Texts{"-", "-"});  // two of them
}

TEST_CASE("Roots are written with squares taken out and factors cancelled", "[closed_form]") {
  using Expected = std::vector<std::string>;
  CHECK(RootTexts({256, -33, 1}) == Expected{"(33 - sqrt(65))/2", "(33 + sqrt(65))/2"});
  CHECK(RootTexts({-12, 0, 1}) == Expected{"-2*sqrt(3)", "2*sqrt(3)"});
  CHECK(RootTexts({-3, 0, 4}) == Expected{"-sqrt(3)/2", "sqrt(3)/2"});
  CHECK(RootTexts({13, -10, 1}) == Expected{"5 - 2*sqrt(3)", "5 + 2*sqrt(3)"});
  CHECK(RootTexts({1, 1, -1}) == Expected{"(1 - sqrt(5))/2", "(1 + sqrt(5))/2"});
  CHECK(RootTexts({-13, 10, -1}) == Expected{"5 - 2*sqrt(3)", "5 + 2*sqrt(3)"});
  CHECK(RootTexts({-640, 3}) == Expected{"640/3"});
  CHECK(RootTexts({-2, 0, 0, 1}) == Expected{"-"});
  CHECK(RootTexts({-7, -2, 7, 2}) == Expected{"-7/2", "-1", "1"});        // (2x + 7)(x^2 - 1)
  CHECK(RootTexts({4, 0, -4, 0, 1}) == Expected{"-sqrt(2)", "sqrt(2)"});  // (x^2 - 2)^2
}

}  // namespace costcheck
