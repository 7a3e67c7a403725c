#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace costcheck {

/// A storage that autograd holds for the backward pass.
struct SavedTensor {
  std::string saved_by;      ///< the first operator that saved it; "" for an own autograd function
  std::string shape;         ///< with which it was saved first, "[2, 37, 5]"
  std::int64_t bytes = 0;    ///< of the whole storage, of which the tensor may be a view
  std::int64_t saves = 0;    ///< how often it was saved
  bool held_anyway = false;  ///< shares the storage of a tensor that the caller named
};

/// Bytes kept for backward, tensor by tensor: what autograd saves between construction and
/// destruction, each storage once, in the order in which they were first saved. It explains what
/// MemoryProbe::live() after the forward pass says; that figure also has what nobody saved but
/// somebody holds, such as the output.
///   Works by the hooks for saved tensors of an autograd engine put in the place of the default
/// one, for the whole process; backward passes run meanwhile as ever. One probe at a time.
class KeptProbe {
 public:
  KeptProbe();
  ~KeptProbe();
  KeptProbe(const KeptProbe&) = delete;
  KeptProbe& operator=(const KeptProbe&) = delete;

  /// What is held now: what a backward pass has released is gone. `others` are held in any case:
  /// parameters, inputs.
  std::vector<SavedTensor> Kept(const std::vector<at::Tensor>& others = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The sum over those that are not held anyway.
std::int64_t KeptBytes(const std::vector<SavedTensor>& kept);

}  // namespace costcheck
