#include "costmodel/attention/nsa.h"

#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"

namespace costcheck {
namespace {

struct Sizes {
  Expr compressed;  ///< l, tokens that one compressed key stands for
  Expr stride;
  Expr block;
  Expr others;  ///< blocks chosen beside the own one
  Expr window;

  Expr CompressedKeys(const Expr& n) const {
    return Positive(FloorDiv(n - compressed, stride) + 1);
  }
};

Sizes ReadSizes(const Settings& settings) {
  const Expr block = settings.Get("b");
  return {settings.Get("compression_block"), settings.Get("s"), block,
          OtherBlocks(settings.Get("K"), block), settings.Get("W")};
}

Pairs CompressedPairs(const Lengths& lengths, const Sizes& sizes) {
  const CausalPattern pattern = {[&](const Expr& n) { return sizes.CompressedKeys(n); },
                                 [&](const Expr& n) {
                                   const Expr steps = Positive(n - sizes.compressed + 1);
                                   return steps + SumFloor(steps, sizes.stride);
                                 }};
  const Expr all = lengths.queries * sizes.CompressedKeys(lengths.keys);
  const Expr useful = lengths.causal ? CausalPairs(lengths, pattern) : all;
  Pairs pairs = MakePairs(lengths, {.unmasked = all, .useful = useful, .executed = all});
  pairs.dense = all;
  return pairs;
}

Pairs Sum(const Lengths& lengths, const Pairs& a, const Pairs& b, const Pairs& c) {
  return {lengths.queries * lengths.keys, a.unmasked + b.unmasked + c.unmasked,
          a.useful + b.useful + c.useful, a.executed + b.executed + c.executed};
}

class Nsa {
 public:
  explicit Nsa(const Settings& settings)
      : frame_(ReadFrame(settings)), sizes_(ReadSizes(settings)), builder_(frame_.layers) {}

  Graph Build();

 private:
  TensorId ProjectGates();
  TensorId Compress(TensorId rows, const std::string& name);
  TensorId AttendCompressed();
  TensorId SelectBlocks(TensorId weights);
  TensorId AttendSelected(TensorId blocks);
  TensorId AttendWindow();
  TensorId GatedSum(const std::vector<TensorId>& branches, TensorId gates);
  TensorId Keys(const std::string& name, const Expr& cached) {
    return ProjectKeys(builder_, frame_, inputs_.context, name, cached);
  }

