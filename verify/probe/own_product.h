#pragma once

#include <cstdint>
#include <functional>

namespace costcheck {

/// Runs a kernel of our own where LibTorch's dispatcher cannot see its products, and tells the
/// dispatcher's observers (FlopProbe among them) of an operator "costcheck::<name>" that performs
/// `multiply_adds`. A kernel that calls at::mm and the like must not report these again.
void RunOwnProduct(const char* name, std::int64_t multiply_adds,
                   const std::function<void()>& kernel);

}  // namespace costcheck
