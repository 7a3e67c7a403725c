#include <ATen/core/Tensor.h>  // before Catch2, which defines CHECK as well

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "costmodel/algebra/error.h"
#include "costmodel/model/config.h"
#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/model_configs.h"
#include "verify/counts.h"
#include "verify/memory.h"
#include "verify/model_prediction.h"

using namespace costcheck;

namespace {

Configuration ModelAt(const ConfigText& config, std::int64_t length, int batch = 1) {
  VerifySubject subject{"config.json", "config.json", {}};
  subject.model = std::make_shared<Architecture>(ParseConfig(config.Text(), "config.json"));
  subject.settings.Set("B", batch);
  return Configure(subject, length);
}

/// What differs, a line each; "" if nothing does.
std::string Differences(const std::vector<CountRecord>& records) {
  std::string text;
  for (const CountRecord& record : records) {
    if (record.Difference() == 0) continue;
    text += record.quantity + " " + record.phase + ": predicted " + ToString(record.predicted) +
            ", counted " + ToString(record.counted) + "\n";
  }
  return text;
}

std::string Differences(const std::vector<MemoryRecord>& records) {
  std::string text;
  for (const MemoryRecord& record : records) {
    if (record.Difference() == 0) continue;
    text += record.quantity + ": predicted " + ToString(record.predicted) + ", measured " +
            ToString(record.measured) + "\n";
  }
  return text;
}

RunOptions WithThreads(int threads) {
  RunOptions options;
  options.threads = threads;
  return options;
}

/// Of FLOPs both ways, parameters and kept bytes.
std::string CountDifferences(const Configuration& model, int threads) {
  const std::vector<CountRecord> records = VerifyCounts(model, WithThreads(threads));
  REQUIRE(records.size() == 4);
  return Differences(records);
}

const std::map<std::string, ConfigText> kSmall = {{"gpt2", SmallGpt2()},
                                                  {"llama", SmallLlama()},
                                                  {"mistral", SmallMistral()},
                                                  {"qwen2", SmallQwen2()},
                                                  {"mixtral", SmallMixtral()}};

}  // namespace

TEST_CASE("A small model of every type executes and keeps what is predicted", "[verify][model]") {
  for (const auto& [type, config] : kSmall) {
    DYNAMIC_SECTION(type) {
      for (const std::int64_t length : {1, 2, 7, 19, 41}) {
        for (const int batch : {1, 3}) {
          for (const int threads : {1, 2}) {
            INFO("T = " << length << ", B = " << batch << ", " << threads << " threads");
            CHECK(CountDifferences(ModelAt(config, length, batch), threads) == "");
          }
        }
      }
    }
  }
}

TEST_CASE("Models of every type and random sizes execute and keep what is predicted",
          "[verify][model]") {
  constexpr std::uint64_t kSeed = 9311;
  RandomConfigs configs(kSeed);
  for (const std::string& type : RunnableModelTypes()) {
    for (int i = 0; i < 12; ++i) {
      const ConfigText config = configs.Draw(type);
      const std::int64_t length = configs.Below(1, 43);
      INFO("seed " << kSeed << ", T = " << length << ", " << config.Text());
      CHECK(CountDifferences(ModelAt(config, length, 1 + i % 3), 1 + i % 2) == "");
    }
  }
}

TEST_CASE("Windows in some layers alone are run as they are counted", "[verify][model]") {
  ConfigText config = SmallQwen2().Set("num_hidden_layers", 3).Set("use_sliding_window", "true");
  config.Set("sliding_window", 5).Set("max_window_layers", 2);
  for (const std::int64_t length : {3, 5, 17}) {
    const Configuration model = ModelAt(config, length, 2);
    REQUIRE(model.model->decoder.groups.size() == 2);
    CHECK(CountDifferences(model, 1) == "");
    CHECK(Differences(VerifyMemory(model, WithThreads(2))) == "");
  }
  ConfigText mixed = SmallMistral();
  mixed.Set("layer_types", R"(["full_attention", "sliding_attention"])");
  CHECK(CountDifferences(ModelAt(mixed, 19), 2) == "");
}