  Frame frame_;
  Sizes sizes_;
  GraphBuilder builder_;
  Inputs inputs_{};
  TensorId q_ = 0;
};

TensorId Nsa::ProjectGates() {
  builder_.SetPart(Part::kProjection);
  const TensorId product = builder_.Linear("gates", inputs_.tokens, frame_.width, 3 * frame_.heads);
  return builder_.Apply(Kind::kSigmoid, {product},
                        builder_.Activation("open gates", builder_.At(product).shape));
}

/// Overlapping stretches of l rows, each mapped to one. In decode a new one is
/// due only where the last stretch ends with the new token.
TensorId Nsa::Compress(TensorId rows, const std::string& name) {
  const Expr all = sizes_.CompressedKeys(frame_.keys);
  const Expr made = frame_.decode ? all - sizes_.CompressedKeys(frame_.keys - 1) : all;
  const Expr stretch = sizes_.compressed * frame_.head_width;
  builder_.SetPart(Part::kCore);
  const TensorId stretches =
      builder_.View("stretches of " + name, rows, {frame_.batch, frame_.key_heads, made, stretch});
  builder_.StartKernel();
  const TensorId compressed =
      builder_.Linear("compressed " + name, stretches, stretch, frame_.head_width);
  // Of one head at a time; none forward where the rows lie in memory as the stretches have them.
  const bool as_they_lie = sizes_.compressed == Expr(1) ||
                           (frame_.key_heads == Expr(1) && sizes_.compressed == sizes_.stride);
  builder_.Last().backward_workspace = FloatBytes(made * stretch);
  builder_.Last().workspace = as_they_lie ? Expr(0) : builder_.Last().backward_workspace;
  builder_.EndKernel();
  if (!frame_.decode) return compressed;
  return builder_.Cache("compressed " + name + " cache",
                        {frame_.batch, frame_.key_heads, all, frame_.head_width});
}

TensorId Nsa::AttendCompressed() {
  const Expr tail = Min(frame_.keys, sizes_.compressed);
  const TensorId k = Keys("k to compress", tail), v = Keys("v to compress", tail);
  const TensorId keys = Compress(k, "k"), values = Compress(v, "v");
  builder_.SetPart(Part::kCore);
  const TensorId out = AttendInKernel(
      builder_, frame_, {q_, keys, values, frame_.heads, CompressedPairs(frame_, sizes_)});
  // A mask of a byte a pair, and of one head at a time two numbers a query and a comparison with a
  // number; in backward its weights' gradients twice.
  const Expr pairs = frame_.queries * sizes_.CompressedKeys(frame_.keys);
  builder_.Last().workspace = pairs + FloatBytes(2 * frame_.queries) + frame_.queries + 12;
  builder_.Last().backward_workspace = FloatBytes(2 * pairs + frame_.queries);
  return out;
}

/// Eq. 9 and 10: the weights of a group's heads summed, and of what a block covers.
TensorId Nsa::SelectBlocks(TensorId weights) {
  builder_.StartKernel();
  builder_.SetPart(Part::kSelection);
  const Pairs compressed = *builder_.At(weights).pairs;
  const Pairs blocks = BlockScorePairs(frame_, sizes_.block);
  const std::vector<Expr> shape = {frame_.batch, frame_.key_heads};
  const TensorId grouped = builder_.Apply(Kind::kReduceSum, {weights},
                                          builder_.PairTensor("group weights", shape, compressed));
  const Expr covered = sizes_.block * sizes_.compressed / (sizes_.stride * sizes_.stride);
  const TensorId terms =
      builder_.View("terms of block scores", grouped, {frame_.batch, frame_.key_heads, covered});
  builder_.At(terms).pairs = blocks;
  const TensorId scores =
      builder_.Apply(Kind::kReduceSum, {terms}, builder_.PairTensor("block scores", shape, blocks));
  const Expr chosen = ChosenBlocks(sizes_.others, sizes_.block, frame_.keys);
  builder_.Apply(Kind::kTopK, {scores},
                 builder_.Index("blocks", frame_.QueryRows(frame_.key_heads, chosen)));
  builder_.Last().amount = sizes_.others;
  // Of some queries of one group at a time: their weights summed and the scores, or the choice.
  const Expr all = CeilDiv(frame_.keys, sizes_.block);
  const Expr summing = QueriesOfChoice(frame_) * (sizes_.CompressedKeys(frame_.keys) + all);
  builder_.Last().workspace = Max(FloatBytes(summing), BlockChoiceBytes(frame_, all, chosen));
  builder_.EndKernel();
  return builder_.Last().out[0];
}

TensorId Nsa::AttendSelected(TensorId blocks) {
  const TensorId k = Keys("selected k", frame_.keys), v = Keys("selected v", frame_.keys);
  builder_.SetPart(Part::kCore);
  const Core core = {q_, k, v, frame_.heads, BlockPairs(frame_, sizes_.block, sizes_.others)};
  return AttendGathered(builder_, frame_, core, blocks, frame_.key_heads);
}

TensorId Nsa::AttendWindow() {
  const Expr cached = Min(frame_.keys, sizes_.window);
  const TensorId k = Keys("window k", cached), v = Keys("window v", cached);
  builder_.SetPart(Part::kCore);
  return AttendInKernel(builder_, frame_,
                        {q_, k, v, frame_.heads, WindowPairs(frame_, sizes_.window)});
}

TensorId Nsa::GatedSum(const std::vector<TensorId>& branches, TensorId gates) {
  const std::vector<Expr> rows = frame_.QueryRows(frame_.heads, frame_.head_width);
  std::optional<TensorId> sum;
  for (TensorId branch : branches) {
    const TensorId gate = builder_.View("gate", gates, frame_.QueryRows(frame_.heads, 1));
    const TensorId gated =
        builder_.Apply(Kind::kMultiply, {branch, gate}, builder_.Activation("gated", rows));
    sum = sum ? builder_.Apply(Kind::kAdd, {*sum, gated}, builder_.View("gated sum", *sum, rows))
              : gated;
  }
  return *sum;
}

Graph Nsa::Build() {
  builder_.AddHeads(frame_.heads, Sum(frame_, CompressedPairs(frame_, sizes_),
                                      BlockPairs(frame_, sizes_.block, sizes_.others),
                                      WindowPairs(frame_, sizes_.window)));
  inputs_ = AddInputs(builder_, frame_);
  q_ = ProjectQueries(builder_, frame_, inputs_.tokens);
  const TensorId gates = ProjectGates();
  const TensorId compressed = AttendCompressed();
  const TensorId weights = builder_.Last().in[0];
  const TensorId selected = AttendSelected(SelectBlocks(weights));
  const TensorId window = AttendWindow();
  return Finish(builder_, frame_, GatedSum({compressed, selected, window}, gates));
}

Graph Build(const Settings& settings) { return Nsa(settings).Build(); }

constexpr std::array<std::string_view, 1> kCompressionBlock = {"32"};  // Yuan 2025, Sec. 4.1
constexpr std::array<std::string_view, 1> kStride = {"16"};

constexpr std::array<Parameter, 5> kParameters = {{
    kBlockParameter,
    kKeptKeysParameter,
    kWindowParameter,
    {"compression_block", Domain::kPositiveInteger, "tokens that a compressed key stands for",
     kCompressionBlock},
    {"s", Domain::kPositiveInteger, "tokens from one compressed key to the next", kStride},
}};

}  // namespace

constinit const Component kNsa = {"nsa",
                                  "native sparse attention (NSA)",
                                  "Yuan 2025 (arXiv:2502.11089), Sec. 3",
                                  Family::kAttention,
                                  kParameters,
                                  Build};

}  // namespace costcheck
