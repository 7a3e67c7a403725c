#include "verify/modules/top_keys.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <tuple>

#include "verify/modules/dense_core.h"

namespace costcheck {

at::Tensor RowBlock::Of(const at::Tensor& tensor) const {
  return tensor.select(0, sequence).select(1, head).narrow(0, first, rows);
}

void ForEachRowBlock(std::int64_t sequences, std::int64_t heads, std::int64_t queries,
                     const std::function<void(const RowBlock&)>& visit) {
  for (std::int64_t sequence = 0; sequence < sequences; ++sequence) {
    for (std::int64_t head = 0; head < heads; ++head) {
      for (std::int64_t first = 0; first < queries; first += kScoreRows) {
        visit({sequence, head, first, std::min(kScoreRows, queries - first)});
      }
    }
  }
}

at::Tensor EmptyIndex(std::int64_t sequences, std::int64_t heads, std::int64_t queries,
                      std::int64_t kept) {
  return at::full({sequences, heads, queries, kept}, kMaskedKey, at::kInt);
}

at::Tensor TakeTopKeys(const at::Tensor& scores, const TextLengths& text, const RowBlock& block,
                       const at::Tensor& index) {
  if (text.causal) MaskLaterKeys(scores.unsqueeze(0), text.Position(block.first) + 1);
  const std::int64_t taken = std::min(index.size(3), text.keys);
  auto [greatest, keys] = at::topk(scores, taken, /*dim=*/1, /*largest=*/true, /*sorted=*/true);
  index.select(0, block.sequence)
      .select(0, block.head)
      .narrow(0, block.first, block.rows)
      .narrow(1, 0, taken)
      .copy_(keys);
  return greatest;
}

at::Tensor LatestKeys(std::int64_t sequences, std::int64_t heads, const TextLengths& text,
                      std::int64_t kept) {
  const at::Tensor index = EmptyIndex(sequences, heads, text.queries, kept);
  const at::Tensor one_head = EmptyIndex(1, 1, text.queries, kept);
  auto rows = one_head.accessor<std::int32_t, 4>()[0][0];
  for (std::int64_t row = 0; row < text.queries; ++row) {
    const std::int64_t visible = text.Visible(row);
    for (std::int64_t slot = 0; slot < std::min(visible, kept); ++slot) {
      rows[row][slot] = static_cast<std::int32_t>(visible - 1 - slot);
    }
  }
  return index.copy_(one_head);
}

ChosenKeysPattern PatternOf(const at::Tensor& index, const TextLengths& text) {
  return {text, ChosenIndex{index.data_ptr<std::int32_t>(), text.queries, index.size(3),
                            index.size(1), index.size(1)}};
}

}  // namespace costcheck
