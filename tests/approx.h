#pragma once

#include "tests/catch.h"

// Approx by that name in both versions of Catch2.
#if __has_include(<catch2/catch_approx.hpp>)
using Catch::Approx;
#endif
