#include "costmodel/operators/convention.h"

// One function a preset: what it takes from its source, and nothing else differs
// from counting by first principles.

namespace costcheck {
namespace {

Convention FirstPrinciples() {
  Convention c;
  c.name = "first-principles";
  c.source = "Kaplan 2020, Sec. 2.1 (an m x n by n x p product is 2mnp); the rest by definition";
  c.counts =
      "matrix products at 2 FLOPs a multiply-add, over exactly the pairs that the mask keeps";
  c.leaves_out = "softmax, other elementwise operators, comparisons and look-ups";
  return c;
}

Convention Seeds() {
  Convention c;
  c.name = "seeds";
  c.source = "sparse-attention-mlp, README.md, FLOPs table: full attention is 2*T^2*d";
  c.flops_per_multiply_add = 1;
  c.causal_rule = CausalRule::kFull;
  c.counts = "matrix products at 1 FLOP a multiply-add, over all pairs, mask ignored";
  c.leaves_out = "softmax, top-k, projections, every head that a component leaves out";
  return c;
}

/// 2T^2 d + 3HT^2 + 4Td^2 for full attention; T^2 log2 K for a selector's top-k.
Convention SeedsProjections() {
  Convention c = Seeds();
  c.name = "seeds-projections";
  c.source = "sparse-attention-mlp, analysis with projections: full is 2*T^2*d + 3*H*T^2 + 4*T*d^2";
  c.scope = Scope::kModule;
  c.softmax_flops = 3;
  c.comparison_flops = 1;
  c.counts =
      "multiply-adds, 3 for each element of a softmax, 1 for each comparison; projections, all "
      "pairs";
  c.leaves_out = "look-ups and elementwise operators but softmax";
  return c;
}

/// C = 2N + 2 L n_ctx d_attn a token: scores and values over half the context each.
Convention Kaplan() {
  Convention c;
  c.name = "kaplan";
  c.source =
      "Kaplan 2020 (arXiv:2001.08361), Table 1 and Eq. 2.2; backward twice forward, Sec. 2.1";
  c.causal_rule = CausalRule::kFull;
  c.scope = Scope::kModel;
  c.logits = false;
  c.backward_factor = 2;
  c.part_weights = {{Part::kCore, Rational(1, 2)}};
  c.counts = "matrix products, the attention core at half of all pairs";
  c.leaves_out = "embedding, logits, norms, biases and softmax";
  return c;
}

Convention Chinchilla() {
  Convention c;
  c.name = "chinchilla";
  c.source = "Hoffmann 2022 (arXiv:2203.15556), Appendix F";
  c.causal_rule = CausalRule::kFull;
  c.scope = Scope::kModel;
  c.softmax_flops = 3;
  c.lookup_as_product = true;
  c.backward_factor = 2;
  c.counts =
      "matrix products over all pairs, 3 for each score in a softmax, the embedding as a one-hot "
      "product, logits";
  c.leaves_out = "norms, biases, activation functions and the causal mask";
  return c;
}

/// A training token takes 6N + 12 L H Q T.
Convention Palm() {
  Convention c;
  c.name = "palm";
  c.source = "Chowdhery 2022 (arXiv:2204.02311), Sec. 4.1 and Appendix B: 6N + 12*L*H*Q*T a token";
  c.causal_rule = CausalRule::kFull;
  c.scope = Scope::kModel;
  c.backward_factor = 2;
  c.counts = "matrix products over all pairs, logits; a training step is three forwards";
  c.leaves_out = "recomputation, embedding look-up, softmax, norms, the causal mask";
  return c;
}

/// 96 B s L h^2 (1 + s/(6h) + V/(16 L h)) an iteration: logits are not recomputed.
Convention Megatron() {
  Convention c;
  c.name = "megatron";
  c.source = "Narayanan 2021 (arXiv:2104.04473), Eq. 3 and its appendix";
  c.causal_rule = CausalRule::kFull;
  c.scope = Scope::kModel;
  c.backward_factor = 2;
  for (Part part :
       {Part::kProjection, Part::kSelection, Part::kCore, Part::kNorm, Part::kFeedForward}) {
    c.recomputed_forwards[part] = 1;
  }
  c.counts =
      "matrix products over all pairs, logits; a training step is four forwards of each layer "
      "(full recomputation) and three of the logits";
  c.leaves_out = "embedding look-up, softmax, norms, the causal mask";
  return c;
}

Convention NanoGpt() {
  Convention c = Palm();
  c.name = "nanogpt";
  c.source = "karpathy/nanoGPT, model.py, estimate_mfu: 6N + 12*L*H*Q*T a token, after PaLM App. B";
  return c;
}

/// Registered operators: mm, addmm, bmm, baddbmm, convolutions, fused attention.
Convention PyTorch() {
  Convention c;
  c.name = "pytorch";
  c.source = "PyTorch, torch/utils/flop_counter.py, FlopCounterMode";
  c.count = PairCount::kExecuted;
  c.scope = Scope::kModule;
  c.counts =
      "every matrix product that runs, masked pairs included; backward as run, recomputation "
      "included";
  c.leaves_out = "everything but matrix products; here of one module";
  return c;
}

/// 4 T^2 d H B forward, half of it if causal; backward 2.5 times forward.
Convention FlashAttention() {
  Convention c;
  c.name = "flash-attention";
  c.source = "Dao 2023 (arXiv:2307.08691), Sec. 4.1; Shah 2024 (arXiv:2407.08608), Sec. 4.1";
  c.causal_rule = CausalRule::kHalf;
  c.backward_factor = Rational(5, 2);
  c.counts = "the two products of the attention core over T^2/2 pairs if causal; backward 2.5x";
  c.leaves_out = "softmax, projections, the diagonal's other half";
  return c;
}

}  // namespace

std::span<const Convention> Conventions() {
  static const std::vector<Convention> conventions = {
      FirstPrinciples(), Seeds(),   SeedsProjections(), Kaplan(),        Chinchilla(), Palm(),
      Megatron(),        NanoGpt(), PyTorch(),          FlashAttention()};
  return conventions;
}

}  // namespace costcheck
