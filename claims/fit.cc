#include "claims/fit.h"

#include <algorithm>
#include <cmath>

#include "claims/figure_text.h"
#include "costmodel/algebra/error.h"
#include "costmodel/algebra/rational_order.h"

namespace costcheck {
namespace {

constexpr double kDecades = 6;

bool Meet(const RationalInterval& a, const RationalInterval& b) {
  return !IsLess(b.upper, a.lower) && !IsLess(a.upper, b.lower);
}

RationalInterval About(const ClaimNumber& number) {
  COSTCHECK_CHECK(number.tolerance);
  const Rational reach = abs(number.printed.value) * *number.tolerance;
  return {number.printed.value - reach, number.printed.value + reach};
}

std::string_view RelationWord(ClaimRelation relation) {
  switch (relation) {
    case ClaimRelation::kIs:
      return "";
    case ClaimRelation::kAbout:
      return "about ";
    case ClaimRelation::kLess:
      return "< ";
    case ClaimRelation::kAtMost:
      return "<= ";
    case ClaimRelation::kMore:
      return "> ";
    case ClaimRelation::kAtLeast:
      return ">= ";
  }
  CheckFailed("claim relation", __FILE__, __LINE__);
}

}  // namespace

bool Fits(const ClaimNumber& number, const RationalInterval& recomputed) {
  const Rational& value = number.printed.value;
  switch (number.relation) {
    case ClaimRelation::kIs:
      return Meet(number.printed.Rounded(), recomputed);
    case ClaimRelation::kAbout:
      return Meet(About(number), recomputed);
    case ClaimRelation::kLess:
      return recomputed.lower < value;
    case ClaimRelation::kAtMost:
      return recomputed.lower <= value;
    case ClaimRelation::kMore:
      return recomputed.upper > value;
    case ClaimRelation::kAtLeast:
      return recomputed.upper >= value;
  }
  CheckFailed("claim relation", __FILE__, __LINE__);
}

bool FitsTruncated(const ClaimNumber& number, const RationalInterval& recomputed) {
  if (number.relation != ClaimRelation::kIs) return false;
  const RationalInterval cut = number.printed.Truncated();
  return number.printed.value < 0 ? recomputed.upper > cut.lower && recomputed.lower <= cut.upper
                                  : recomputed.upper >= cut.lower && recomputed.lower < cut.upper;
}

double ChanceOfFit(const ClaimNumber& number, int tried) {
  const bool is = number.relation == ClaimRelation::kIs;
  if (!is && number.relation != ClaimRelation::kAbout) return 1 - std::pow(0.5, tried);
  const RationalInterval claimed = is ? number.printed.Rounded() : About(number);
  if (claimed.lower <= 0 && claimed.upper >= 0) return tried > 0 ? 1 : 0;
  const double width = std::abs(std::log10(ToDouble(Rational(claimed.upper / claimed.lower))));
  return 1 - std::pow(1 - std::min(1.0, width / kDecades), tried);
}

std::string ClaimedText(const ClaimNumber& number) {
  return std::string(RelationWord(number.relation)) + number.printed.text +
         UnitText(number.printed.unit);
}

}  // namespace costcheck
