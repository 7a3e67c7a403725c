#include "verify/configurations.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "costmodel/algebra/print.h"
#include "verify/models.h"

namespace costcheck {
namespace {

using Choices = std::vector<std::int64_t>;

const Choices kSwitch = {0, 1};
const Choices kWidths = {2, 3, 5, 7, 11, 13};
const Choices kFew = {1, 2, 3, 5};
const Choices kSizes = {1, 2, 3, 5, 7, 11, 13, 17};

/// Values of a parameter or symbol by its name: those of the component's own first.
struct Range {
  std::string_view component;
  std::string_view name;
  Choices choices;
};

const std::vector<Range>& Ranges() {
  static const std::vector<Range> ranges = {
      {"", "B", {1, 2, 3}},
      {"", "d", {5, 7, 11, 13, 17, 23}},
      {"", "V", {11, 17, 23, 31, 61, 101}},
      {"", "w", kWidths},
      {"", "K", kSizes},
      {"", "W", kSizes},
      {"", "b", {1, 2, 3, 5, 7}},
      {"", "s", {1, 2, 3, 5, 7}},
      {"", "tile", {1, 3, 5, 7, 13, 16}},
      {"", "h", kWidths},
      {"", "m", kWidths},
      {"", "E", {2, 3, 5, 7, 11, 19}},
      {"", "C", {1, 2, 3, 5}},
      {"lsh", "C", {2, 4, 6}},
      {"", "R", {1, 2, 3}},
      {"", "r", {0, 1, 2, 3}},
      {"", "G", {0, 1, 2, 5}},
      {"", "window_blocks", {1, 3, 5}},
      {"", "global_blocks", {0, 1, 2}},
      {"", "global_projections", kSwitch},
      {"", "summary", kFew},
      {"", "representatives", {1, 2}},
      {"", "indexer_heads", kFew},
      {"", "feature_map", kSwitch},
      {"", "selection", kSwitch},
      {"", "f", {2, 7, 19, 31}},
      {"", "L", {1, 2, 3}},
      {"", "context", {5, 17, 61}},
      {"", "first_cutoff", {3, 5, 13}},
      {"", "second_cutoff", {7, 19, 41}},
      {"", "factor", {1, 2, 3}},
      {"", "projection", kSwitch},
      {"", "shared_projection", kSwitch},
      {"", "bias", kSwitch},
      {"", "full_tables", kSwitch},
      {"", "folded", kSwitch},
      {"", "tied", kSwitch},
      {"", "logits", kSwitch},
      {"", "hash_functions", {1, 2, 3}},
      {"", "buckets", {1, 5, 13}},
      {"", "divisor", {1, 3, 5, 7, 110}},
      {"", "additive", kSwitch},
  };
  return ranges;
}

const Choices& RangeOf(std::string_view component, std::string_view name) {
  const Choices* shared = nullptr;
  for (const Range& range : Ranges()) {
    if (range.name != name) continue;
    if (range.component == component) return range.choices;
    if (range.component.empty()) shared = &range.choices;
  }
  COSTCHECK_CHECK(shared != nullptr);
  return *shared;
}

/// Draws one set of values, which may contradict each other.
class Draw {
 public:
  Draw(const Component& component, std::mt19937_64& generator)
      : component_(component), generator_(generator) {}

  VerifySubject Subject() {
    subject_.name = component_.name;
    Set("B");
    Set("d");
    if (HasHeads(component_)) SetHeads();
    if (component_.family == Family::kEmbedding) Set("V");
    if (component_.name == "topk_mlp") ShareHeads();
    if (component_.name == "nsa") SetStrides();
    for (const Parameter& parameter : component_.parameters) SetParameter(parameter);
    if (component_.name == "banded" || (component_.name == "adaptive" && Flip())) SetBands();
    subject_.settings.causal = Flip();
    return subject_;
  }

  /// Below, at, above, or well above one of the sizes that a pattern has.
  std::int64_t Length() {
    Choices pivots = {7};
    for (const std::string_view name : {"K", "W", "b", "s", "tile", "C", "compression_block"}) {
      const Expr value = subject_.settings.Get(name);
      if (subject_.settings.Has(name)) pivots.push_back(*ToInt64(WholeNumber(value)));
    }
    const std::int64_t pivot = Pick(pivots);
    switch (Below(4)) {
      case 0:
        return 1 + Below(pivot);
      case 1:
        return pivot;
      case 2:
        return pivot + 1 + Below(pivot);
      default:
        return 2 * pivot + Pick({3, 11, 19});
    }
  }

  /// Keys beside the queries: the same, or not.
  void SetKeys(std::int64_t queries) {
    if (!HasHeads(component_) || Flip()) return;
    const std::int64_t keys = std::max<std::int64_t>(1, queries + Pick({-5, -2, 1, 3, 8}));
    Set("S", keys);
  }

