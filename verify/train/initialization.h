#pragma once

#include <cstdint>

#include "verify/experiments/experiment.h"
#include "verify/modules/module.h"

namespace costcheck {

/// Draws a model's parameters (model.h has their names). Each has a stream of its own, from the
/// seed and its name: parameters that two arms share begin alike, whatever else the arms have.
///
/// kPyTorch, as torch.nn does it: tables and positions N(0, 1); linear maps and their biases
/// uniform on +-1/sqrt(inputs); the input projections of attention uniform on +-sqrt(6 / (d + 3*d))
/// (Glorot & Bengio 2010, Eq. 16, on the three as one matrix), its biases 0. kGpt: everything N(0,
/// 0.02), but the matrices that write to the residual sum N(0, 0.02/sqrt(2L)); biases 0 (Radford
/// 2019, Sec. 2.3). kNormal: N(0, 0.02), biases 0, input projections of attention as kPyTorch.
/// Norms stay at 1 and 0. Positions are 0 where the model says so.
void Initialize(const ModelSpec& model, std::uint64_t seed, Module& module);

}  // namespace costcheck
