#include "costmodel/embedding/bands.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/parse.h"
#include "costmodel/symbols.h"

namespace costcheck {
namespace {

constexpr std::string_view kDefaultBands = "types=20/60/20:floor(7*d/5),d,floor(3*d/5)";

Expr ValueOf(std::string_view name, const Settings& settings) {
  if (settings.Has(name) || FindSymbol(name) != nullptr) return settings.Get(name);
  std::vector<std::string> known;
  for (const SymbolInfo& symbol : Symbols()) known.emplace_back(symbol.name);
  for (const auto& [set, value] : settings.values()) known.push_back(set);
  throw CostError(fmt::format("unknown name '{}'{}", name, DidYouMean(name, known)));
}

/// One comma-separated entry of the text, for its numbers and their errors.
class Entry {
 public:
  Entry(std::string_view text, const Settings& settings) : text_(text), settings_(settings) {}

  [[noreturn]] void Fail(std::string_view reason) const {
    throw CostError(fmt::format("Bands, entry '{}': {}.", text_, reason));
  }

  /// A whole number of at least `least`, or an expression that is no number yet.
  Expr Number(std::string_view part, int least, std::string_view what) const {
    const Expr value = Parse(part);
    const std::optional<Rational> number = value.AsRational();
    if (number && (!IsInteger(*number) || *number < least)) {
      Fail(fmt::format("{} is a whole number of at least {}, not {}", what, least,
                       ToString(*number)));
    }
    return value;
  }

  /// "width" or "width@rows"; the types are the caller's.
  Band Row(std::string_view part) const {
    const std::size_t at = part.find('@');
    Band band{.types = 0, .width = Number(part.substr(0, at), 1, "a width"), .hash_rows = 0};
    if (at != std::string_view::npos) {
      band.hash_rows = Number(part.substr(at + 1), 1, "the number of shared rows");
    }
    return band;
  }

  std::string_view text() const { return text_; }

 private:
  Expr Parse(std::string_view part) const {
    try {
      return ParseExpr(
          part, {.symbol = [this](std::string_view name) { return ValueOf(name, settings_); },
                 .call = {}});
    } catch (const CostError& error) {
      std::string reason = error.what();
      if (!reason.empty() && reason.back() == '.') reason.pop_back();
      Fail(reason);
    }
  }

  std::string_view text_;
  const Settings& settings_;
};

Band ParseListed(const Entry& entry) {
  const std::size_t colon = entry.text().find(':');
  if (colon == std::string_view::npos) entry.Fail("types:width is wanted");
  Band band = entry.Row(entry.text().substr(colon + 1));
  band.types = entry.Number(entry.text().substr(0, colon), 0, "a number of types");
  return band;
}

/// "20/60/20" as the running sums 1/5, 4/5, 1.
std::vector<Rational> ParseShares(const Entry& entry, std::string_view text) {
  std::vector<Rational> ends;
  Rational sum = 0;
  while (true) {
    const std::size_t slash = text.find('/');
    const std::optional<Rational> share = ParseNumber(text.substr(0, slash));
    if (!share || *share < 0) entry.Fail("its shares are numbers of at least 0, as in 20/60/20");
    sum += *share / 100;
    ends.push_back(sum);
    if (slash == std::string_view::npos) break;
    text.remove_prefix(slash + 1);
  }
  if (sum != 1) {
    entry.Fail(fmt::format("its shares add up to {} percent, not 100", ToString(sum * 100)));
  }
  return ends;
}

Expr TypesOf(const TokenLaw& law, const Expr& vocabulary, const Entry& entry) {
  const std::optional<Rational> set = vocabulary.AsRational();
  if (!set) return law.types();
  if (*set < law.types()) {
    entry.Fail(fmt::format("the token law has {} types, the vocabulary V = {}", law.types(),
                           ToString(*set)));
  }
  return vocabulary;
}

/// Fills in the types of bands that end at the shares `ends` of the types, or of
/// the mass where there is a law.
void Split(const std::vector<Rational>& ends, const Expr& vocabulary, const TokenLaw* law,
           std::vector<Band>& bands) {
  Expr before = 0;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    Expr end = vocabulary;
    if (i + 1 < bands.size()) {
      end = law ? Expr(law->TypesBelow(ends[i]))
                : FloorDiv(vocabulary * Expr(Numerator(ends[i])), Expr(Denominator(ends[i])));
    }
    bands[i].types = end - before;
    before = end;
  }
}

/// "20/60/20:179,128,76": `entries` are split at the commas, the first one starts
/// with the shares.
std::vector<Band> ParseShared(const std::vector<Argument>& entries, const Settings& settings,
                              const TokenLaw* law) {
  const Entry head(entries.front().text, settings);
  const std::size_t colon = head.text().find(':');
  if (colon == std::string_view::npos) head.Fail("shares:widths is wanted, as in 50/50:64,32");
  const std::vector<Rational> ends = ParseShares(head, head.text().substr(0, colon));
  std::vector<Band> bands = {head.Row(head.text().substr(colon + 1))};
  for (std::size_t i = 1; i < entries.size(); ++i) {
    bands.push_back(Entry(entries[i].text, settings).Row(entries[i].text));
  }
  if (ends.size() != bands.size()) {
    head.Fail(fmt::format("{} shares, but {} widths", ends.size(), bands.size()));
  }
  const Expr types = law ? TypesOf(*law, settings.Get("V"), head) : settings.Get("V");
  Split(ends, types, law, bands);
  return bands;
}

}  // namespace

std::vector<Band> ParseBands(std::string_view text, const Settings& settings, const TokenLaw* law) {
  const std::vector<Argument> entries = SplitArguments(text);
  if (entries.empty()) throw CostError("Bands are missing: types:width,... is wanted.");
  const std::string& form = entries.front().name;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (!entries[i].name.empty()) Entry(entries[i].name, settings).Fail("an '=' is out of place");
  }
  if (form == "types") return ParseShared(entries, settings, nullptr);
  if (form == "mass") {
    if (law == nullptr) {
      throw CostError(fmt::format(
          "Bands '{}' go by mass: they need counts or a Zipf exponent, and there is none.", text));
    }
    return ParseShared(entries, settings, law);
  }
  if (!form.empty()) {
    throw CostError(fmt::format("Bands '{}': unknown form '{}'{}.", text, form,
                                DidYouMean(form, {"types", "mass"})));
  }
  std::vector<Band> bands;
  for (const Argument& entry : entries) bands.push_back(ParseListed(Entry(entry.text, settings)));
  return bands;
}

std::vector<Band> BandsOrDefault(const Settings& settings) {
  return settings.bands.empty() ? ParseBands(kDefaultBands, settings) : settings.bands;
}

}  // namespace costcheck
