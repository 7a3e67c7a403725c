// The product of two polynomials. Exponents are packed into the fields of one
// 64-bit key, so that adding keys adds exponents, and equal keys are gathered in
// a hash table. Where the product's coefficients provably fit, they are summed
// in 128 bits; keys that do not fit fall back to a sorted map.

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/polynomial.h"

namespace costcheck {
namespace {

using Exponent = Polynomial::Exponent;
using Row = std::span<const Exponent>;
__extension__ typedef __int128 Int128;

/// A factor over the variables of the product.
struct Factor {
  Factor(const Polynomial& factor, const std::vector<Variable>& variables)
      : polynomial(factor), width(variables.size()), rows(ExponentsOver(factor, variables)) {}

  Row row(std::size_t term) const { return Row(rows).subspan(term * width, width); }
  /// The least and the largest exponent of a variable.
  std::pair<int, int> Range(std::size_t variable) const {
    int low = rows[variable], high = low;
    for (std::size_t i = variable; i < rows.size(); i += width) {
      low = std::min<int>(low, rows[i]);
      high = std::max<int>(high, rows[i]);
    }
    return {low, high};
  }

  const Polynomial& polynomial;
  std::size_t width;
  std::vector<Exponent> rows;
};

/// Where a variable's exponent stands in a key.
struct Field {
  int low_a, low_b;  ///< the exponents stored as 0
  int bits;
  int shift;
};

/// The fields of the product's keys, the first variable highest, so that keys
/// order as exponents do. CostError where an exponent of the product overflows.
std::vector<Field> FieldsOf(const Factor& a, const Factor& b) {
  std::vector<Field> fields(a.width);
  int shift = 0;
  for (std::size_t v = a.width; v-- > 0;) {
    const auto [low_a, high_a] = a.Range(v);
    const auto [low_b, high_b] = b.Range(v);
    CheckedExponent(low_a + low_b);
    CheckedExponent(high_a + high_b);
    const unsigned range = static_cast<unsigned>(high_a - low_a + high_b - low_b);
    fields[v] = {low_a, low_b, static_cast<int>(std::bit_width(range)), shift};
    shift += fields[v].bits;
  }
  return fields;
}

bool FitInKey(const std::vector<Field>& fields) {
  int bits = 0;
  for (const Field& field : fields) bits += field.bits;
  return bits <= 64;
}

std::vector<std::uint64_t> Keys(const Factor& factor, const std::vector<Field>& fields,
                                int Field::*low) {
  std::vector<std::uint64_t> keys(factor.polynomial.size(), 0);
  for (std::size_t term = 0; term < keys.size(); ++term) {
    const Row row = factor.row(term);
    for (std::size_t v = 0; v < fields.size(); ++v) {
      if (fields[v].bits == 0) continue;
      keys[term] |= static_cast<std::uint64_t>(row[v] - fields[v].*low) << fields[v].shift;
    }
  }
  return keys;
}

void Unpack(std::uint64_t key, const std::vector<Field>& fields, std::vector<Exponent>& out) {
  for (const Field& field : fields) {
    const int low = field.low_a + field.low_b;
    if (field.bits == 0) {
      out.push_back(static_cast<Exponent>(low));
      continue;
    }
    const std::uint64_t mask = ~std::uint64_t{0} >> (64 - field.bits);
    out.push_back(static_cast<Exponent>(low + static_cast<int>((key >> field.shift) & mask)));
  }
}

/// Sums by key. Open addressing over indices, so that the sums lie close together.
template <class Number>
class SumTable {
 public:
  struct Entry {
    std::uint64_t key;
    Number sum;
  };

  SumTable() : places_(kFirstPlaces, kFree) {}

  Number& operator[](std::uint64_t key) {
    std::size_t place = Place(key);
    while (places_[place] != kFree) {
      Entry& entry = entries_[places_[place]];
      if (entry.key == key) return entry.sum;
      place = (place + 1) & (places_.size() - 1);
    }
    places_[place] = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back({key, Number(0)});
    if (2 * entries_.size() > places_.size()) Grow();
    return entries_.back().sum;
  }

  /// The entries in descending order of keys; the table is spent.
  std::vector<Entry> TakeSorted() {
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) { return a.key > b.key; });
    return std::move(entries_);
  }

 private:
  static constexpr std::uint32_t kFree = ~std::uint32_t{0};
  static constexpr std::size_t kFirstPlaces = 16;

  /// Knuth's multiplicative hash: the product's high bits, as many as needed.
  std::size_t Place(std::uint64_t key) const {
    constexpr std::uint64_t kGoldenRatio = 0x9E3779B97F4A7C15;
    return (key * kGoldenRatio) >> (64 - std::countr_zero(places_.size()));
  }
  void Grow() {
    places_.assign(4 * places_.size(), kFree);
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
      std::size_t place = Place(entries_[i].key);
      while (places_[place] != kFree) place = (place + 1) & (places_.size() - 1);
      places_[place] = i;
    }
  }

  std::vector<std::uint32_t> places_;
  std::vector<Entry> entries_;
};

std::size_t BitsOf(const Integer& value) {
  return value == 0 ? 0 : boost::multiprecision::msb(abs(value)) + 1;
}

std::size_t LargestBits(const Polynomial& polynomial) {
  std::size_t bits = 0;
  for (std::size_t i = 0; i < polynomial.size(); ++i) {
    bits = std::max(bits, BitsOf(polynomial.coefficient(i)));
  }
  return bits;
}

