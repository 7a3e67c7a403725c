#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace costcheck {

/// An integer of any size. Narrow it with ToInt64 and nothing else: the
/// library's own conversions saturate in silence.
using Integer = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>,
                                              boost::multiprecision::et_off>;

/// A rational of any size, in lowest terms, denominator positive. For results
/// and bindings; inner loops use Integer over one common denominator.
using Rational = boost::multiprecision::number<boost::multiprecision::cpp_rational_backend,
                                               boost::multiprecision::et_off>;

/// The value where it fits, nothing where it does not.
std::optional<std::int64_t> ToInt64(const Integer& value);

/// The nearest double; infinity past its range. Never overflows in between.
double ToDouble(const Integer& value);
double ToDouble(const Rational& value);

Integer Numerator(const Rational& value);
Integer Denominator(const Rational& value);
bool IsInteger(const Rational& value);

/// Greatest common divisor, never negative; Gcd(0, 0) = 0.
Integer Gcd(const Integer& a, const Integer& b);
/// Least common multiple, never negative; 0 if either is 0.
Integer Lcm(const Integer& a, const Integer& b);

/// The quotient rounded towards minus infinity. Requires divisor != 0.
Integer FloorDivide(const Integer& dividend, const Integer& divisor);
Integer Floor(const Rational& value);
Integer Ceil(const Rational& value);

/// The least n with 2^n >= value. Requires value >= 1.
int CeilLog2(const Integer& value);

Rational Pow(const Rational& base, int exponent);  ///< requires base != 0 if exponent < 0

/// Decimal digits; "p/q" unless the value is an integer.
std::string ToString(const Integer& value);
std::string ToString(const Rational& value);

/// Reads "12", "-3/4", "2.5", "1e6", "128K" (K, M, G, T are powers of 1024; a
/// suffix needs no digits after it). Nothing if the text is not such a number
/// or has more than 10000 digits or an exponent above 10000.
std::optional<Rational> ParseNumber(std::string_view text);

}  // namespace costcheck
