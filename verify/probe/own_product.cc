#include "verify/probe/own_product.h"

#include <ATen/record_function.h>

#include <string>

#ifndef NDEBUG
#error "LibTorch's RecordFunction has another layout without NDEBUG: observers would read nothing."
#endif

namespace costcheck {

void RunOwnProduct(const char* name, std::int64_t multiply_adds,
                   const std::function<void()>& kernel) {
  const std::string full_name = std::string("costcheck::") + name;
  const c10::IValue count = multiply_adds;
  at::RecordFunction guard(at::RecordScope::FUNCTION);
  if (guard.isActive()) {
    guard.before(full_name.c_str(), c10::ArrayRef<const c10::IValue>(&count, 1));
  }
  kernel();
}

}  // namespace costcheck
