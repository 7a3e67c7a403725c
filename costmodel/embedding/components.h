#pragma once

#include <span>
#include <vector>

#include "costmodel/component.h"

namespace costcheck {

/// full_table, factorized, banded, adaptive, hash, qr: in this order.
std::span<const Component* const> EmbeddingComponents();

/// The bands by which a component tells token types apart: one of all V types
/// where it does not. Requires one of EmbeddingComponents().
std::vector<Band> BandsOf(const Component& component, const Settings& settings);

}  // namespace costcheck
