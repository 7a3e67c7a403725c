#include "verify/modules/key_choice.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace costcheck {
namespace {

constexpr std::int64_t kRowsAtOnce = 16;  // enough for a fast product, few enough for little memory

/// Makes bool [rows, n] of positions [rows, 1] and numbers [n]: what may not be chosen.
using HideRows = std::function<at::Tensor(const at::Tensor& positions, const at::Tensor& numbers)>;

void Choose(const TextLengths& text, const ScoreRows& score, const HideRows& hide,
            const at::Tensor& index) {
  for (std::int64_t first = 0; first < text.queries; first += kRowsAtOnce) {
    const std::int64_t rows = std::min(kRowsAtOnce, text.queries - first);
    at::Tensor scores = score(first, rows);
    const at::TensorOptions options = index.options().dtype(at::kLong);
    const std::int64_t position = text.Position(first);
    scores.masked_fill_(hide(at::arange(position, position + rows, options).unsqueeze(1),
                             at::arange(scores.size(1), options)),
                        -std::numeric_limits<double>::infinity());
    index.narrow(0, first, rows).copy_(std::get<1>(at::topk(scores, index.size(1))));
  }
}

}  // namespace

void ChooseKeys(const TextLengths& text, const ScoreRows& score, at::Tensor index) {
  const auto hide = [&](const at::Tensor& positions, const at::Tensor& keys) {
    return text.causal ? at::gt(keys, positions) : at::lt(keys, 0);
  };
  Choose(text, score, hide, index);
}

void ChooseBlocks(const TextLengths& text, std::int64_t block, const ScoreRows& score,
                  at::Tensor index) {
  const auto hide = [&](const at::Tensor& positions, const at::Tensor& blocks) {
    const at::Tensor own = positions.floor_divide(block);
    if (text.causal) return at::ge(blocks, own);
    return at::logical_or(at::eq(blocks, own), at::ge(blocks, text.keys / block));
  };
  Choose(text, score, hide, index);
}

std::int64_t ChosenBlocks(std::int64_t kept, std::int64_t block, std::int64_t keys) {
  const std::int64_t others = (keys + block - 1) / block - 1;
  return std::min(std::max<std::int64_t>(kept / block - 1, 0), others);
}

}  // namespace costcheck
