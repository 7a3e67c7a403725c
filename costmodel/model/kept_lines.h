#pragma once

#include <string>
#include <vector>

#include "costmodel/model/cost_choices.h"

namespace costcheck {

/// Layers that are alike, or what stands around all layers.
struct ModelPart {
  std::string group;
  const GraphFormulas* formulas;
  Integer count;
  Bindings numbers;
  Bindings on_device;
  const LayerShape* layer;  ///< null: tables
};

/// One tensor that is kept, in `count` layers.
struct KeptLine {
  std::string group;  ///< of layers; "tables" for the rest
  std::string name;
  Integer count;
  Expr bytes;             ///< of all of them, on one device
  bool of_pairs = false;  ///< one element for each query and key
};

/// What the policy of recomputation and the devices leave of what a model's parts keep.
class KeptLines {
 public:
  explicit KeptLines(const CostChoices& choices) : choices_(choices) {}

  /// `items` are those of the part's formulas, one by one or added up.
  void Add(const ModelPart& part, const std::vector<KeptItem>& items);

  std::vector<KeptLine> Take() { return std::move(lines_); }

 private:
  Expr OnDevice(const KeptItem& item, const ModelPart& part) const;
  Integer Times(const ModelPart& part, const KeptItem& item);
  void AddInput(const ModelPart& part);
  void AddItem(const ModelPart& part, const KeptItem& item);

  const CostChoices& choices_;
  std::vector<KeptLine> lines_;
  bool context_is_kept_ = false;
};

}  // namespace costcheck