/// No sum of products can leave 126 bits.
bool FitIn128(const Polynomial& a, const Polynomial& b) {
  const std::size_t products = std::min(a.size(), b.size());
  return LargestBits(a) + LargestBits(b) + std::bit_width(products) <= 126;
}

/// From pieces of 62 bits, which ToInt64 narrows.
Int128 ToInt128(const Integer& value) {
  if (const std::optional<std::int64_t> narrow = ToInt64(value)) return *narrow;
  const Integer size = abs(value);
  const Int128 wide = (ToInt128(size >> 62) << 62) + *ToInt64(size & ((Integer(1) << 62) - 1));
  return value < 0 ? -wide : wide;
}

Integer ToInteger(Int128 value) {
  const auto narrow = static_cast<std::int64_t>(value);
  if (narrow == value) return narrow;
  return (ToInteger(value >> 62) << 62) +
         static_cast<std::int64_t>(value & ((Int128{1} << 62) - 1));
}

void Convert(const Integer& from, Int128& to) { to = ToInt128(from); }
void Convert(const Integer& from, Integer& to) { to = from; }
Integer Taken(Int128 sum) { return ToInteger(sum); }
Integer Taken(Integer&& sum) { return std::move(sum); }

template <class Number>
std::vector<Number> Coefficients(const Polynomial& polynomial) {
  std::vector<Number> coefficients(polynomial.size());
  for (std::size_t i = 0; i < polynomial.size(); ++i) {
    Convert(polynomial.coefficient(i), coefficients[i]);
  }
  return coefficients;
}

template <class Number>
Polynomial PackedProduct(const Factor& a, const Factor& b, const std::vector<Field>& fields,
                         std::vector<Variable> variables) {
  const std::vector<std::uint64_t> keys_a = Keys(a, fields, &Field::low_a);
  const std::vector<std::uint64_t> keys_b = Keys(b, fields, &Field::low_b);
  const std::vector<Number> values_a = Coefficients<Number>(a.polynomial);
  const std::vector<Number> values_b = Coefficients<Number>(b.polynomial);
  SumTable<Number> sums;
  for (std::size_t i = 0; i < keys_a.size(); ++i) {
    for (std::size_t j = 0; j < keys_b.size(); ++j) {
      sums[keys_a[i] + keys_b[j]] += values_a[i] * values_b[j];
    }
  }
  std::vector<Exponent> exponents;
  std::vector<Integer> coefficients;
  for (auto& entry : sums.TakeSorted()) {
    if (entry.sum == 0) continue;
    Unpack(entry.key, fields, exponents);
    coefficients.push_back(Taken(std::move(entry.sum)));
  }
  return Polynomial::FromSortedTerms(std::move(variables), std::move(exponents),
                                     std::move(coefficients));
}

/// For exponents so wide that no key holds them.
Polynomial MappedProduct(const Factor& a, const Factor& b, std::vector<Variable> variables) {
  std::map<std::vector<Exponent>, Integer, std::greater<>> sums;
  std::vector<Exponent> row(a.width);
  for (std::size_t i = 0; i < a.polynomial.size(); ++i) {
    for (std::size_t j = 0; j < b.polynomial.size(); ++j) {
      for (std::size_t v = 0; v < a.width; ++v) {
        row[v] = static_cast<Exponent>(a.row(i)[v] + b.row(j)[v]);
      }
      sums[row] += a.polynomial.coefficient(i) * b.polynomial.coefficient(j);
    }
  }
  std::vector<Exponent> exponents;
  std::vector<Integer> coefficients;
  for (auto& [sum_row, sum] : sums) {
    if (sum == 0) continue;
    exponents.insert(exponents.end(), sum_row.begin(), sum_row.end());
    coefficients.push_back(std::move(sum));
  }
  return Polynomial::FromSortedTerms(std::move(variables), std::move(exponents),
                                     std::move(coefficients));
}

Polynomial MonomialPow(const Polynomial& base, int exponent) {
  std::vector<Exponent> row;
  for (const Exponent e : base.exponents(0))
    row.push_back(CheckedExponent(std::int64_t{e} * exponent));
  return Polynomial::FromSortedTerms(base.variables(), std::move(row),
                                     {pow(base.coefficient(0), static_cast<unsigned>(exponent))});
}

}  // namespace

Polynomial operator*(const Polynomial& a, const Polynomial& b) {
  if (a.IsZero() || b.IsZero()) return Polynomial();
  if (a.IsConstant()) return b * a.coefficient(0);
  if (b.IsConstant()) return a * b.coefficient(0);
  std::vector<Variable> variables = UnitedVariables(a, b);
  const Factor factor_a(a, variables), factor_b(b, variables);
  const std::vector<Field> fields = FieldsOf(factor_a, factor_b);
  if (!FitInKey(fields)) return MappedProduct(factor_a, factor_b, std::move(variables));
  return FitIn128(a, b) ? PackedProduct<Int128>(factor_a, factor_b, fields, std::move(variables))
                        : PackedProduct<Integer>(factor_a, factor_b, fields, std::move(variables));
}

// By one factor at a time: for the few terms of a cost this makes fewer products
// of terms than squaring does.
Polynomial Pow(const Polynomial& base, int exponent) {
  COSTCHECK_CHECK(exponent >= 0);
  if (exponent == 0) return Polynomial(Integer(1));
  if (base.IsMonomial()) return MonomialPow(base, exponent);
  Polynomial power = base;
  for (int i = 1; i < exponent; ++i) power = power * base;
  return power;
}

}  // namespace costcheck
