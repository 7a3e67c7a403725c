#include "costmodel/query/assignments.h"

#include <algorithm>

#include "costmodel/algebra/error.h"
#include "costmodel/embedding/bands.h"
#include "costmodel/query/names.h"
#include "costmodel/query/place.h"
#include "costmodel/query/words.h"

namespace costcheck {
namespace {

using Texts = std::map<std::string, std::string, std::less<>>;

constexpr char kBands[] = "bands";
constexpr char kBandTokens[] = "band_tokens";
constexpr char kBucketSizes[] = "bucket_sizes";

bool IsList(std::string_view name) {
  return name == kBands || name == kBandTokens || name == kBucketSizes;
}

/// Reads values that refer to each other, each once.
class Resolver {
 public:
  explicit Resolver(const Texts& texts) : texts_(texts) {}

  Expr Value(std::string_view name) {
    const auto text = texts_.find(name);
    if (text == texts_.end() || text->second == name) return SymbolNamed(name);
    const auto known = values_.find(name);
    if (known != values_.end()) return known->second;
    if (std::find(open_.begin(), open_.end(), name) != open_.end()) {
      throw CostError("'" + std::string(name) + "' is set in terms of itself");
    }
    open_.emplace_back(name);
    const Expr value = Read(text->second);
    open_.pop_back();
    Check(name, value);
    return values_[std::string(name)] = value;
  }

  Expr Read(std::string_view text) {
    Vocabulary vocabulary;
    vocabulary.symbol = [this](std::string_view name) { return Value(name); };
    return ParseExpr(text, vocabulary);
  }

 private:
  static void Check(std::string_view name, const Expr& value) {
    if (const std::optional<Rational> number = value.AsRational()) {
      CheckValue(SymbolNamed(name), *number);
    }
  }

  const Texts& texts_;
  Bindings values_;
  std::vector<std::string> open_;
};

/// What stands between the brackets of "[a,b,c]".
std::string_view Inside(std::string_view list) {
  if (list.starts_with('[') && list.ends_with(']')) return list.substr(1, list.size() - 2);
  throw CostError("a list in brackets is expected");
}

std::vector<Expr> ReadList(std::string_view list, Resolver& resolver) {
  std::vector<Expr> values;
  for (const Argument& item : SplitArguments(Inside(list))) {
    values.push_back(resolver.Read(item.text));
  }
  return values;
}

}  // namespace

void Assignments::Insert(const Argument& argument, const std::string& place) {
  if (argument.name.empty() || argument.text.empty()) {
    throw CostError(place + ": '" + argument.name + argument.text + "' is not NAME=VALUE");
  }
  if (!IsList(argument.name)) At(place, [&] { return SymbolNamed(argument.name); });
  texts_[argument.name] = argument.text;
}

void Assignments::Add(std::string_view text, const std::string& place) {
  for (const Argument& argument : At(place, [&] { return SplitArguments(text); })) {
    if (Has(argument.name)) throw CostError(place + ": '" + argument.name + "' is set twice");
    Insert(argument, place);
  }
}

Assignments Assignments::With(const std::vector<Argument>& own, const std::string& place) const {
  Assignments result = *this;
  std::vector<std::string> seen;
  for (const Argument& argument : own) {
    if (std::find(seen.begin(), seen.end(), argument.name) != seen.end()) {
      throw CostError(place + ": '" + argument.name + "' is set twice");
    }
    seen.push_back(argument.name);
    result.Insert(argument, place);
  }
  return result;
}

std::vector<std::string> Assignments::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, text] : texts_) {
    if (!IsList(name)) names.push_back(name);
  }
  return names;
}

bool Assignments::Mentions(std::string_view name) const {
  return std::any_of(texts_.begin(), texts_.end(),
                     [name](const auto& entry) { return HasWord(entry.second, name); });
}

Expr Assignments::ValueOf(std::string_view name) const { return Resolver(texts_).Value(name); }

Settings Assignments::Resolve(const TokenLaw* law) const {
  Settings settings;
  Resolver resolver(texts_);
  for (const auto& [name, text] : texts_) {
    if (IsList(name)) continue;
    const Expr value = At(name + "=" + text, [&, &key = name] { return resolver.Value(key); });
    settings.Set(name, value);
  }
  const auto bands = texts_.find(kBands);
  if (bands != texts_.end()) {
    settings.bands = At(kBands, [&] { return ParseBands(Inside(bands->second), settings, law); });
  }
  for (const auto& [name, list] : {std::pair(kBucketSizes, &settings.bucket_sizes),
                                   std::pair(kBandTokens, &settings.band_tokens)}) {
    const auto text = texts_.find(name);
    if (text != texts_.end()) *list = At(name, [&] { return ReadList(text->second, resolver); });
  }
  return settings;
}

}  // namespace costcheck
