#pragma once

namespace costcheck {

inline constexpr char kVersionNumber[] = "0.1.0";

}  // namespace costcheck
