#include "costmodel/embedding/qr.h"

#include <array>
#include <string>

#include "costmodel/embedding/embedding_graph.h"

namespace costcheck {
namespace {

constexpr std::array<Parameter, 4> kParameters = {
    {{"divisor", Domain::kPositiveInteger, "m: rows of the remainder table", {}},
     {"additive", Domain::kNonNegativeInteger, "1: the two rows are added; 0: multiplied",
      embedding_defaults::kZero},
     kTiedParameter,
     kLogitsParameter}};

Expr Quotients(const Settings& settings) {
  return CeilDiv(settings.Get("V"), settings.Get("divisor"));
}

TensorId AddLookup(GraphBuilder& builder, const Settings& settings, const std::string& name,
                   const Expr& rows, TensorId all_tokens) {
  const Expr tokens = Tokens(settings), width = settings.Get("d");
  const TensorId table = builder.Parameter("all." + name + ".table", {rows, width});
  const TensorId index = builder.Index("all." + name + ".tokens", {tokens});
  return builder.Apply(Kind::kLookup, {table, index, all_tokens},
                       builder.Activation("all." + name + ".rows", {tokens, width}));
}

Graph Build(const Settings& settings) {
  GraphBuilder builder;
  builder.SetPart(Part::kEmbedding);
  const TensorId tokens = builder.Input("tokens", {Tokens(settings)}, DType::kIndex);
  const TensorId quotient = AddLookup(builder, settings, "quotient", Quotients(settings), tokens);
  const TensorId remainder =
      AddLookup(builder, settings, "remainder", settings.Get("divisor"), tokens);
  builder.Apply(IsOn(settings, "additive") ? Kind::kAdd : Kind::kMultiply, {quotient, remainder},
                builder.Activation("all.combined", {Tokens(settings), settings.Get("d")}));
  AddComposedOutput(builder, settings, settings.Get("d"), {});
  return builder.Take(1);
}

}  // namespace

const Component kQuotientRemainder = {.name = "qr",
                                      .title = "quotient-remainder",
                                      .source = "Shi et al. 2020, Sec. 3",
                                      .family = Family::kEmbedding,
                                      .parameters = kParameters,
                                      .build = Build};

std::vector<Band> QuotientRemainderBands(const Settings& settings) {
  return {{.types = settings.Get("V"),
           .width = settings.Get("d"),
           .hash_rows = Quotients(settings) + settings.Get("divisor")}};
}

}  // namespace costcheck
