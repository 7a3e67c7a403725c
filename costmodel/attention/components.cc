#include "costmodel/attention/components.h"

#include <array>

#include "costmodel/attention/bigbird.h"
#include "costmodel/attention/block_topk.h"
#include "costmodel/attention/fixed.h"
#include "costmodel/attention/flash.h"
#include "costmodel/attention/full.h"
#include "costmodel/attention/linear.h"
#include "costmodel/attention/linformer.h"
#include "costmodel/attention/lsh.h"
#include "costmodel/attention/nsa.h"
#include "costmodel/attention/routing.h"
#include "costmodel/attention/sliding_window.h"
#include "costmodel/attention/strided.h"
#include "costmodel/attention/topk_exact.h"
#include "costmodel/attention/topk_indexer.h"
#include "costmodel/attention/topk_mlp.h"
#include "costmodel/attention/window_global.h"

namespace costcheck {

std::span<const Component* const> AttentionComponents() {
  static constexpr std::array<const Component*, 16> kComponents = {
      &kFull,         &kFlash,   &kTopkMlp, &kTopkExact, &kTopkIndexer, &kSlidingWindow,
      &kWindowGlobal, &kBigBird, &kStrided, &kFixed,     &kBlockTopk,   &kNsa,
      &kLsh,          &kRouting, &kLinear,  &kLinformer,
  };
  return kComponents;
}

}  // namespace costcheck
