#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <random>
#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/model/config.h"
#include "costmodel/model/formula_values.h"
#include "costmodel/model/model_costs.h"
#include "costmodel/model/named_models.h"
#include "tests/catch.h"

// Text that is no configuration, and files that are nearly right: the named models' own, each
// spoilt at random. One either is refused in a sentence or gives a model that is counted; nothing
// else may come of it.

namespace costcheck {
namespace {

std::string MessageOf(const std::string& text) {
  try {
    ParseConfig(text, "config.json");
  } catch (const CostError& error) {
    return error.what();
  }
  return "";
}

template <class Work>
double SecondsOf(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST_CASE("text that is no JSON object is refused with its line", "[config]") {
  CHECK(MessageOf("") == "config.json:1: the file is empty");
  CHECK(MessageOf("[1, 2]") ==
        "config.json: the file is a list, where an object of fields is needed");
  CHECK(MessageOf("{\n\"model_type\": \"llama\",\n") ==
        "config.json:3: the text ends before its JSON does");
  CHECK(MessageOf("{\"model_type\":\n \"lla") ==
        "config.json:2: the text ends before its JSON does");
  CHECK(MessageOf("{\"a\":\nNaN}") == "config.json:2: NaN and Infinity are not numbers of JSON");
  CHECK(MessageOf("{\"a\": -Infinity}") ==
        "config.json:1: NaN and Infinity are not numbers of JSON");
  CHECK(MessageOf("{\"a\": 1,}").find("config.json:1: this is not JSON: ") == 0);
  CHECK(MessageOf("{\"a\": 1} 2").find("config.json:1: this is not JSON: ") == 0);
  CHECK(MessageOf("{\"a\": \"\xff\"}").find("config.json:1: this is not JSON: ") == 0);
  CHECK(MessageOf("{\"a\": 1,\n\"b\": 2,\n\"a\": 3}") == "config.json:3: 'a' is given twice");
}

TEST_CASE("hostile text costs a sentence", "[config]") {
  const std::string lists(10'000'000, '[');
  CHECK(SecondsOf([&] {
          CHECK(MessageOf(lists) ==
                "config.json:1: lists and objects lie more than 64 levels deep");
        }) < 0.2);
  std::string objects;
  for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
  CHECK(MessageOf(objects) == "config.json:1: lists and objects lie more than 64 levels deep");
  std::string values = "{\"a\": [0";
  for (int i = 0; i < 1'000'000; ++i) values += ",0";
  CHECK(MessageOf(values) ==
        "config.json:1: more than 200,000 values are no model's configuration");
}

constexpr unsigned kSeed = 20261;
constexpr int kTries = 3000;

/// What may stand in place of a value.
const char* const kValues[] = {"0",        "-1",    "1",     "7",    "null", "true",
                               "false",    "\"7\"", "1e400", "NaN",  "1.5",  "99999999999999999999",
                               "[]",       "{}",    "[[1]]", "\"\"", "-0",   "1000000000000",
                               "\"gelu\"", "100000"};

class Spoiler {
 public:
  explicit Spoiler(std::mt19937& random) : random_(random) {}

  std::string Spoil(std::string text) {
    switch (Below(5)) {
      case 0:
        return WithOtherByte(std::move(text));
      case 1:
        return text.substr(0, Below(text.size()));
      case 2:
        return WithoutLine(std::move(text));
      case 3:
        return WithLineTwice(std::move(text));
      default:
        return WithOtherValue(std::move(text));
    }
  }

 private:
  std::size_t Below(std::size_t end) { return random_() % end; }

  std::string WithOtherByte(std::string text) {
    text[Below(text.size())] = static_cast<char>(Below(256));
    return text;
  }

  /// Where a line of the file starts; every field has one of its own.
  std::size_t Line(const std::string& text) {
    const std::size_t end = text.rfind('\n', Below(text.size()));
    return end == text.npos ? 0 : end + 1;
  }
  std::string WithoutLine(std::string text) {
    const std::size_t start = Line(text);
    return text.erase(start, text.find('\n', start) + 1 - start);
  }
  std::string WithLineTwice(std::string text) {
    const std::size_t start = Line(text);
    return text.insert(start, text.substr(start, text.find('\n', start) + 1 - start));
  }
  std::string WithOtherValue(std::string text) {
    const std::size_t colon = text.find(": ", Line(text));
    if (colon == text.npos) return text;
    const std::size_t end = text.find_first_of(",\n}", colon);
    return text.replace(colon + 2, end - colon - 2, kValues[Below(std::size(kValues))]);
  }

  std::mt19937& random_;
};

bool IsSentence(const std::string& message) {
  return message.starts_with("config.json:") && message.size() < 500 &&
         message.find('\n') == message.npos;
}

/// "counted" or "refused"; else what is wrong.
std::string OutcomeOf(const std::string& text, ModelCoster& coster) {
  Architecture model;
  try {
    model = ParseConfig(text, "config.json");
  } catch (const CostError& error) {
    return IsSentence(error.what()) ? "refused" : std::string("no sentence: ") + error.what();
  } catch (const std::exception& error) {
    return std::string("an exception: ") + error.what();
  }
  const ModelCosts costs = coster.CostsOf(model);
  const std::vector<Integer> lengths = {1, 64};
  for (const ModelQuantity& quantity : ModelQuantities()) {
    for (const Rational& value : ValuesAt(costs.*quantity.formula, lengths)) {
      if (value < 0) return "negative: " + std::string(quantity.name);
    }
  }
  return costs.parameters.IsZero() ? "no parameters" : "counted";
}

TEST_CASE("a spoilt file is refused in a sentence, or counted", "[config]") {
  CAPTURE(kSeed);
  std::mt19937 random(kSeed);
  CostChoices choices;
  choices.formulas.convention.scope = Scope::kModel;
  ModelCoster coster(choices);
  const std::vector<std::string> names = NamedModelNames();
  int counted = 0, refused = 0;
  double longest = 0;
  for (int i = 0; i < kTries; ++i) {
    const std::string& name = names[static_cast<std::size_t>(i) % names.size()];
    std::string text(FindNamedModel(name).config);
    for (auto times = 1 + random() % 3; times > 0 && !text.empty(); --times) {
      text = Spoiler(random).Spoil(std::move(text));
    }
    std::string outcome;
    longest = std::max(longest, SecondsOf([&] { outcome = OutcomeOf(text, coster); }));
    counted += outcome == "counted" ? 1 : 0;
    refused += outcome == "refused" ? 1 : 0;
    if (outcome == "counted" || outcome == "refused") continue;
    INFO(name << "\n" << text);
    CHECK(outcome == "counted or refused");
  }
  // Both happen, often; no file takes long.
  CHECK(counted > kTries / 20);
  CHECK(refused > kTries / 4);
  CHECK(longest < 0.5);
}

}  // namespace
}  // namespace costcheck
