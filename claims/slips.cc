#include "claims/slips.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "claims/fit.h"
#include "claims/slip_trials.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

/// `text` with a number in the place of another, not of a part of one.
std::string Rewritten(std::string text, const std::string& from, const std::string& to) {
  const auto is_part = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  for (std::size_t at = text.find(from); at != std::string::npos;) {
    const std::size_t end = at + from.size();
    const bool alone =
        (at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end]));
    if (alone) text.replace(at, from.size(), to);
    at = text.find(from, at + (alone ? to.size() : 1));
  }
  return text;
}

class SlipSearch {
 public:
  SlipSearch(const SlipQuestion& question, ClaimEvaluator& evaluator)
      : question_(question), evaluator_(evaluator), number_(question.source.number) {}

  FoundSlips Find() {
    const SlipSubject subject = {question_.source.expressions, question_.base, evaluator_};
    for (const SlipTrial& trial : FactorSlips(number_.printed)) Judge(trial, &question_.recount);
    EndKind();
    TryAll(CountingSlips(subject));
    EndKind();
    TryAll(RowSlips(subject, question_.other_rows));
    EndKind();
    if (!number_.crossover) TryNearest(WidthSlips(subject));
    EndKind();
    return std::move(found_);
  }

 private:
  /// Nothing where it cannot be counted so.
  std::optional<Recount> Count(const SlipTrial& trial) {
    RecountSource source = question_.source;
    if (!trial.replaces.empty()) {
      for (std::string& text : source.expressions) {
        text = Rewritten(std::move(text), trial.replaces, trial.by);
      }
    }
    std::vector<const ClaimCounting*> layers(question_.base.begin(), question_.base.end());
    layers.push_back(&trial.counting);
    try {
      return RecountOf(source, layers, evaluator_);
    } catch (const CostError&) {
      return std::nullopt;
    }
  }

  void TryAll(const std::vector<SlipTrial>& trials) {
    for (const SlipTrial& trial : trials) {
      const std::optional<Recount> recount = Count(trial);
      const bool same = recount && recount->value == question_.recount.value;
      if (same && trial.factor == 1) continue;  // changes nothing
      Judge(trial, recount ? &*recount : nullptr);
    }
  }

  /// Finds by halving where the value passes the printed one, and looks at what is on either side.
  void TryNearest(const std::vector<SlipTrial>& trials) {
    if (trials.empty()) return;
    const auto above = [&](std::size_t i) {
      const std::optional<Recount> recount = Count(trials[i]);
      return recount && recount->value && *recount->value > number_.printed.value;
    };
    std::size_t low = 0, high = trials.size() - 1;
    const bool at_low = above(low);
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      (above(middle) == at_low ? low : high) = middle;
    }
    found_.tried += static_cast<int>(trials.size());
    for (std::size_t i = low; i <= high; ++i) {
      const std::optional<Recount> recount = Count(trials[i]);
      Judge(trials[i], recount ? &*recount : nullptr);
      --found_.tried;  // counted above
    }
  }

  void Judge(const SlipTrial& trial, const Recount* recount) {
    ++found_.tried;
    if (recount == nullptr || !recount->value) return;
    const auto fits = [&](bool (*rule)(const ClaimNumber&, const RationalInterval&)) {
      return std::any_of(recount->ranges.begin(), recount->ranges.end(), [&](const auto& range) {
        return rule(number_,
                    {Rational(range.lower / trial.factor), Rational(range.upper / trial.factor)});
      });
    };
    const bool rounded = fits(&costcheck::Fits);
    if (!rounded && !fits(&FitsTruncated)) return;
    Slip slip = {trial.name, Rational(*recount->value / trial.factor), !rounded, 0};
    // "d = 1,280, as in another row" is what the search of widths finds as "d = 1,280".
    const bool known =
        std::any_of(found_.fitting.begin(), found_.fitting.end(),
                    [&](const Slip& other) { return other.name.starts_with(slip.name + ","); });
    if (!known) found_.fitting.push_back(std::move(slip));
  }

  /// The commonest kinds come first, and what is tried after a slip takes nothing from it: its
  /// chance is that of all trials up to the end of its kind.
  void EndKind() {
    const bool cut = number_.relation == ClaimRelation::kIs;
    const double chance = ChanceOfFit(number_, cut ? (3 * found_.tried + 1) / 2 : found_.tried);
    for (; judged_ < found_.fitting.size(); ++judged_) found_.fitting[judged_].chance = chance;
  }

  const SlipQuestion& question_;
  ClaimEvaluator& evaluator_;
  const ClaimNumber& number_;
  FoundSlips found_;
  std::size_t judged_ = 0;  ///< of those that fit, how many have their chance
};

}  // namespace

FoundSlips FindSlips(const SlipQuestion& question, ClaimEvaluator& evaluator) {
  const ClaimRelation relation = question.source.number.relation;
  if (relation != ClaimRelation::kIs && relation != ClaimRelation::kAbout) return {};
  return SlipSearch(question, evaluator).Find();
}

}  // namespace costcheck
