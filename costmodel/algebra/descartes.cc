#include "costmodel/algebra/descartes.h"

#include <algorithm>

namespace costcheck {

void Trim(std::vector<Integer>& p) {
  while (!p.empty() && p.back().is_zero()) p.pop_back();
}

std::vector<Integer> Mirror(std::vector<Integer> p) {
  for (std::size_t i = 1; i < p.size(); i += 2) p[i] = -p[i];
  return p;
}

void ShiftByOne(std::vector<Integer>& p) {
  for (std::size_t i = 0; i + 1 < p.size(); ++i) {
    for (std::size_t j = p.size() - 1; j-- > i;) p[j] += p[j + 1];
  }
}

void ShiftBy(std::vector<Integer>& p, const Integer& step) {
  for (std::size_t i = 0; i + 1 < p.size(); ++i) {
    for (std::size_t j = p.size() - 1; j-- > i;) p[j] += p[j + 1] * step;
  }
}

bool HasBothSigns(const std::vector<Integer>& p) {
  const auto has = [&](int sign) {
    return std::any_of(p.begin(), p.end(), [=](const Integer& c) { return c.sign() == sign; });
  };
  return has(1) && has(-1);
}

int DescartesBound(std::vector<Integer> p) {
  std::reverse(p.begin(), p.end());
  int changes = 0;
  int last = 0;
  const std::size_t size = p.size();
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = size - 1; j-- > i;) p[j] += p[j + 1];
    const int sign = p[i].sign();
    if (sign == 0) continue;
    if (sign == -last && ++changes == 2) return 2;
    last = sign;
  }
  return changes;
}

/// Of the terms with the sign opposite to the leading one, the largest
/// 2 (|c[n-k]| / |c[n]|)^(1/k) (Kioustelidis, 1986).
std::optional<int> PositiveRootBound(const std::vector<Integer>& p) {
  const int lead = p.back().sign();
  const auto lead_bits = static_cast<int>(msb(abs(p.back())));
  std::optional<int> bound;
  for (std::size_t k = 1; k < p.size(); ++k) {
    const Integer& c = p[p.size() - 1 - k];
    if (c.sign() != -lead) continue;
    const int bits = static_cast<int>(msb(abs(c))) + 1 - lead_bits;  // |c| / |lead| < 2^bits
    const int width = static_cast<int>(k);
    const int exponent = 1 + (bits >= 0 ? (bits + width - 1) / width : -(-bits / width));
    bound = std::max(bound.value_or(exponent), exponent);
  }
  return bound;
}

std::vector<Integer> ScaleArgument(std::vector<Integer> p, int exponent) {
  const std::size_t top = p.size() - 1;
  for (std::size_t i = 0; i <= top; ++i) {
    p[i] <<= exponent >= 0 ? i * static_cast<unsigned>(exponent)
                           : (top - i) * static_cast<unsigned>(-exponent);
  }
  return p;
}

void HalveArgument(std::vector<Integer>& p) {
  for (std::size_t i = 0; i + 1 < p.size(); ++i) p[i] <<= p.size() - 1 - i;
}

}  // namespace costcheck
