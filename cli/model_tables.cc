#include "cli/model_tables.h"

#include <algorithm>
#include <string>

#include "cli/request_options.h"
#include "costmodel/algebra/print.h"
#include "costmodel/crossover/crossover.h"
#include "costmodel/model/formula_values.h"
#include "costmodel/model/latent_switch.h"
#include "costmodel/model/model_notes.h"

namespace costcheck {
namespace {

/// The costs of one convention.
struct Counted {
  Counting counting;
  ModelCosts costs;
};

Cell NameOf(const Counted& counted) { return counted.counting.convention.name; }

std::string SizesOf(const Architecture& model) {
  std::string text = model.name + " (" + model.model_type + "): d = " + ToString(model.width);
  const bool both = !model.encoder.groups.empty() && !model.decoder.groups.empty();
  for (const Stack* stack : {&model.encoder, &model.decoder}) {
    const char* const side = !both ? "" : stack == &model.encoder ? " encoder" : " decoder";
    for (const LayerGroup& group : stack->groups) {
      text += ", " + ToString(group.count) + side + " layers";
      if (stack->groups.size() > 1) text += " " + group.name;
    }
  }
  return text + ", V = " + ToString(model.vocabulary);
}

void FillData(const std::vector<Counted>& all, const ModelRequest& request, Table& table) {
  table.columns = {{"T", "tokens"}};
  if (all.size() > 1) table.columns.insert(table.columns.begin(), {"convention", ""});
  for (const ModelQuantity& quantity : ModelQuantities()) {
    table.columns.push_back({std::string(quantity.name), std::string(quantity.unit)});
  }
  if (all.size() > 1) table.columns.push_back({"leaves_out", ""});
  for (const Counted& counted : all) {
    const std::size_t first = table.rows.size();
    for (const Integer& length : request.lengths) {
      table.rows.push_back({length});
      if (all.size() > 1) table.rows.back().insert(table.rows.back().begin(), NameOf(counted));
    }
    for (const ModelQuantity& quantity : ModelQuantities()) {
      const auto values = ValuesAt(counted.costs.*quantity.formula, request.lengths);
      for (std::size_t i = 0; i < values.size(); ++i) table.rows[first + i].emplace_back(values[i]);
    }
    for (std::size_t i = first; all.size() > 1 && i < table.rows.size(); ++i) {
      table.rows[i].emplace_back(counted.counting.convention.leaves_out);
    }
  }
}

/// A row a quantity that is not 0, a column a length.
Table ForPeople(const ModelCosts& costs, const ModelRequest& request, const Table& data) {
  Table table = data;
  table.rows.clear();
  table.columns = {{"quantity", ""}, {"unit", ""}};
  for (const Integer& length : request.lengths) {
    table.columns.push_back({"T = " + ToString(length), "", "", NumberStyle::kScaled});
  }
  std::size_t column = 0;
  for (const ModelQuantity& quantity : ModelQuantities()) {
    ++column;  // of the data, behind T
    if ((costs.*quantity.formula).IsZero()) continue;
    std::vector<Cell> row = {std::string(quantity.name), std::string(quantity.unit)};
    for (const std::vector<Cell>& at_length : data.rows) row.push_back(at_length[column]);
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// FLOPs of every convention, a row each and length.
Table ConventionsForPeople(const Table& data) {
  Table table = data;
  const auto shown = [](const std::string& name) {
    return name == "convention" || name == "T" || name == "leaves_out" ||
           (name.starts_with("flops") && name != "flops_recomputed" && name != "flops_multi_token");
  };
  for (Column& column : table.columns) column.data_only = !shown(column.name);
  return table;
}

/// Where quantities of one model meet.
class CrossingTable {
 public:
  CrossingTable() {
    const NumberStyle plain = NumberStyle::kPlain;
    table_.title = "Where one quantity of the model overtakes another";
    table_.columns = {{"crossover", ""},
                      {"unit", "", "", NumberStyle::kByUnit, true},
                      {"free", "", "of"},
                      {"verdict", ""},
                      {"closed_form", "", "at"},
                      {"decimal", "", "about", plain, true},
                      {"first_integer", "tokens", "from", plain}};
  }

  /// Where b falls below a.
  void Add(const std::string& name, const std::string& unit, const Expr& a, const Expr& b) {
    if (a.IsZero() || b.IsZero()) return;
    Add(name, unit, "T", FindCrossovers(a, b, Symbol("T"), {.limit = false}));
  }

  void Add(const std::string& name, const std::string& unit, const std::string& free,
           const Crossovers& found) {
    const std::size_t before = table_.rows.size();
    const std::string verdict(VerdictName(found.verdict));
    for (const Change& change : found.changes) {
      if (!change.b_cheaper_after) continue;
      table_.rows.push_back({name, unit, free, verdict, {}, {}, change.first_integer});
      if (change.closed_form) table_.rows.back()[4] = *change.closed_form;
      if (!change.decimal.empty()) table_.rows.back()[5] = change.decimal;
    }
    if (table_.rows.size() == before) {
      table_.rows.push_back({name, unit, free, verdict, {}, {}, {}});
    }
  }

  Table Take() { return std::move(table_); }

 private:
  Table table_;
};

/// The first layer with latent attention, if it is the model's own that runs.
const LayerShape* LatentLayer(const ModelRequest& request) {
  if (request.choices.formulas.attention) return nullptr;
  for (const LayerGroup& group : request.architecture.decoder.groups) {
    if (group.layer.attention.latent) return &group.layer;
  }
  return nullptr;
}

Table Crossings(const ModelCosts& costs, const ModelRequest& request) {
  CrossingTable crossings;
  crossings.Add("attention core over linear layers", "FLOP", costs.flops_attention_core,
                costs.flops_linear);
  crossings.Add("KV cache over weights", "byte", costs.kv_cache_bytes, costs.weight_bytes);
  crossings.Add("T^2 activations over the others", "byte", costs.kept_of_pairs_bytes,
                costs.kept_bytes - costs.kept_of_pairs_bytes);
  const LayerShape* latent = LatentLayer(request);
  if (latent == nullptr) return crossings.Take();
  const ModelSizes sizes = ModelSizes::OfLayer(*latent, request.architecture.width);
  for (const Integer& length : request.lengths) {
    crossings.Add("absorbed over expanded latent attention, S = " + ToString(length), "FLOP",
                  "new tokens", LatentSwitch(latent->attention, sizes, length));
  }
  return crossings.Take();
}

Table Kept(const std::vector<KeptLine>& lines, const ModelRequest& request) {
  Table table;
  table.title = "Kept from forward to backward on a device, bytes";
  table.columns = {{"group", ""}, {"tensor", ""}, {"layers", ""}, {"formula", ""}};
  for (const Integer& length : request.lengths) {
    table.columns.push_back({"T = " + ToString(length), "", "", NumberStyle::kScaled});
  }
  for (const KeptLine& line : lines) {
    std::vector<Cell> row = {line.group, line.name, line.count, Print(line.bytes)};
    for (const Rational& value : ValuesAt(line.bytes, request.lengths)) row.emplace_back(value);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table Formulas(const ModelCosts& costs) {
  Table table;
  table.title = "Formulas";
  table.columns = {{"quantity", ""}, {"text", "", "formula"}};
  for (const ModelQuantity& quantity : ModelQuantities()) {
    table.rows.push_back({std::string(quantity.name), Print(costs.*quantity.formula)});
  }
  return table;
}

/// The main table: what was counted, how, and what was assumed.
Table MainTable(const std::vector<Counted>& all, const ModelRequest& request) {
  Table table;
  table.command = "model";
  table.title = SizesOf(request.architecture);
  FillData(all, request, table);
  if (all.size() == 1) {
    Describe(all.front().counting, table);
    std::erase_if(table.convention_fields,
                  [](const auto& field) { return field.first == "causal"; });
    const Convention& convention = all.front().counting.convention;
    table.notes.push_back("Counts " + convention.counts + "; leaves out " + convention.leaves_out +
                          ".");
  }
  const std::vector<std::string> notes = NotesOn(request.architecture, request.choices);
  table.notes.insert(table.notes.end(), notes.begin(), notes.end());
  table.notes.insert(table.notes.end(), request.notes.begin(), request.notes.end());
  return table;
}

}  // namespace

Document ModelDocument(const ModelRequest& request) {
  ModelCoster coster(request.choices);
  std::vector<Counted> all;
  for (const Counting& counting : request.countings) {
    coster.CountBy(counting.convention);
    all.push_back({counting, coster.CostsOf(request.architecture)});
  }
  const Counted& first = all.front();
  Document document;
  document.main = MainTable(all, request);
  if (all.size() > 1) {
    document.for_people = {ConventionsForPeople(document.main)};
  } else {
    document.for_people = {ForPeople(first.costs, request, document.main)};
    document.more.emplace_back("crossovers", Crossings(first.costs, request));
  }
  if (request.itemized) {
    const std::vector<KeptLine> lines = coster.KeptLinesOf(request.architecture);
    document.more.emplace_back("kept", Kept(lines, request));
  }
  if (request.formulas) document.more.emplace_back("formulas", Formulas(first.costs));
  return document;
}

}  // namespace costcheck
