#include "verify/configurations.h"

#include <algorithm>
#include <functional>
#include <random>
#include <set>

#include "costmodel/algebra/error.h"
#include "costmodel/operators/memory.h"
#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/shapes.h"
#include "verify/models.h"

using namespace costcheck;

namespace {

constexpr std::uint64_t kSeed = 20240611;

VerifySubject SubjectOf(const std::string& name) { return {name, name, {}}; }

bool AnyOf(const std::vector<Configuration>& shapes,
           const std::function<bool(const Sizes& sizes)>& property) {
  return std::any_of(shapes.begin(), shapes.end(),
                     [&](const Configuration& shape) { return property(shape.sizes); });
}

}  // namespace

TEST_CASE("Every component has a small shape by default, each size a number", "[verify]") {
  for (const Component* component : Verifiables()) {
    INFO(component->name);
    for (const std::int64_t length : {1, 64, 257}) {
      const Configuration shape = Configure(SubjectOf(std::string(component->name)), length);
      CHECK(shape.length() == length);
      CHECK(shape.sizes["B"] == 1);
      CHECK(shape.sizes.causal == component->has_causal_form);
      for (const Parameter& parameter : component->parameters) {
        CHECK(shape.sizes.values.count(parameter.name) == 1);
      }
    }
  }
}

TEST_CASE("What is set stays, and what is not is named", "[verify]") {
  VerifySubject subject = SubjectOf("sliding_window");
  subject.settings.Set("W", Expr(Symbol("T")) / 4);
  subject.settings.Set("H", 3);
  const Configuration shape = Configure(subject, 64);
  CHECK(shape.sizes["W"] == 16);
  CHECK(shape.sizes["H"] == 3);
  CHECK(shape.sizes["H_kv"] == 3);
  CHECK(shape.sizes["d"] == 96);
  REQUIRE(shape.taken.size() == 1);
  CHECK(shape.taken[0].name == "w");
  CHECK(shape.taken[0].value == 32);
  CHECK(!shape.taken[0].own);
  CHECK(ErrorTextOf([&] { Configure(subject, 65); }).find("W = T/4 is 65/4") != std::string::npos);
}

TEST_CASE("A vocabulary is the sum of its bands, and the bands are sizes", "[verify]") {
  VerifySubject subject = SubjectOf("banded");
  subject.settings.bands = {{5, 7, 0}, {11, 3, 2}};
  const Configuration shape = Configure(subject, 13);
  CHECK(shape.sizes["V"] == 16);
  REQUIRE(shape.sizes.bands.size() == 2);
  CHECK(shape.sizes.bands[1].types == 11);
  CHECK(shape.sizes.bands[1].width == 3);
  CHECK(shape.sizes.bands[1].hash_rows == 2);
}

TEST_CASE("GPT-2 is built in as released", "[verify]") {
  const Configuration shape = Configure(SubjectOf("gpt2"), 1024);
  CHECK(shape.sizes["L"] == 12);
  CHECK(shape.sizes["d"] == 768);
  CHECK(shape.sizes["w"] == 64);
  CHECK(shape.sizes["f"] == 3072);
  CHECK(shape.taken.empty());
  CHECK(WholeNumber(CountParameters(PredictedGraph(shape, {})).value()) == 124439808);
  CHECK(ErrorTextOf([&] { Configure(SubjectOf("gpt2"), 1025); }) ==
        "T = 1025 is more than the 1024 positions that are learned");
}

TEST_CASE("What cannot be run is refused in one sentence", "[verify]") {
  VerifySubject layers = SubjectOf("full");
  layers.settings.Set("L", 2);
  CHECK(ErrorTextOf([&] { Configure(layers, 8); }) ==
        "full: L = 2, but one layer is run: leave L at 1");
  VerifySubject keys = SubjectOf("lsh");
  keys.settings.Set("S", 9);
  CHECK(ErrorTextOf([&] { Configure(keys, 8); }).find("S = 9 is not T = 8") != std::string::npos);
  VerifySubject length = SubjectOf("full");
  length.settings.Set("T", 9);
  CHECK(ErrorTextOf([&] { Configure(length, 8); }) == "full: T is set to 9 and to 8");
  VerifySubject narrow = SubjectOf("adaptive");
  narrow.settings.Set("d", 5);
  CHECK(ErrorTextOf([&] { Configure(narrow, 8); }) == "adaptive: band 3 is 0 wide");
  CHECK(ErrorTextOf([&] { FindVerifiable("ful"); }) ==
        "'ful' cannot be verified; did you mean 'full'?");
}

