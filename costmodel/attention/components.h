#pragma once

#include <span>

#include "costmodel/component.h"

namespace costcheck {

/// Every attention, in table order.
std::span<const Component* const> AttentionComponents();

}  // namespace costcheck
