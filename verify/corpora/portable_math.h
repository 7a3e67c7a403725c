#pragma once

// Elementary functions from additions, products and quotients alone. Those of the C library differ
// in the last bit from version to version and from processor to processor, and with them every
// drawn token; these give the same bits wherever double is IEEE binary64. (Compiled without fused
// multiply-adds.) Errors: below 2 units in the last place of the result, for Exp at |x| <= 700.

namespace costcheck {

/// Natural logarithm. Requires x positive, finite and not subnormal.
double PortableLog(double x);

/// e^x. Requires |x| <= 700.
double PortableExp(double x);

}  // namespace costcheck
