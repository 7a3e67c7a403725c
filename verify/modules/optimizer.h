#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "verify/modules/module.h"

namespace costcheck {

/// Changes parameters by their gradients. A parameter without a gradient stays as it is.
class TensorOptimizer {
 public:
  explicit TensorOptimizer(const std::vector<NamedTensor>& parameters);
  virtual ~TensorOptimizer() = default;

  void Step();
  /// Gives the gradients' memory back.
  void ReleaseGradients();
  /// Held from construction on, from step to step.
  virtual std::vector<at::Tensor> State() const = 0;
  /// From the next step on.
  virtual void SetRate(double rate) = 0;
  /// After so many steps, whose State() the caller has put back.
  void Resume(std::int64_t steps) { steps_ = steps; }

 protected:
  virtual void Update(std::size_t index, at::Tensor parameter, const at::Tensor& gradient) = 0;
  /// Zeros of the shape of each parameter.
  std::vector<at::Tensor> NewState() const;
  std::int64_t steps() const { return steps_; }  ///< this one included

 private:
  std::vector<at::Tensor> parameters_;
  std::int64_t steps_ = 0;
};

/// m = momentum * m + g, p = p - rate * m. State: m, one number a parameter; none without momentum,
/// where m = g. Workspace: none. Polyak 1964.
class Sgd : public TensorOptimizer {
 public:
  Sgd(const std::vector<NamedTensor>& parameters, double rate, double momentum = 0);
  std::vector<at::Tensor> State() const override { return momentums_; }
  void SetRate(double rate) override { rate_ = rate; }

 protected:
  void Update(std::size_t index, at::Tensor parameter, const at::Tensor& gradient) override;

 private:
  double rate_, momentum_;
  std::vector<at::Tensor> momentums_;
};

struct AdamWRates {
  double rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;
};

/// With g the gradient and t the step, from 1:
///
///   p = p - rate * weight_decay * p
///   m = beta1 * m + (1 - beta1) * g,  v = beta2 * v + (1 - beta2) * g^2
///   p = p - rate * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
///
/// State: m and v, two numbers a parameter. Workspace: the root, one parameter tensor at a time.
/// Loshchilov & Hutter 2019, Algorithm 2 (with the decay times the rate, as LibTorch has it).
class AdamW : public TensorOptimizer {
 public:
  explicit AdamW(const std::vector<NamedTensor>& parameters, const AdamWRates& rates = {});
  std::vector<at::Tensor> State() const override;
  void SetRate(double rate) override { rates_.rate = rate; }

 protected:
  void Update(std::size_t index, at::Tensor parameter, const at::Tensor& gradient) override;

 private:
  AdamWRates rates_;
  std::vector<at::Tensor> means_, squares_;
};

}  // namespace costcheck
