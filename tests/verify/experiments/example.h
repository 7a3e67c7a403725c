#pragma once

#include <string>
#include <string_view>

#include "costmodel/algebra/error.h"

// A small experiment as text, for tests that change a line of it.

namespace costcheck {

inline constexpr std::string_view kExample = R"(name = "E1"
form = "corrected"
title = "An example"
seeds = 11

[corpus]
kind = "zipf"
types = 97
exponent = 1.1
tokens = 5000
train_share = 0.8
test_share = 0.1

[batch]
length = 13
sequences = 3
order = "random"

[model]
family = "transformer"
width = 20
layers = 2
heads = 5
inner = 31
initialization = "gpt"

[training]
optimizer = "adamw"
epochs = 4
steps_per_epoch = 7

[evaluation]
every_epochs = 2
batches = 5

[[arms]]
name = "full"
rates = [1e-3, 3e-3]

[[arms]]
name = "banded"
embedding = "banded"
widths = [29, 20, 11]
categories = { split = "types", high = 0.2, low = 0.8 }
rates = [1e-3]

[[decisions]]
baseline = "full"
challenger = "banded"
metric = "test_loss"
relevant = 0.01
)";

/// The text with every `old` replaced, of which there is at least one.
inline std::string With(std::string text, std::string_view old, std::string_view replacement) {
  std::size_t at = text.find(old);
  COSTCHECK_CHECK(at != std::string::npos);
  for (; at != std::string::npos; at = text.find(old, at + replacement.size())) {
    text.replace(at, old.size(), replacement);
  }
  return text;
}

inline std::string Example(std::string_view old, std::string_view replacement) {
  return With(std::string(kExample), old, replacement);
}

}  // namespace costcheck
