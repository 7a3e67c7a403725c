#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace costcheck {

/// One operator at one set of shapes, in one direction.
struct SeenOperator {
  std::string name;    ///< "aten::bmm", "costcheck::gathered_attention"
  std::string shapes;  ///< of the two that are multiplied, "[6, 37, 5] [6, 5, 41]"; own kernels: ""
  bool backward = false;
  std::int64_t calls = 0;
  std::int64_t flops = 0;  ///< of all calls, a multiply-add counted as two
};

/// An operator that ran and was not costed: elementwise, reductions, copies.
struct UncostedOperator {
  std::string name;
  std::int64_t calls = 0;
  /// Elements of the tensors that it was given, over those of all operators seen here and above. A
  /// look-up is given its whole table; what own kernels read is not known.
  double share = 0;
  /// "" or, of a convolution, a fused attention and the like that ran without a product that the
  /// probe could see: that it hides some, so that the counts above are too small.
  std::string remark;
};

struct FlopReport {
  std::int64_t forward = 0;
  std::int64_t backward = 0;
  std::int64_t callbacks = 0;              ///< operators and nodes seen at all
  std::vector<SeenOperator> operators;     ///< forward first, then the greatest first
  std::vector<UncostedOperator> uncosted;  ///< the greatest share first
};

/// Counts what LibTorch's dispatcher executes for this thread between construction and Stop, by
/// RecordFunction callbacks.
///   Costed: mm, bmm, addmm, baddbmm, addbmm, mv, addmv, dot, vdot and their in-place forms,
/// outermost only (bmm may call addmm for each matrix), 2*m*n*k each; what addmm and its like add
/// is no product. Own kernels cost what they report (own_product.h), and the products that they
/// call are counted beside it.
///   Backward is what runs inside a node of the autograd graph, a forward recomputed there too.
///   Uncosted and listed: every other operator, outermost only, except views, allocations and
/// reshapes, which move no element, and except composite operators (matmul, linear, einsum), whose
/// parts are seen themselves.
///   Threads: those that LibTorch starts to run CUDA's part of a backward pass are seen as well;
/// workers inside an operator have nothing to report. One probe at a time in a process, constructed
/// and stopped on one thread, outside any operator.
class FlopProbe {
 public:
  FlopProbe();
  ~FlopProbe();
  FlopProbe(const FlopProbe&) = delete;
  FlopProbe& operator=(const FlopProbe&) = delete;

  /// Ends the counting, once. CostError if no callback came: then nothing was observed, and 0 is no
  /// count. CostError too if a product or an own kernel came in a form that no rule covers (sparse,
  /// complex, no count reported).
  FlopReport Stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace costcheck
