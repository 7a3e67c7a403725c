#include "costmodel/attention/window_global.h"

#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"

namespace costcheck {
namespace {

struct Shape {
  Expr window;
  Expr global;       ///< G
  Expr global_rows;  ///< global tokens among the queries
};

Shape ReadShape(const Settings& settings, const Frame& frame) {
  const Expr global = settings.Get("G");
  const Expr before = Positive(frame.keys - frame.queries);
  return {settings.Get("W"), global, Positive(Min(global, frame.keys) - before)};
}

Expr CausalUseful(const Lengths& lengths, const Shape& shape) {
  const Expr &W = shape.window, &G = shape.global;
  return CausalPairs(lengths,
                     {[&](const Expr& n) { return Min(n, W) + Min(Positive(n - W), G); },
                      [&](const Expr& n) { return SumMin(n, W) + SumMin(Positive(n - W), G); }});
}

/// Rows before the first key: sum over x <= right of max(g, min(max(x, 0), S)),
/// where x = a + right + 1 keys are reached by the band and g by all queries.
Expr UsefulBeforeFirstKey(const Lengths& lengths, const Expr& global, const Expr& right) {
  const Expr missing = Min(lengths.keys - lengths.queries, 0);
  const auto past_global = [&](const Expr& x) {
    return SumMin(Positive(x - global), lengths.keys - global);
  };
  return -missing * global + past_global(right) - past_global(missing + right);
}

/// The rows that are not global: G columns, and past them the band of the
/// shorter text that the first G tokens are taken off.
Expr LocalUseful(const Lengths& lengths, const Shape& shape) {
  const Expr left = FloorDiv(shape.window, 2);
  const Expr right = shape.window - 1 - left;
  const Expr keys = Positive(lengths.keys - shape.global);
  const Expr rows = Min(lengths.queries, keys);
  return rows * shape.global + BandPairs(rows, keys, left, right) +
         UsefulBeforeFirstKey(lengths, Min(shape.global, lengths.keys), right);
}

Pairs AllPairs(const Lengths& lengths, const Shape& shape) {
  const Expr useful = lengths.causal
                          ? CausalUseful(lengths, shape)
                          : shape.global_rows * lengths.keys + LocalUseful(lengths, shape);
  const Expr unmasked = lengths.queries * Min(shape.window + shape.global, lengths.keys);
  return MakePairs(lengths, {.unmasked = unmasked, .useful = useful, .executed = useful});
}

/// The pairs of the global queries: all that they can see.
Pairs GlobalPairs(const Lengths& lengths, const Shape& shape) {
  const Expr last = Min(shape.global, lengths.keys);
  const Expr before = Min(last, Positive(lengths.keys - lengths.queries));
  const Expr useful =
      lengths.causal ? Triangle(last) - Triangle(before) : shape.global_rows * lengths.keys;
  const Expr unmasked = shape.global_rows * Min(shape.window + shape.global, lengths.keys);
  Pairs pairs = MakePairs(lengths, {.unmasked = unmasked, .useful = useful, .executed = useful});
  pairs.dense = shape.global_rows * lengths.keys;
  return pairs;
}

Pairs Without(const Pairs& all, const Pairs& some) {
  return {all.dense - some.dense, all.unmasked - some.unmasked, all.useful - some.useful,
          all.executed - some.executed};
}

/// The global queries, with projections of their own.
void AttendGlobally(GraphBuilder& builder, const Frame& frame, const Projections& p,
                    const Shape& shape, TensorId out) {
  const auto rows_of = [&](TensorId tokens) {
    return builder.View("global tokens", tokens, {frame.batch, shape.global_rows, frame.width});
  };
  const TensorId context = frame.decode ? rows_of(p.context) : p.context;
  const Expr cached = frame.keys * shape.global_rows;  // in decode 0 or all
  const TensorId q = ProjectQueries(builder, frame, rows_of(p.tokens), "global q");
  const TensorId k = ProjectKeys(builder, frame, context, "global k", cached);
  const TensorId v = ProjectKeys(builder, frame, context, "global v", cached);
  const TensorId rows = builder.View("output of global tokens", out, builder.At(q).shape);
  builder.SetPart(Part::kCore);
  AttendInKernel(builder, {q, k, v, frame.heads, GlobalPairs(frame, shape)}, rows);
}

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  const Shape shape = ReadShape(settings, frame);
  const bool apart = IsSwitchedOn(settings, "global_projections") && !shape.global.IsZero();
  GraphBuilder builder(frame.layers);
  const Projections p = Project(builder, frame);
  const Pairs all = AllPairs(frame, shape);
  builder.AddHeads(frame.heads, all);
  builder.SetPart(Part::kCore);
  const TensorId out = HeadOutput(builder, frame, frame.heads);
  if (!apart) {
    AttendInKernel(builder, {p.q, p.k, p.v, frame.heads, all}, out);
    return Finish(builder, frame, out);
  }
  const std::vector<Expr> local = {frame.batch, frame.heads, frame.queries - shape.global_rows,
                                   frame.head_width};
  AttendInKernel(builder,
                 {builder.View("local q", p.q, local), p.k, p.v, frame.heads,
                  Without(all, GlobalPairs(frame, shape))},
                 builder.View("output of local tokens", out, local));
  AttendGlobally(builder, frame, p, shape, out);
  return Finish(builder, frame, out);
}

constexpr std::array<Parameter, 3> kParameters = {{
    kWindowParameter,
    {"G", Domain::kNonNegativeInteger, "leading tokens that every query sees", {}},
    {"global_projections", Domain::kNonNegativeInteger,
     "1: global tokens have projections of their own", attention_defaults::kOne},
}};

}  // namespace

constinit const Component kWindowGlobal = {"window_global",
                                           "window and global tokens",
                                           "Beltagy 2020 (Longformer, arXiv:2004.05150), Sec. 3.1",
                                           Family::kAttention,
                                           kParameters,
                                           Build};

}  // namespace costcheck