TEST_CASE("Activations, biases and heads of other kinds are run as they are counted",
          "[verify][model]") {
  for (const char* activation : {"relu", "gelu", "silu"}) {
    INFO(activation);
    const std::string word = std::string("\"") + activation + "\"";
    CHECK(CountDifferences(ModelAt(SmallGpt2().Set("activation_function", word), 11), 1) == "");
    CHECK(CountDifferences(ModelAt(SmallLlama().Set("hidden_act", word), 11), 1) == "");
  }
  ConfigText biased = SmallLlama().Set("attention_bias", "true").Set("mlp_bias", "true");
  CHECK(CountDifferences(ModelAt(biased, 13), 1) == "");
  CHECK(CountDifferences(ModelAt(biased.Set("tie_word_embeddings", "true"), 13), 1) == "");
}

TEST_CASE("A training step of a dense model holds what is predicted, to the byte",
          "[verify][model]") {
  constexpr std::uint64_t kSeed = 9312;
  RandomConfigs configs(kSeed);
  for (const std::string& type : RunnableModelTypes()) {
    for (int i = 0; i < 10; ++i) {
      const ConfigText config = configs.Draw(type);
      const std::int64_t length = configs.Below(1, 43);
      INFO("seed " << kSeed << ", T = " << length << ", " << config.Text());
      const std::vector<MemoryRecord> records =
          VerifyMemory(ModelAt(config, length, 1 + i % 3), WithThreads(1 + i % 2));
      CHECK(records.size() == (type == "mixtral" ? 2 : 5));
      CHECK(Differences(records) == "");
    }
  }
}

TEST_CASE("Parameters and kept bytes are what one can add up by hand", "[verify][model]") {
  const std::vector<CountRecord> records =
      VerifyCounts(ModelAt(SmallLlama(), 7, 2), WithThreads(1));
  REQUIRE(records.size() == 4);
  const std::int64_t d = 11, q = 6 * 4, kv = 2 * 4, f = 19, V = 53, tokens = 2 * 7;
  const std::int64_t layer = d * (2 * q + 2 * kv) + 3 * d * f + 2 * d;
  CHECK(records[2].quantity == "parameters");
  CHECK(records[2].counted == 2 * layer + 2 * V * d + d);
  CHECK(records[3].quantity == "kept_bytes");
  // A norm: its rows, these before their weight, and a root. Attention: x, turned q and k, v, the
  // heads' output, the weights. Feed-forward: x, the silu and both that it is made of, the product.
  const std::int64_t norm = 2 * d + 1, attention = d + 2 * q + 2 * kv, fed = d + 4 * f;
  const std::int64_t numbers =
      tokens * (2 * (2 * norm + attention + fed) + norm + d + V) + 2 * 2 * 6 * 7 * 7;
  // tokens, targets of 8 bytes, the sum of the targets' weights
  CHECK(records[3].counted == 4 * numbers + 4 * tokens + 8 * tokens + 4);
}

TEST_CASE("A forward pass of a model has FLOPs and parameters alone", "[verify][model]") {
  RunOptions options;
  options.training = false;
  for (const auto& [type, config] : kSmall) {
    const std::vector<CountRecord> records = VerifyCounts(ModelAt(config, 9), options);
    REQUIRE(records.size() == 2);
    CHECK(records[0].phase == "forward");
    CHECK(records[1].quantity == "parameters");
    CHECK(records[1].phase.empty());
    CHECK(Differences(records) == "");
  }
}

