#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "costmodel/component.h"
#include "verify/request.h"
#include "verify/sizes.h"

namespace costcheck {

/// What can be predicted: every component, and what stands around it in a model.
std::span<const Component* const> Verifiables();
/// CostError, with the nearest name, if there is none of this name.
const Component& FindVerifiable(std::string_view name);

/// One thing to run, every size of it known.
struct Configuration {
  std::string label;
  std::string name;
  Settings settings;  ///< for costmodel; p = 4, the bytes of a float32
  Sizes sizes;        ///< the same for a module
  /// What was not set and comes from the default shape in configuration.cc.
  struct Taken {
    std::string name;
    std::int64_t value;
    bool own;  ///< holds for this component alone
  };
  std::vector<Taken> taken;
  std::shared_ptr<const Architecture> model{};  ///< set: what is run, in place of the name

  std::int64_t length() const { return sizes["T"]; }
};

/// The subject at T = length. What neither it nor a default settles is taken from a small default
/// shape: d = 192, w = 32, V = 1000, K = 16, W = 48, ... CostError, whole sentences, for a value
/// that is no whole number of its domain, for values that contradict each other, for a T that the
/// settings fix at another value, and for L other than 1 of a component: one layer of it is run. A
/// model has all its sizes but T and B, which is 1 unless set; CostError where it cannot be run
/// (model_prediction.h), or where another size is set.
Configuration Configure(const VerifySubject& subject, std::int64_t length);

/// Which gradients a prediction has, and where tokens fall.
struct PredictionOptions {
  bool training = true;
  bool input_gradients = true;
  /// Tokens in each band of an embedding, as they are in the inputs; empty where it has one.
  std::vector<std::int64_t> band_tokens{};
};

/// The operators that costmodel predicts for a configuration.
Graph PredictedGraph(const Configuration& configuration, const PredictionOptions& options);

/// The whole number that an expression without symbols comes to, of elements or bytes.
Integer WholeNumber(const Expr& value);

}  // namespace costcheck
