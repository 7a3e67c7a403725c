#pragma once

#include <string>

namespace costcheck {

/// What a record of a run must carry, since it changes speed and the last bits of results (never
/// counts or bytes).
struct Environment {
  std::string libtorch;        ///< "1.13.1", as compiled against
  std::string blas;            ///< OpenBLAS's own line, or the file of the library, or its name
  std::string blas_core;       ///< the processor that OpenBLAS chose its kernels for, or ""
  std::string cpu_capability;  ///< of LibTorch's own kernels: "DEFAULT", "AVX2", "AVX512"
  int threads = 0;             ///< inside an operator
};

Environment CurrentEnvironment();

}  // namespace costcheck
