#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include "costmodel/component.h"

// Masks drawn cell by cell, against which the counted pairs are held. Nothing
// here knows a formula.

namespace costcheck {

using Named = std::map<std::string, Expr>;

/// Whether the query at position a (from 0, negative before the first key) may
/// see key j, causality left aside.
using Visible = std::function<bool(int a, int j)>;

struct Text {
  int queries;
  int keys;
  bool causal;
};

inline bool Sees(const Text& text, int row, int key, const Visible& visible) {
  const int position = text.keys - text.queries + row;
  return (!text.causal || key <= position) && visible(position, key);
}

inline int CountMask(const Text& text, const Visible& visible) {
  int pairs = 0;
  for (int row = 0; row < text.queries; ++row) {
    for (int key = 0; key < text.keys; ++key) pairs += Sees(text, row, key, visible) ? 1 : 0;
  }
  return pairs;
}

inline bool Everything(int, int) { return true; }

/// Blocks that a query at position a may choose beside its own: whole ones, under
/// the mask earlier ones.
inline int AvailableBlocks(const Text& text, int a, int b) {
  int available = 0;
  for (int block = 0; (block + 1) * b <= text.keys; ++block) {
    if (block != a / b && (!text.causal || block < a / b)) ++available;
  }
  return available;
}

inline int BlockKeys(const Text& text, int b, int others, bool whole_own_block) {
  int pairs = 0;
  for (int row = 0; row < text.queries; ++row) {
    const int a = text.keys - text.queries + row;
    if (a < 0) continue;
    int own = 0;
    for (int key = a / b * b; key < a / b * b + b; ++key) {
      const bool seen = key < text.keys && (!text.causal || key <= a);
      own += seen || whole_own_block ? 1 : 0;
    }
    pairs += own + b * std::min(others, AvailableBlocks(text, a, b));
  }
  return pairs;
}

/// What a parameter set is expected to count for one text.
using Expected = std::function<int(const Text& text)>;

inline Settings SettingsOf(const Named& values, bool causal = true, Phase phase = Phase::kForward) {
  Settings settings;
  settings.causal = causal;
  settings.phase = phase;
  for (const auto& [name, value] : values) settings.Set(name, value);
  return settings;
}

inline Pairs PairsOf(const Component& component, const Settings& settings) {
  return BuildGraph(component, settings).heads.at(0).pairs;
}

/// The first text, T and S from 0 to `limit`, for which the count under `rule`
/// is not what is expected; "" if there is none. The formula is made once with T
/// and S free; where one of them is 0, and at every 37th text, once more
/// with both bound, so that min and floor are resolved while it is built.
inline std::string FirstMismatch(const Component& component, const Named& parameters, bool causal,
                                 PairRule rule, int limit, const Expected& expected) {
  const auto count = [&](const Expr& queries, const Expr& keys) {
    Named values = parameters;
    values["T"] = queries;
    values["S"] = keys;
    return Count(PairsOf(component, SettingsOf(values, causal)), rule);
  };
  const Expr free = count(Symbol("T"), Symbol("S"));
  for (int T = 0; T <= limit; ++T) {
    for (int S = 0; S <= limit; ++S) {
      const Rational wanted = expected({T, S, causal});
      const bool inside = T > 0 && S > 0;
      const bool bound = !inside || (T * (limit + 1) + S) % 37 == 0;
      const Rational by_formula = Evaluate(inside ? free : count(T, S), {{"T", T}, {"S", S}});
      const Rational by_constants = bound ? Evaluate(count(T, S), {}) : by_formula;
      if (by_formula == wanted && by_constants == wanted) continue;
      return "T = " + std::to_string(T) + ", S = " + std::to_string(S) + ": counted " +
             ToString(by_formula) + " and " + ToString(by_constants) + ", expected " +
             ToString(wanted);
    }
  }
  return "";
}

inline std::string FirstMaskMismatch(const Component& component, const Named& parameters,
                                     bool causal, int limit, const Visible& visible) {
  return FirstMismatch(component, parameters, causal, PairRule::kUseful, limit,
                       [&](const Text& text) { return CountMask(text, visible); });
}

}  // namespace costcheck
