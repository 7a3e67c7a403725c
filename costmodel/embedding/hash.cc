#include "costmodel/embedding/hash.h"

#include <array>

#include "costmodel/embedding/embedding_graph.h"

namespace costcheck {
namespace {

constexpr std::array<std::string_view, 1> kTwo = {"2"};
constexpr std::array<std::string_view, 1> kModelWidth = {"d"};

constexpr std::array<Parameter, 5> kParameters = {
    {{"hash_functions", Domain::kPositiveInteger, "shared rows added up for a token", kTwo},
     {"buckets", Domain::kPositiveInteger, "shared rows", {}},
     {"E", Domain::kPositiveInteger, "width of the shared rows", kModelWidth},
     kTiedParameter,
     kLogitsParameter}};

TensorId AddWeightedRows(GraphBuilder& builder, const Settings& settings) {
  const Expr tokens = Tokens(settings), width = settings.Get("E");
  const Expr functions = settings.Get("hash_functions");
  const TensorId table = builder.Parameter("all.table", {settings.Get("buckets"), width});
  const TensorId importance = builder.Parameter("all.importance", {settings.Get("V"), functions});
  const TensorId rows =
      builder.Apply(Kind::kLookup, {table, builder.Index("all.buckets", {tokens, functions})},
                    builder.Activation("all.rows", {tokens, functions, width}));
  const TensorId weights = builder.Apply(
      Kind::kLookup, {importance, builder.Input("all.tokens", {tokens}, DType::kIndex)},
      builder.Activation("all.weights", {tokens, functions}));
  return builder.Apply(Kind::kMatMul, {weights, rows},
                       builder.Activation("all.sum", {tokens, width}));
}

Graph Build(const Settings& settings) {
  const Expr width = settings.Get("E"), model_width = settings.Get("d");
  GraphBuilder builder;
  builder.SetPart(Part::kEmbedding);
  const TensorId sum = AddWeightedRows(builder, settings);
  std::optional<TensorId> projection;
  if (!(width == model_width)) {
    builder.Linear("all.projection", sum, width, model_width);
    projection = builder.Last().in[1];
  }
  AddComposedOutput(builder, settings, width, projection);
  return builder.Take(1);
}

}  // namespace

const Component kHashEmbedding = {.name = "hash",
                                  .title = "hash embedding",
                                  .source = "Svenstrup et al. 2017, Sec. 2",
                                  .family = Family::kEmbedding,
                                  .parameters = kParameters,
                                  .build = Build};

std::vector<Band> HashBands(const Settings& settings) {
  return {{.types = settings.Get("V"),
           .width = settings.Get("E"),
           .hash_rows = settings.Get("buckets")}};
}

}  // namespace costcheck
