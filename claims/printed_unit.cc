#include "claims/printed_unit.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <optional>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

/// A unit is numerator / denominator of its base.
struct Scaled {
  std::string_view name;
  long long numerator;
  long long denominator;
  std::string_view base;
};

constexpr long long kDay = 86400;

constexpr std::array<Scaled, 17> kPrefixed = {{
    {"FLOP", 1, 1, "FLOP"},
    {"FLOP/s", 1, 1, "FLOP/s"},
    {"FLOP/token", 1, 1, "FLOP/token"},
    {"FLOP/s-day", kDay, 1, "FLOP"},
    {"MAC", 1, 1, "MAC"},
    {"B", 1, 1, "byte"},
    {"B/s", 1, 1, "byte/s"},
    {"B/token", 1, 1, "byte/token"},
    {"bit", 1, 1, "bit"},
    {"bit/s", 1, 1, "bit/s"},
    {"parameter", 1, 1, "parameter"},
    {"token", 1, 1, "token"},
    {"token/s", 1, 1, "token/s"},
    {"pair", 1, 1, "pair"},
    {"element", 1, 1, "element"},
    {"W", 1, 1, "W"},
    {"Wh", 1, 1, "Wh"},
}};

/// Units that take no prefix.
constexpr std::array<Scaled, 12> kPlain = {{
    {"", 1, 1, "1"},
    {"x", 1, 1, "1"},
    {"%", 1, 100, "1"},
    {"percentage point", 1, 100, "1"},
    {"ns", 1, 1'000'000'000, "s"},
    {"us", 1, 1'000'000, "s"},
    {"ms", 1, 1000, "s"},
    {"s", 1, 1, "s"},
    {"min", 60, 1, "s"},
    {"h", 3600, 1, "s"},
    {"day", kDay, 1, "s"},
    {"year", 365 * kDay, 1, "s"},
}};

/// What is counted one by one, or has a unit of its own: its base is itself.
constexpr std::string_view kCounted[] = {"nat",
                                         "nat/token",
                                         "bit/byte",
                                         "bit/character",
                                         "epoch",
                                         "step",
                                         "step/s",
                                         "layer",
                                         "head",
                                         "expert",
                                         "batch",
                                         "seed",
                                         "run",
                                         "row",
                                         "window",
                                         "sequence",
                                         "example",
                                         "type",
                                         "word",
                                         "byte",
                                         "character",
                                         "dimension",
                                         "key",
                                         "query",
                                         "block",
                                         "stage",
                                         "device",
                                         "GPU",
                                         "parameter/token",
                                         "model",
                                         "claim",
                                         "USD",
                                         "GPU-hour",
                                         "TPU-day"};

struct Prefix {
  std::string_view name;
  long long base;
  int power;
};

constexpr std::array<Prefix, 12> kPrefixes = {{{"k", 1000, 1},
                                               {"M", 1000, 2},
                                               {"G", 1000, 3},
                                               {"T", 1000, 4},
                                               {"P", 1000, 5},
                                               {"E", 1000, 6},
                                               {"Z", 1000, 7},
                                               {"Ki", 1024, 1},
                                               {"Mi", 1024, 2},
                                               {"Gi", 1024, 3},
                                               {"Ti", 1024, 4},
                                               {"Pi", 1024, 5}}};

constexpr std::array<Prefix, 4> kWords = {
    {{"thousand", 1000, 1}, {"million", 1000, 2}, {"billion", 1000, 3}, {"trillion", 1000, 4}}};

Rational SizeOf(const Prefix& prefix) { return Pow(Rational(prefix.base), prefix.power); }

template <std::size_t kSize>
std::optional<PrintedUnit> FindIn(const std::array<Scaled, kSize>& units, std::string_view name) {
  for (const Scaled& unit : units) {
    if (unit.name != name) continue;
    return PrintedUnit{Rational(unit.numerator, unit.denominator), std::string(unit.base)};
  }
  return std::nullopt;
}

std::optional<PrintedUnit> FindPlain(std::string_view name) {
  if (const std::optional<PrintedUnit> found = FindIn(kPlain, name)) return found;
  if (const std::optional<PrintedUnit> found = FindIn(kPrefixed, name)) return found;
  if (std::find(std::begin(kCounted), std::end(kCounted), name) == std::end(kCounted))
    return std::nullopt;
  return PrintedUnit{1, std::string(name)};
}

std::optional<PrintedUnit> FindPrefixed(std::string_view name) {
  for (const Prefix& prefix : kPrefixes) {
    if (!name.starts_with(prefix.name)) continue;
    std::optional<PrintedUnit> found = FindIn(kPrefixed, name.substr(prefix.name.size()));
    if (!found) continue;
    found->size *= SizeOf(prefix);
    return found;
  }
  return std::nullopt;
}

std::optional<PrintedUnit> FindAny(std::string_view unit) {
  const std::optional<PrintedUnit> plain = FindPlain(unit);
  return plain ? plain : FindPrefixed(unit);
}

/// "billion parameter", "million".
std::optional<PrintedUnit> FindAfterWord(std::string_view unit) {
  for (const Prefix& word : kWords) {
    if (!unit.starts_with(word.name)) continue;
    const std::string_view rest = unit.substr(word.name.size());
    if (rest.empty()) return PrintedUnit{SizeOf(word), "1"};
    if (rest.size() < 2 || rest[0] != ' ') continue;
    std::optional<PrintedUnit> counted = FindAny(rest.substr(1));
    if (counted) counted->size *= SizeOf(word);
    return counted;
  }
  return std::nullopt;
}

bool SameButForCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

/// The unit of other letter cases ("KB": "kB"), else the one with the fewest other letters.
std::string Nearest(std::string_view unit) {
  const std::vector<std::string> units = PrintedUnits();
  for (const std::string& known : units) {
    if (SameButForCase(known, unit)) return known;
  }
  return NearestName(unit, units);
}

std::string Hint(std::string_view unit) {
  std::string before;
  for (const Prefix& word : kWords) {
    const std::string start = std::string(word.name) + " ";
    if (unit.starts_with(start)) before = start;
  }
  const std::string nearest = Nearest(unit.substr(before.size()));
  return nearest.empty() ? "" : "; did you mean '" + before + nearest + "'?";
}

}  // namespace

PrintedUnit FindPrintedUnit(std::string_view unit) {
  if (const std::optional<PrintedUnit> found = FindAny(unit)) return *found;
  if (const std::optional<PrintedUnit> found = FindAfterWord(unit)) return *found;
  throw CostError("'" + std::string(unit) + "' is not a unit" + Hint(unit));
}

std::vector<std::string> PrintedUnits() {
  std::vector<std::string> units;
  for (const Scaled& unit : kPlain) units.emplace_back(unit.name);
  for (const std::string_view name : kCounted) units.emplace_back(name);
  for (const Prefix& word : kWords) units.emplace_back(word.name);
  for (const Scaled& unit : kPrefixed) {
    units.emplace_back(unit.name);
    for (const Prefix& prefix : kPrefixes) {
      units.push_back(std::string(prefix.name) + std::string(unit.name));
    }
  }
  return units;
}

}  // namespace costcheck
