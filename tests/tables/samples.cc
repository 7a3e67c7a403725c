#include "tests/tables/samples.h"

namespace costcheck {
namespace {

/// 4 T(T+1)/2 d + 3 d for d = 768: what the sample calls full.
Integer FullFlops(int length) { return Integer(2) * length * (length + 1) * 768 + 3 * 768; }

std::vector<Cell> ScalingRow(const std::string& component, int length, const Integer& flops) {
  const Cell ratio = flops == 0 ? Cell() : Cell(Rational(FullFlops(length)) / Rational(flops));
  return {component, Integer(length), flops, ratio, 1.5e-9 * length * length, Integer(length % 7)};
}

}  // namespace

Table ScalingSample() {
  Table table;
  table.command = "table";
  table.title = "Attention by length";
  table.convention = "seeds";
  table.convention_fields = {{"multiply_add", "2"}, {"causal", "exact"}, {"scope", "core"}};
  table.columns = {{"component", ""},       {"T", "tokens"},
                   {"flops", "FLOPs"},      {"flops_ratio", "ratio", "ratio"},
                   {"time_s", "s", "time"}, {"remainder", "", "", NumberStyle::kByUnit, true}};
  for (const int length : {64, 1000, 131072}) {
    table.rows.push_back(ScalingRow("full", length, FullFlops(length)));
  }
  for (const int length : {64, 1000, 131072}) {
    table.rows.push_back(ScalingRow("topk_mlp(K=8,h=32)", length, Integer(length) * 91003));
  }
  table.rows.push_back(ScalingRow("none", 64, 0));
  table.notes = {
      "Counts are useful pairs of an exact causal mask; special functions stand beside the "
      "headline "
      "and are not part of it.",
      "128K is 131072."};
  return table;
}

Table CrossoverSample() {
  Table table;
  table.command = "crossover";
  table.title = "full and topk_mlp(K=8,h=32), free symbol T";
  table.convention = "first-principles";
  table.convention_fields = {{"multiply_add", "2"}};
  table.columns = {{"metric", ""},        {"verdict", ""},     {"closed_form", ""},
                   {"condition", ""},     {"lower", "tokens"}, {"upper", "tokens"},
                   {"decimal", "tokens"}, {"tie", "tokens"},   {"first_integer", "tokens"},
                   {"cheaper_after", ""}};
  table.rows = {{"flops", "crosses", "T = (2*d*K + sqrt(4*d^2*K^2 + 640))/(H - 1)", "H > 1",
                 Rational(640) / 11, Rational(641) / 11, 58.18181818181818, Cell(), Integer(59),
                 "topk_mlp(K=8,h=32)"}};
  table.extras = {{"limit_ratio", Fields{{"flops", Rational(12) / 7}, {"kept_bytes", "infinity"}}},
                  {"complete_to", "infinity"},
                  {"interval", Value(std::vector<Cell>{0.25, 1e-7})}};
  return table;
}

Table AwkwardSample() {
  Table table;
  table.command = "claims";
  table.title = "Awkward <cells> & 100% of \"them\"";
  table.convention = "a_b|c";
  table.columns = {{"id", ""},
                   {"quote", "", "quote, as printed"},
                   {"value", "FLOPs"},
                   {"holds", ""},
                   {"bytes", "bytes", "", NumberStyle::kBinary}};
  Integer huge = 1;
  for (int i = 0; i < 99; ++i) huge *= 10;
  table.rows = {
      {"comma,quote", "say \"500x\"", Integer(999950), true, Integer(1536)},
      {"line\nbreak", "T*(T+1)/2 | x_i <y> #1 $5 ~z^2 \\ {a} [b]", Rational(1) / 3, false, Cell()},
      {"\xC3\xA9t\xC3\xA9 \xE2\x89\xA4 2", "", -2.5e-7, Cell(), Integer(1048575)},
      {" spaces ", "[first", Rational(-7), true, Rational(5) / 2},
      {"huge", std::string(90, 'w'), Integer(-huge - 1), false, huge},
  };
  table.notes = {"A <b>note</b> of a claim's file: 5 % & more, T*T, [link](x)."};
  return table;
}

Table WideSample() {
  Table table;
  table.command = "model";
  table.title = "A model of many columns";
  table.columns = {{"T", "tokens"}};
  for (int i = 1; i <= 13; ++i) table.columns.push_back({"flops_" + std::to_string(i), "FLOPs"});
  for (const int length : {1, 2048}) {
    std::vector<Cell> row = {Integer(length)};
    for (int i = 1; i <= 13; ++i) row.emplace_back(Integer(length) * 104729 * i * i);
    table.rows.push_back(row);
  }
  return table;
}

Table EmptySample() {
  Table table;
  table.command = "list";
  table.columns = {{"name", ""}, {"summary", ""}};
  return table;
}

std::vector<NamedTable> AllSamples() {
  return {{"scaling", ScalingSample()},
          {"crossover", CrossoverSample()},
          {"awkward", AwkwardSample()},
          {"wide", WideSample()},
          {"empty", EmptySample()}};
}

}  // namespace costcheck