TEST_CASE("Random shapes are the same for the same seed, and differ among themselves", "[verify]") {
  const std::vector<Configuration> first = RandomShapes("nsa", 20, kSeed);
  const std::vector<Configuration> again = RandomShapes("nsa", 20, kSeed);
  for (std::size_t i = 0; i < first.size(); ++i) {
    CHECK(first[i].label == again[i].label);
    CHECK(std::count_if(first.begin(), first.end(), [&](const Configuration& other) {
            return other.label == first[i].label;
          }) == 1);
  }
}

TEST_CASE("Random shapes have lengths below, at and above every size of a pattern", "[verify]") {
  struct Case {
    const char* component;
    const char* size;
  };
  for (const Case& c : {Case{"topk_mlp", "K"},
                        {"topk_exact", "K"},
                        {"topk_indexer", "K"},
                        {"sliding_window", "W"},
                        {"window_global", "W"},
                        {"block_topk", "b"},
                        {"block_topk", "K"},
                        {"bigbird", "b"},
                        {"strided", "s"},
                        {"fixed", "s"},
                        {"nsa", "W"},
                        {"nsa", "K"},
                        {"nsa", "b"},
                        {"flash", "tile"},
                        {"linformer", "K"},
                        {"lsh", "C"},
                        {"routing", "C"}}) {
    INFO(c.component << ' ' << c.size << ", seed " << kSeed);
    const std::vector<Configuration> shapes = RandomShapes(c.component, 60, kSeed);
    CHECK(AnyOf(shapes, [&](const Sizes& sizes) { return sizes["T"] < sizes[c.size]; }));
    CHECK(AnyOf(shapes, [&](const Sizes& sizes) { return sizes["T"] == sizes[c.size]; }));
    CHECK(AnyOf(shapes, [&](const Sizes& sizes) { return sizes["T"] > sizes[c.size]; }));
  }
}

TEST_CASE("Random shapes take both sides of every switch and all kinds of heads and keys",
          "[verify]") {
  for (const Component* component : Verifiables()) {
    INFO(component->name << ", seed " << kSeed);
    const std::vector<Configuration> shapes = RandomShapes(std::string(component->name), 60, kSeed);
    for (const Parameter& parameter : component->parameters) {
      const std::int64_t first = shapes.front().sizes[parameter.name];
      INFO(parameter.name);
      CHECK(AnyOf(shapes, [&](const Sizes& sizes) { return sizes[parameter.name] != first; }));
    }
    CHECK(AnyOf(shapes, [](const Sizes& sizes) { return !sizes.causal; }));
    if (component->has_causal_form) {
      CHECK(AnyOf(shapes, [](const Sizes& sizes) { return sizes.causal; }));
    }
    if (!HasHeads(*component)) continue;
    CHECK(AnyOf(shapes, [](const Sizes& s) { return s["H"] > s["H_kv"] && s["H_kv"] > 1; }));
    CHECK(AnyOf(shapes, [](const Sizes& s) { return s["H"] * s["w"] != s["d"]; }));
    const std::set<std::string_view> of_one_text = {"lsh", "routing", "gpt", "llama", "gpt2"};
    const bool one_text = of_one_text.count(component->name) == 1;
    CHECK(AnyOf(shapes, [](const Sizes& s) { return s["S"] > s["T"]; }) == !one_text);
    CHECK(AnyOf(shapes, [](const Sizes& s) { return s["S"] < s["T"]; }) == !one_text);
  }
}
