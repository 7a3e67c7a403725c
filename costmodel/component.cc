#include "costmodel/component.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/parse.h"
#include "costmodel/algebra/print.h"
#include "costmodel/symbols.h"

namespace costcheck {
namespace {

using Defaults = std::array<std::string_view, 1>;

constexpr Defaults kKeys = {"T"};
constexpr Defaults kOne = {"1"};
constexpr Defaults kModelWidth = {"H*w"};
constexpr Defaults kHeads = {"d/w"};
constexpr Defaults kKeyHeads = {"H"};
constexpr Defaults kHeadWidth = {"d/H"};
constexpr Defaults kFeedForward = {"4*d"};
constexpr Defaults kBytes = {"2"};  // 16-bit formats, in which models are trained and served

constexpr Domain kPositive = Domain::kPositiveInteger;

constexpr std::array<Parameter, 11> kCommon = {{
    {"T", kPositive, "tokens of a sequence", {}},
    {"S", kPositive, "keys", kKeys},
    {"B", kPositive, "batch", kOne},
    {"L", kPositive, "layers", kOne},
    {"d", kPositive, "model width", kModelWidth},
    {"H", kPositive, "query heads", kHeads},
    {"H_kv", kPositive, "key/value heads", kKeyHeads},
    {"w", kPositive, "head width", kHeadWidth},
    {"f", kPositive, "feed-forward width", kFeedForward},
    {"V", kPositive, "vocabulary", {}},
    {"p", Domain::kPositiveRational, "bytes of an element", kBytes},
}};

const Parameter* Find(std::span<const Parameter> parameters, std::string_view name) {
  const auto at = std::find_if(parameters.begin(), parameters.end(),
                               [&](const Parameter& p) { return p.name == name; });
  return at == parameters.end() ? nullptr : &*at;
}

/// Values of names by what is set and by defaults. A name is open while its own
/// value is being found; it lends no value to others then.
class Resolver {
 public:
  struct Value {
    Expr expr;
    bool settled;            ///< false: nothing is known, the symbol is free
    std::string definition;  ///< the expression it comes from
  };

  explicit Resolver(const Settings& settings) : settings_(settings) {}

  Value Resolve(std::string_view name) {
    open_.emplace_back(name);
    Value value = settings_.Has(name) ? FromSet(name) : FromDefaults(name);
    open_.pop_back();
    return value;
  }

 private:
  const Parameter* ParameterOf(std::string_view name) const {
    const Parameter* own = Find(settings_.parameters(), name);
    return own ? own : Find(CommonParameters(), name);
  }

  Expr Free(std::string_view name) const {
    const Parameter* parameter = ParameterOf(name);
    if (parameter) return Symbol(std::string(name), parameter->domain);
    const SymbolInfo* symbol = FindSymbol(name);
    return Symbol(std::string(name), symbol ? symbol->domain : kPositive);
  }

  Expr Parse(std::string_view text) const {
    Vocabulary names;
    names.symbol = [this](std::string_view name) { return Free(name); };
    return ParseExpr(text, names);
  }

  bool IsOpen(std::string_view name) const {
    return std::find(open_.begin(), open_.end(), name) != open_.end();
  }

  Value FromSet(std::string_view name) {
    const Expr& value = settings_.values().find(name)->second;
    if (value.IsConstant()) return {value, true, ""};
    Bindings inner;
    for (const Symbol& symbol : SymbolsOf(value)) {
      if (symbol.name() == name) {
        if (value == Expr(symbol)) return {value, true, ""};
        throw CostError(std::string(name) + " = " + Print(value) + " is defined by itself");
      }
      if (!IsOpen(symbol.name())) {
        inner[symbol.name()] = Resolve(symbol.name()).expr;
      } else if (settings_.Has(symbol.name())) {
        throw CostError(symbol.name() + " and " + std::string(name) + " are defined by each other");
      }
    }
    return {Substitute(value, inner), true, Print(value)};
  }

  Value FromDefaults(std::string_view name) {
    const Parameter* parameter = ParameterOf(name);
    if (parameter) {
      for (std::string_view text : parameter->defaults) {
        const std::optional<Expr> value = FromDefault(name, text);
        if (value) return {*value, true, Parse(text).IsConstant() ? "" : std::string(text)};
      }
    }
    return {Free(name), false, ""};
  }

  /// Nothing if an input's value would need the one that is asked for.
  std::optional<Expr> FromDefault(std::string_view name, std::string_view text) {
    const Expr definition = Parse(text);
    Bindings inner;
    for (const Symbol& symbol : SymbolsOf(definition)) {
      if (IsOpen(symbol.name())) return std::nullopt;
      const Value input = Resolve(symbol.name());
      if (!input.settled && LeadsTo(symbol.name(), name)) return std::nullopt;
      inner[symbol.name()] = input.expr;
    }
    return Substitute(definition, inner);
  }

  /// Whether `target` occurs in what `name` is set to or in its defaults, or in
  /// theirs, and so on.
  bool LeadsTo(std::string_view name, std::string_view target) const {
    std::vector<std::string> pending = {std::string(name)};
    for (std::size_t i = 0; i < pending.size(); ++i) {
      for (const std::string& next : InputsOf(pending[i])) {
        if (next == target) return true;
        if (std::find(pending.begin(), pending.end(), next) == pending.end()) {
          pending.push_back(next);
        }
      }
    }
    return false;
  }

  std::vector<std::string> InputsOf(std::string_view name) const {
    std::vector<std::string> names;
    const auto add = [&](const Expr& expr) {
      for (const Symbol& symbol : SymbolsOf(expr)) names.push_back(symbol.name());
    };
    const Parameter* parameter = ParameterOf(name);
    if (settings_.Has(name)) {
      add(settings_.values().find(name)->second);
    } else if (parameter) {
      for (std::string_view text : parameter->defaults) add(Parse(text));
    }
    return names;
  }

  const Settings& settings_;
  std::vector<std::string> open_;
};

}  // namespace

std::span<const Parameter> CommonParameters() { return kCommon; }

void Settings::Set(std::string name, Expr value) {
  values_.insert_or_assign(std::move(name), std::move(value));
}

Expr Settings::Get(std::string_view name) const { return Resolver(*this).Resolve(name).expr; }

std::string Settings::DefinitionOf(std::string_view name) const {
  return Resolver(*this).Resolve(name).definition;
}

Expr Settings::Queries() const { return phase == Phase::kDecode ? Expr(1) : Get("T"); }

Settings Settings::For(std::span<const Parameter> parameters) const {
  Settings seen = *this;
  seen.parameters_ = parameters;
  return seen;
}

}  // namespace costcheck
