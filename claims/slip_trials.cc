#include "claims/slip_trials.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "claims/figure_text.h"
#include "costmodel/query/words.h"

namespace costcheck {
namespace {

constexpr std::string_view kPrefixes = "kMGTPEZ";

/// " (GFLOP printed as MFLOP)" for so many steps up from the unit's prefix; "" where it has none.
std::string PrefixText(const std::string& unit, std::size_t steps) {
  const std::size_t at = unit.size() < 2 ? std::string_view::npos : kPrefixes.find(unit[0]);
  if (at == std::string_view::npos || at + steps >= kPrefixes.size() || unit[1] == 'i') return "";
  std::string other = unit;
  other[0] = kPrefixes[at + steps];
  return " (" + other + " printed as " + unit + ")";
}

/// Both ways: printed too small by the factor, and too large.
void AddBoth(std::vector<SlipTrial>& trials, const Rational& factor, const std::string& text,
             const std::string& small = "", const std::string& large = "") {
  trials.push_back({text + " times too small" + small, factor, {}, "", ""});
  trials.push_back({text + " times too large" + large, Rational(1 / factor), {}, "", ""});
}

void AddBinary(std::vector<SlipTrial>& trials, bool bytes) {
  constexpr std::array<std::string_view, 3> kLetters = {"K", "M", "G"};
  Rational factor = 1;
  for (std::size_t i = 0; i < kLetters.size(); ++i) {
    factor *= Rational(128, 125);  // 1024/1000
    const std::string letter(kLetters[i]), power = i == 0 ? "" : "^" + std::to_string(i + 1);
    const std::string binary = bytes ? letter + "iB" : "K = 1,024";
    const std::string decimal = bytes ? letter + "B" : "K = 1,000";
    AddBoth(trials, factor, "1.024" + power, " (" + binary + " printed as " + decimal + ")",
            " (" + decimal + " printed as " + binary + ")");
    if (!bytes) return;
  }
}

/// T = n*1024 for n*1000, and the other way round.
std::optional<Integer> OtherThousand(const Rational& length) {
  if (!IsInteger(length)) return std::nullopt;
  const Integer value = Numerator(length);
  if (value > 0 && value % 1024 == 0) return Integer(value / 1024 * 1000);
  if (value > 0 && value % 1000 == 0) return Integer(value / 1000 * 1024);
  return std::nullopt;
}

SlipTrial Setting(const std::string& name, const std::string& set) {
  SlipTrial trial;
  trial.name = name;
  trial.counting.set = set;
  return trial;
}

std::string NumberText(const Integer& value) { return FigureText(Rational(value)); }

void AddPairs(const SlipSubject& subject, std::vector<SlipTrial>& trials) {
  const Counting& counting = subject.evaluator.Counted(subject.base);
  const CausalRule now = counting.causal ? counting.convention.causal_rule : CausalRule::kFull;
  constexpr std::array<std::pair<CausalRule, std::string_view>, 3> kRules = {
      {{CausalRule::kFull, "all pairs counted, not the causal ones alone"},
       {CausalRule::kHalf, "half of all pairs counted"},
       {CausalRule::kExact, "the causal pairs alone counted"}}};
  for (const auto& [rule, text] : kRules) {
    if (rule == now || counting.convention.count != PairCount::kUseful) continue;
    trials.emplace_back();
    trials.back().name = text;
    trials.back().counting.causal = Name(rule);
  }
}

void AddLengths(const SlipSubject& subject, std::vector<SlipTrial>& trials) {
  const bool set = subject.Takes("T") && subject.evaluator.Sets("T", subject.base);
  const auto length = set ? subject.evaluator.SetValue("T", subject.base) : std::nullopt;
  const auto other = length ? OtherThousand(*length) : std::nullopt;
  if (other) trials.push_back(Setting("T = " + NumberText(*other), "T=" + ToString(*other)));
  constexpr std::array<std::pair<const char*, const char*>, 3> kTexts = {
      {{"128000", "131072"}, {"131072", "128000"}, {"128K", "128000"}}};
  for (const auto& [from, to] : kTexts) {
    const auto has = [from = from](const std::string& text) { return HasWord(text, from); };
    if (std::none_of(subject.expressions.begin(), subject.expressions.end(), has)) continue;
    trials.push_back({std::string(to) + " for " + from, 1, {}, from, to});
  }
}

void AddHeads(const SlipSubject& subject, std::vector<SlipTrial>& trials) {
  const auto heads = subject.evaluator.SetValue("H", subject.base);
  if (!heads || *heads <= 1) return;
  const std::string all = "all H = " + FigureText(*heads) + " heads";
  if (!subject.Takes("sparse_heads")) {
    trials.push_back({"one head counted for " + all, *heads, {}, "", ""});
    trials.push_back({all + " counted for one", Rational(1 / *heads), {}, "", ""});
    return;
  }
  const auto sparse = subject.evaluator.SetValue("sparse_heads", subject.base).value_or(*heads);
  if (sparse != 1) trials.push_back(Setting("one head counted", "sparse_heads=1,exact_heads=0"));
  if (sparse != *heads) {
    trials.push_back(Setting(all + " counted", "sparse_heads=H,exact_heads=0"));
  }
}

/// Multiples of `step` up to twice the width, and its quarter, half, double and fourfold;
/// ascending.
std::vector<Rational> WidthsNear(const Rational& width, const Rational& step) {
  constexpr std::size_t kMost = 1024;
  std::vector<Rational> widths;
  for (Rational d = step; d <= 2 * width && widths.size() < kMost; d += step) widths.push_back(d);
  for (const Rational& factor : {Rational(1, 4), Rational(1, 2), Rational(2), Rational(4)}) {
    if (IsInteger(factor * width)) widths.push_back(factor * width);
  }
  std::sort(widths.begin(), widths.end());
  widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
  return widths;
}

}  // namespace

bool SlipSubject::Takes(std::string_view name) const {
  return std::any_of(expressions.begin(), expressions.end(),
                     [&](const std::string& text) { return evaluator.Takes(text, name); });
}

bool SlipSubject::CallsAttention() const {
  return std::any_of(expressions.begin(), expressions.end(),
                     [&](const std::string& text) { return evaluator.CallsAttention(text); });
}

std::vector<SlipTrial> FactorSlips(const PrintedNumber& claimed) {
  const bool bytes = claimed.base == "byte", flops = claimed.base == "FLOP";
  std::vector<SlipTrial> trials;
  trials.push_back({"no slip but of rounding", 1, {}, "", ""});  // so the digits were cut off
  AddBoth(trials, 1000, "1,000", PrefixText(claimed.unit, 1));
  trials.push_back(
      {"1,000,000 times too small" + PrefixText(claimed.unit, 2), 1'000'000, {}, "", ""});
  AddBoth(trials, 1024, "1,024");
  AddBinary(trials, bytes);
  AddBoth(trials, 2, "2", flops ? " (a multiply-add counted once, not twice)" : "",
          flops ? " (a multiply-add counted twice, not once)" : "");
  AddBoth(trials, 10, "10");
  if (claimed.base == "1") AddBoth(trials, 100, "100", " (percent)", " (percent)");
  if (bytes) AddBoth(trials, 8, "8", " (bytes printed as bits)", " (bits printed as bytes)");
  return trials;
}

std::vector<SlipTrial> CountingSlips(const SlipSubject& subject) {
  std::vector<SlipTrial> trials;
  AddLengths(subject, trials);
  if (!subject.CallsAttention()) return trials;
  AddPairs(subject, trials);
  AddHeads(subject, trials);
  return trials;
}

std::vector<SlipTrial> RowSlips(const SlipSubject& subject, const std::vector<Argument>& others) {
  std::vector<SlipTrial> trials;
  for (const Argument& other : others) {
    if (!subject.Takes(other.name) || !subject.evaluator.Sets(other.name, subject.base)) continue;
    const auto value = ParseNumber(other.text);
    if (!value || value == subject.evaluator.SetValue(other.name, subject.base)) continue;
    trials.push_back(Setting(other.name + " = " + FigureText(*value) + ", as in another row",
                             other.name + "=" + other.text));
  }
  return trials;
}

std::vector<SlipTrial> WidthSlips(const SlipSubject& subject) {
  ClaimEvaluator& evaluator = subject.evaluator;
  const auto number = [&](std::string_view name) {
    const bool set = subject.Takes(name) && evaluator.Sets(name, subject.base);
    return set ? evaluator.SetValue(name, subject.base) : std::nullopt;
  };
  const auto width = number("d"), head = number("w"), heads = number("H");
  if (!width || !IsInteger(*width)) return {};
  std::vector<Rational> widths = WidthsNear(*width, head.value_or(64));
  std::erase_if(widths, [&](const Rational& d) {
    return d == *width || (head && !IsInteger(d / *head)) ||
           (heads && !head && !IsInteger(d / *heads));
  });
  std::vector<SlipTrial> trials;
  for (const Rational& d : widths) {
    const std::string more = heads && head ? ",H=" + ToString(Rational(d / *head)) : "";
    trials.push_back(Setting("d = " + FigureText(d), "d=" + ToString(d) + more));
  }
  return trials;
}

}  // namespace costcheck