  VerifySubject Drawn() const { return subject_; }

 private:
  // std::uniform_int_distribution may differ from library to library.
  std::int64_t Below(std::int64_t bound) {
    return static_cast<std::int64_t>(generator_() % static_cast<std::uint64_t>(bound));
  }
  bool Flip() { return Below(2) == 0; }
  std::int64_t Pick(const Choices& choices) {
    return choices[static_cast<std::size_t>(Below(static_cast<std::int64_t>(choices.size())))];
  }
  void Set(const std::string& name, std::int64_t value) {
    subject_.settings.Set(name, Expr(value));
  }
  void Set(const std::string& name) { Set(name, Pick(RangeOf(component_.name, name))); }

  void SetHeads() {
    const std::int64_t key_heads = Pick({1, 2, 3});
    Set("H_kv", key_heads);
    Set("H", key_heads * Pick({1, 2, 3}));
    Set("w");
    subject_.settings.own_head_width = true;  // d apart from H*w
  }

  /// Heads of three kinds, at least one of any, and at most all H.
  void ShareHeads() {
    const std::int64_t heads = *ToInt64(WholeNumber(subject_.settings.Get("H")));
    const std::int64_t shared = 1 + Below(heads);
    const std::int64_t sparse = Below(shared + 1), exact = Below(shared - sparse + 1);
    Set("sparse_heads", sparse);
    Set("exact_heads", exact);
    Set("topk_heads", shared - sparse - exact);
  }

  /// Blocks that the stride divides.
  void SetStrides() {
    const std::int64_t stride = Pick({1, 2, 3});
    Set("s", stride);
    Set("b", stride * Pick({1, 2, 3}));
    Set("compression_block", stride * Pick({1, 2, 3, 5}));
  }

  void SetParameter(const Parameter& parameter) {
    const std::string name(parameter.name);
    if (subject_.settings.Has(name)) return;
    const bool keeps_default = !parameter.defaults.empty() && Below(4) == 0;
    if (!keeps_default) Set(name);
  }

  /// Two to four bands: an empty one, one that is d wide, and shared rows among them.
  void SetBands() {
    std::int64_t vocabulary = 0;
    for (std::int64_t left = 2 + Below(3); left > 0; --left) {
      const std::int64_t types = Pick({0, 1, 5, 11, 23});
      const Expr width =
          Below(4) == 0 ? subject_.settings.Get("d") : Expr(Pick({1, 2, 3, 5, 7, 13, 29}));
      const std::int64_t rows = types > 1 && Below(4) == 0 ? Pick({1, 3, 7}) : 0;
      subject_.settings.bands.push_back({Expr(types), width, Expr(rows)});
      vocabulary += types;
    }
    Set("V", std::max<std::int64_t>(1, vocabulary));
  }

  const Component& component_;
  std::mt19937_64& generator_;
  VerifySubject subject_;
};

/// "sliding_window(B=2,H=4,...,causal)": enough to run it again.
std::string Label(const VerifySubject& subject) {
  std::string text;
  for (const auto& [name, value] : subject.settings.values()) {
    text += (text.empty() ? "" : ",") + name + "=" + Print(value);
  }
  std::string bands;
  for (const Band& band : subject.settings.bands) {
    bands += (bands.empty() ? "" : ",") + Print(band.types) + ":" + Print(band.width);
    if (!band.hash_rows.IsZero()) bands += "@" + Print(band.hash_rows);
  }
  if (!bands.empty()) text += ",bands=[" + bands + "]";
  return subject.name + "(" + text + ")" + (subject.settings.causal ? "" : " not causal");
}

}  // namespace

Configuration RandomConfiguration(const std::string& name, std::mt19937_64& generator) {
  const Component& component = FindVerifiable(name);
  constexpr int kTries = 10000;  // some values contradict each other: K heads of fewer, b and s
  for (int i = 0; i < kTries; ++i) {
    Draw draw(component, generator);
    draw.Subject();
    const std::int64_t length = draw.Length();
    draw.SetKeys(length);
    VerifySubject subject = draw.Drawn();
    subject.label = Label(subject);
    try {
      return Configure(subject, length);
    } catch (const CostError&) {
      continue;
    }
  }
  CheckFailed("a component has shapes in the ranges", __FILE__, __LINE__);
}

std::vector<Configuration> ConfigurationsOf(const VerifyRequest& request) {
  std::mt19937_64 generator(request.run.seed);
  std::vector<Configuration> configurations;
  for (const VerifySubject& subject : request.subjects) {
    for (int i = 0; i < request.random; ++i) {
      configurations.push_back(RandomConfiguration(subject.name, generator));
    }
    if (request.random > 0) continue;
    for (const std::int64_t length : request.lengths) {
      configurations.push_back(Configure(subject, length));
    }
  }
  return configurations;
}

}  // namespace costcheck
