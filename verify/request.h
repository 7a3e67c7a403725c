#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "costmodel/algebra/error.h"
#include "costmodel/component.h"
#include "costmodel/model/architecture.h"
#include "costmodel/operators/memory.h"

namespace costcheck {

/// Nothing is wrong with what was asked, but it cannot be checked here: no module of that name, no
/// such device, too little memory.
class CannotCheck : public CostError {
 public:
  using CostError::CostError;
};

/// What is to be run: one of Verifiables() (configuration.h), with what is set for it; or a whole
/// model, for which B and T alone can be set.
struct VerifySubject {
  std::string label;  ///< as typed: "topk_mlp(K=8)"
  std::string name;   ///< "topk_mlp"
  Settings settings;
  std::shared_ptr<const Architecture> model{};  ///< set: that model, whatever the name
};

/// How one configuration is run.
struct RunOptions {
  bool training = true;                     ///< forward and backward; else forward alone
  bool input_gradients = true;              ///< gradients for inputs as well as for parameters
  std::uint64_t seed = 1;                   ///< of parameters, inputs, and random shapes
  std::string device = "cpu";               ///< "cpu" or "cuda"
  int threads = 0;                          ///< 0: as many as LibTorch takes
  Optimizer optimizer = Optimizer::kAdamW;  ///< whose state is measured
};

struct VerifyRequest {
  std::vector<VerifySubject> subjects;
  std::vector<std::int64_t> lengths;  ///< T
  int random = 0;                     ///< where above 0: that many random shapes instead of lengths
  RunOptions run;
};

/// Called when `done` of `all` runs are over; `label` and `length` are the next one's.
using ProgressCallback =
    std::function<void(int done, int all, const std::string& label, std::int64_t length)>;

}  // namespace costcheck
