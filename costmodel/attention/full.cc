#include "costmodel/attention/full.h"

#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"

namespace costcheck {
namespace {

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  GraphBuilder builder(frame.layers);
  const Projections p = Project(builder, frame);
  const Pairs pairs = DensePairs(frame);
  builder.AddHeads(frame.heads, pairs);
  builder.SetPart(Part::kCore);
  return Finish(builder, frame, Attend(builder, frame, {p.q, p.k, p.v, frame.heads, pairs}));
}

}  // namespace

constinit const Component kFull = {
    "full", "full attention", "Vaswani 2017 (arXiv:1706.03762), Eq. 1", Family::kAttention, {},
    Build};

}  // namespace costcheck
