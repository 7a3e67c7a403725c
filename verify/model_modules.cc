#include "verify/model_modules.h"

#include "verify/architecture_sizes.h"
#include "verify/modules/feed_forward.h"
#include "verify/modules/gpt.h"
#include "verify/modules/loss.h"
#include "verify/modules/norm.h"

namespace costcheck {
namespace {

std::unique_ptr<Module> MakeFeedForward(const Sizes& sizes, bool gated) {
  return std::make_unique<FeedForwardModule>(FeedForwardSizes{.batch = sizes["B"],
                                                              .length = sizes["T"],
                                                              .width = sizes["d"],
                                                              .inner = sizes["f"],
                                                              .bias = sizes["bias"] != 0,
                                                              .gated = gated});
}

std::unique_ptr<Module> MakeMlp(const Sizes& sizes) { return MakeFeedForward(sizes, false); }
std::unique_ptr<Module> MakeSwiGlu(const Sizes& sizes) { return MakeFeedForward(sizes, true); }

template <class Norm>
std::unique_ptr<Module> MakeNorm(const Sizes& sizes) {
  return std::make_unique<Norm>(sizes["B"], sizes["T"], sizes["d"], sizes["bias"] != 0);
}

std::unique_ptr<Module> MakeLoss(const Sizes& sizes) {
  return std::make_unique<CrossEntropyModule>(sizes["B"] * sizes["T"], sizes["V"]);
}

GptSizes GptSizesOf(const Sizes& sizes) {
  return {.batch = sizes["B"],
          .length = sizes["T"],
          .layers = sizes["L"],
          .width = sizes["d"],
          .heads = sizes["H"],
          .key_heads = sizes["H_kv"],
          .head_width = sizes["w"],
          .inner = sizes["f"],
          .vocabulary = sizes["V"],
          .causal = sizes.causal};
}

std::unique_ptr<Module> MakeGpt(const Sizes& sizes) {
  GptSizes gpt = GptSizesOf(sizes);
  gpt.context = sizes["context"];
  return std::make_unique<GptModule>(gpt);
}

std::unique_ptr<Module> MakeLlama(const Sizes& sizes) {
  GptSizes gpt = GptSizesOf(sizes);
  gpt.rms_norm = gpt.gated = true;
  gpt.biases = gpt.learned_positions = gpt.tied_head = false;
  return std::make_unique<GptModule>(gpt);
}

constexpr ModuleKind kKinds[] = {
    {"mlp", MakeMlp},
    {"swiglu", MakeSwiGlu},
    {"layer_norm", MakeNorm<LayerNormModule>},
    {"rms_norm", MakeNorm<RmsNormModule>},
    {"cross_entropy", MakeLoss},
    {"gpt", MakeGpt},
    {"llama", MakeLlama},
    {"gpt2", MakeGpt},
};

}  // namespace

std::span<const ModuleKind> ModelModuleKinds() { return kKinds; }

std::unique_ptr<Module> MakeModelModule(const Architecture& model, const Sizes& sizes) {
  return std::make_unique<DecoderModule>(DecoderSizesOf(model, sizes["T"], sizes["B"]));
}

}  // namespace costcheck
