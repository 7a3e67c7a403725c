#include "costmodel/attention/sliding_window.h"

#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"

namespace costcheck {
namespace {

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  const Expr window = settings.Get("W");
  GraphBuilder builder(frame.layers);
  const Projections p = Project(builder, frame, Min(frame.keys, window));
  const Pairs pairs = WindowPairs(frame, window);
  builder.AddHeads(frame.heads, pairs);
  builder.SetPart(Part::kCore);
  return Finish(builder, frame,
                AttendInKernel(builder, frame, {p.q, p.k, p.v, frame.heads, pairs}));
}

constexpr std::array<Parameter, 1> kParameters = {{kWindowParameter}};

}  // namespace

constinit const Component kSlidingWindow = {
    "sliding_window",
    "sliding window",
    "Beltagy 2020 (arXiv:2004.05150), Sec. 3.1; Jiang 2023 (arXiv:2310.06825), Sec. 2",
    Family::kAttention,
    kParameters,
    Build};

}  // namespace costcheck