namespace {

/// What differs, where another model is run than is predicted.
std::string RunOtherThanPredicted(const ConfigText& run, const ConfigText& predicted) {
  const Configuration model = ModelAt(run, 11, 2);
  const CountedRun counted = RunCounted(model, {});
  const Graph graph = PredictedGraph(ModelAt(predicted, 11, 2), {});
  std::vector<CountRecord> records = CompareCounts(model, graph, counted.report, true);
  for (CountRecord& record : CompareHeld(model, graph, counted)) records.push_back(record);
  return Differences(records);
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("A prediction of another model is noticed", "[verify][model]") {
  CHECK(RunOtherThanPredicted(SmallLlama(), SmallLlama()) == "");
  const auto llama = [](const char* field, const std::string& value) {
    return RunOtherThanPredicted(SmallLlama(), SmallLlama().Set(field, value));
  };
  const std::string layers = llama("num_hidden_layers", "3");
  for (const char* row : {"flops forward", "flops backward", "parameters", "kept_bytes"}) {
    CHECK(Has(layers, row));
  }
  const std::string biases = llama("attention_bias", "true");
  CHECK(Has(biases, "parameters"));
  CHECK(!Has(biases, "flops"));
  CHECK(!Has(biases, "kept_bytes"));
  CHECK(Has(llama("tie_word_embeddings", "true"), "parameters"));
  CHECK(Has(llama("num_key_value_heads", "3"), "kept_bytes"));
  const std::string activation = llama("hidden_act", "\"relu\"");
  CHECK(Has(activation, "kept_bytes"));
  CHECK(!Has(activation, "flops"));
  CHECK(Has(RunOtherThanPredicted(SmallMistral(), SmallMistral().Set("sliding_window", 6)),
            "flops forward"));
  const std::string chosen =
      RunOtherThanPredicted(SmallMixtral(), SmallMixtral().Set("num_experts_per_tok", 3));
  CHECK(Has(chosen, "flops backward"));
  CHECK(Has(chosen, "kept_bytes"));
  CHECK(!Has(chosen, "parameters"));
  CHECK(Has(RunOtherThanPredicted(SmallMixtral(), SmallMixtral().Set("num_local_experts", 6)),
            "parameters"));
}

TEST_CASE("A model that cannot be run is refused in one sentence", "[verify][model]") {
  const auto error_of = [](const ConfigText& config, std::int64_t length) {
    return ErrorTextOf([&] { ModelAt(config, length); });
  };
  CHECK(error_of(SmallGated("qwen3", "Qwen3ForCausalLM"), 5) ==
        "config.json: models of type 'qwen3' cannot be run here, only those of gpt2, llama, "
        "mistral, mixtral, qwen2");
  CHECK(error_of(SmallGpt2(), 44) ==
        "config.json: T = 44 is more than the 43 positions that are learned");
  CHECK(error_of(SmallLlama().Set("head_dim", 5), 5) ==
        "config.json: rotary positions turn pairs of numbers, but heads are 5 wide");
  CHECK(error_of(SmallMixtral().Set("hidden_act", "\"gelu\""), 5) ==
        "config.json: experts are run with SiLU alone");
  CHECK(error_of(SmallLlama().Set("architectures", "[\"LlamaModel\"]"), 5) ==
        "config.json: has no head, and so no loss to train");
  CHECK(error_of(SmallLlama().Set("num_hidden_layers", 10001), 5) ==
        "config.json: 10001 layers are more than can be run, 10000");
  VerifySubject subject{"m", "m", {}};
  subject.model = std::make_shared<Architecture>(ParseConfig(SmallLlama().Text(), "m"));
  subject.settings.Set("d", 12);
  CHECK(ErrorTextOf([&] { Configure(subject, 5); }) ==
        "m: d is the model's own; B and T can be set");
  subject.settings = {};
  subject.settings.Set("B", Symbol("d"));
  CHECK(ErrorTextOf([&] { Configure(subject, 5); }) == "m: B = d is no number of texts");
  // 2^50 scores of 4 bytes
  CHECK(Has(ErrorTextOf([&] { VerifyCounts(ModelAt(SmallLlama(), 1 << 25), {}); }),
            "config.json at T = 33554432 needs at least "));
}

TEST_CASE("A model without a batch runs one text", "[verify][model]") {
  VerifySubject subject{"m", "m", {}};
  subject.model = std::make_shared<Architecture>(ParseConfig(SmallLlama().Text(), "m"));
  const Configuration model = Configure(subject, 5);
  CHECK(model.sizes["B"] == 1);
  CHECK(VerifyCounts(model, {})[0].counted ==
        VerifyCounts(ModelAt(SmallLlama(), 5), {})[0].counted);
}
