#include "verify/modules/modules.h"

#include <array>

#include "verify/modules/block_topk.h"
#include "verify/modules/clusters.h"
#include "verify/modules/embedding_bands.h"
#include "verify/modules/embedding_composed.h"
#include "verify/modules/flash.h"
#include "verify/modules/full.h"
#include "verify/modules/linear.h"
#include "verify/modules/linformer.h"
#include "verify/modules/nsa.h"
#include "verify/modules/pattern_attention.h"
#include "verify/modules/topk_exact.h"
#include "verify/modules/topk_indexer.h"
#include "verify/modules/topk_mlp.h"

namespace costcheck {

std::span<const ModuleKind> ModuleKinds() {
  static constexpr std::array<ModuleKind, 22> kKinds = {{
      {"full", MakeFull},
      {"flash", MakeFlash},
      {"topk_mlp", MakeTopkMlp},
      {"topk_exact", MakeTopkExact},
      {"topk_indexer", MakeTopkIndexer},
      {"sliding_window", MakeSlidingWindow},
      {"window_global", MakeWindowGlobal},
      {"bigbird", MakeBigBird},
      {"strided", MakeStrided},
      {"fixed", MakeFixed},
      {"block_topk", MakeBlockTopk},
      {"nsa", MakeNsa},
      {"lsh", MakeLsh},
      {"routing", MakeRouting},
      {"linear", MakeLinear},
      {"linformer", MakeLinformer},
      {"full_table", MakeFullTable},
      {"factorized", MakeFactorized},
      {"banded", MakeBanded},
      {"adaptive", MakeAdaptive},
      {"hash", MakeHash},
      {"qr", MakeQuotientRemainder},
  }};
  return kKinds;
}

const ModuleKind* FindModule(std::string_view name) {
  for (const ModuleKind& kind : ModuleKinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

}  // namespace costcheck
