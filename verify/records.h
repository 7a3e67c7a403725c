#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "costmodel/algebra/number.h"

namespace costcheck {

/// FLOPs of one pass of one component: predicted by costmodel, counted while LibTorch ran it. Of a
/// whole model parameters and kept bytes too, of no phase.
struct CountRecord {
  std::string component;
  std::int64_t length = 0;  ///< T
  std::string phase;        ///< "forward", "backward"
  Integer useful;           ///< predicted, of what the definition needs
  Integer predicted;        ///< predicted, as executed
  Integer counted;
  std::string uncosted;            ///< operators that ran and were not costed, with their shares
  std::string quantity = "flops";  ///< or "parameters", "kept_bytes"

  Integer Difference() const { return counted - predicted; }
};

/// Bytes (or parameters) of one training step of one component.
struct MemoryRecord {
  std::string component;
  std::int64_t length = 0;  ///< T
  std::string quantity;     ///< "parameters", "kept_bytes", "peak_bytes", ...
  Integer ideal;            ///< what the definition must hold
  Integer predicted;        ///< as LibTorch does it
  Integer measured;

  Integer Difference() const { return measured - predicted; }
};

}  // namespace costcheck
