#include "costmodel/model/kept_lines.h"

#include <utility>

#include "costmodel/model/formula_values.h"

namespace costcheck {

void KeptLines::Add(const ModelPart& part, const std::vector<KeptItem>& items) {
  if (part.layer != nullptr && choices_.recompute == Recompute::kFull) return AddInput(part);
  for (const KeptItem& item : items) AddItem(part, item);
}

Expr KeptLines::OnDevice(const KeptItem& item, const ModelPart& part) const {
  const Parallel& parallel = choices_.parallel;
  const Expr bytes = Bind(item.bytes, part.on_device);
  return parallel.sequence && !item.split ? bytes / Expr(parallel.tensor) : bytes;
}

void KeptLines::AddInput(const ModelPart& part) {
  const FormulaChoices& run = choices_.formulas;
  const Expr x = Expr(run.batch) * Symbol("T") * Symbol("d") * Expr(run.activation_bytes);
  AddItem(part, {.name = "x", .bytes = x});
}

/// How often it is there: of all layers, as the first of several stages has as many microbatches.
Integer KeptLines::Times(const ModelPart& part, const KeptItem& item) {
  const Integer& stages = choices_.parallel.pipeline;
  if (item.of_context) return std::exchange(context_is_kept_, true) ? 0 : 1;
  if (part.layer != nullptr || stages == 1) return part.count;
  return item.before_layers ? stages : Integer(0);
}

void KeptLines::AddItem(const ModelPart& part, const KeptItem& item) {
  if (item.of_pairs && choices_.recompute == Recompute::kSelective) return;
  const Integer times = Times(part, item);
  if (times == 0) return;
  const std::string name = item.name + (item.statistics ? " (statistics)" : "");
  lines_.push_back({part.group, name, times, OnDevice(item, part) * Expr(times), item.of_pairs});
}

}  // namespace costcheck
