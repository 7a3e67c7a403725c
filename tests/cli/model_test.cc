#include <chrono>
#include <fstream>
#include <map>
#include <string>

#include "costmodel/algebra/parse.h"
#include "tests/catch.h"
#include "tests/cli/run.h"
#include "tests/golden.h"

using costcheck::ParseExpr;
using nlohmann::json;

namespace {

json Row(std::vector<std::string> arguments, std::size_t row = 0) {
  arguments.insert(arguments.begin(), "model");
  return RunJson(std::move(arguments)).at("rows").at(row);
}

const char* const kKeys[] = {"T",
                             "parameters",
                             "parameters_embedding",
                             "flops",
                             "flops_attention_core",
                             "flops_linear",
                             "flops_logits",
                             "weight_bytes",
                             "gradient_bytes",
                             "optimizer_bytes",
                             "kept_bytes",
                             "kv_cache_bytes"};

bool HasNote(const json& document, const std::string& part) {
  for (const json& note : document.at("notes")) {
    if (note.get<std::string>().find(part) != std::string::npos) return true;
  }
  return false;
}

std::string FileWith(const std::string& text) {
  const std::string path = ScratchFolder() + "/config.json";
  std::ofstream(path) << text;
  return path;
}

const char kSmall[] =
    R"({"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 12,
    "num_hidden_layers": 5, "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 7,
    "intermediate_size": 17, "vocab_size": 29, "tie_word_embeddings": false,
    "attention_bias": false, "mlp_bias": false, "hidden_act": "silu",
    "max_position_embeddings": 64})";

}  // namespace

TEST_CASE("A model has a row a length, with every key that scripts rely on", "[model]") {
  const json document = RunJson({"model", "gpt2", "--lengths", "1K,7"});
  CHECK(document.at("command") == "model");
  REQUIRE(document.at("rows").size() == 2);
  for (const json& row : document.at("rows")) {
    for (const char* key : kKeys) CHECK(row.at(key).is_string());
  }
  const json& row = document.at("rows").at(0);
  CHECK(row.at("T") == "1024");
  CHECK(row.at("parameters") == "124439808");
  CHECK(row.at("parameters_embedding") == "39383808");
  // 2 * 12 * 12 d^2 T; 2 * 12 * 2 d T(T+1)/2; 2 T d V.
  CHECK(row.at("flops_linear") == "173946175488");
  CHECK(row.at("flops_attention_core") == "19346227200");
  CHECK(row.at("flops_logits") == "79047426048");
  CHECK(row.at("flops") == "272339828736");
  CHECK(row.at("weight_bytes") == "248879616");
  CHECK(row.at("optimizer_bytes") == "1493277696");
  CHECK(row.at("kv_cache_bytes") == "37748736");
}

TEST_CASE("A config.json is read from a file", "[model]") {
  const json row = Row({FileWith(kSmall), "--lengths", "11"});
  const int layer = 2 * 12 * 42 + 2 * 12 * 14 + 3 * 12 * 17 + 2 * 12;
  CHECK(row.at("parameters") == std::to_string(5 * layer + 2 * 29 * 12 + 12));
  CHECK(Row({FileWith(kSmall), "--lengths", "11", "--batch", "3"}).at("flops_logits") ==
        std::to_string(2 * 3 * 11 * 12 * 29));
}

TEST_CASE("Phases, and what they mean for FLOPs", "[model]") {
  const auto flops = [](const std::string& phase) {
    return std::stoll(
        Row({"gpt2", "--lengths", "64", "--phase", phase}).at("flops").get<std::string>());
  };
  CHECK(flops("training") == 3 * flops("forward"));
  CHECK(flops("prefill") == flops("forward"));
  CHECK(flops("decode") == 2 * (12 * (12 * 768 * 768 + 2 * 64 * 768) + 768 * 50257));
}

TEST_CASE("Types of weights and caches", "[model]") {
  const auto bytes = [](std::vector<std::string> more, const char* key) {
    more.insert(more.begin(), {"gpt2", "--lengths", "8"});
    return std::stoll(Row(more).at(key).get<std::string>());
  };
  CHECK(bytes({"--dtype", "int4"}, "weight_bytes") == 124439808 / 2);
  CHECK(bytes({"--dtype", "float32"}, "optimizer_bytes") == 8LL * 124439808);
  CHECK(bytes({"--dtype", "int4"}, "kv_cache_bytes") == bytes({}, "kv_cache_bytes"));
  CHECK(2 * bytes({"--cache-dtype", "fp8"}, "kv_cache_bytes") == bytes({}, "kv_cache_bytes"));
}

TEST_CASE("Recomputation, flash and dropout change what is kept", "[model]") {
  const auto kept = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"gpt2", "--lengths", "1K"});
    return std::stoll(Row(more).at("kept_bytes").get<std::string>());
  };
  const long long T = 1024, pairs = 2 * 12 * 12 * T * T;
  CHECK(kept({}) - kept({"--recompute", "selective"}) == pairs);
  CHECK(kept({}) - kept({"--flash", "yes"}) == pairs - 2 * 12 * 12 * T);
  CHECK(kept({"--dropout", "yes"}) - kept({}) == 12 * (12 * T * T * 3 + 2 * T * 768) + T * 768);
  CHECK(kept({"--recompute", "full"}) < kept({"--recompute", "selective"}));
}

TEST_CASE("Devices share what they hold", "[model]") {
  const json alone = Row({"llama-3-8b", "--lengths", "64"});
  const json shared = Row({"llama-3-8b", "--lengths", "64", "--zero", "3", "--dp", "4"});
  for (const char* key : {"weight_bytes", "gradient_bytes", "optimizer_bytes"}) {
    CHECK(4 * std::stoll(shared.at(key).get<std::string>()) ==
          std::stoll(alone.at(key).get<std::string>()));
  }
  CHECK(shared.at("communication_data").get<std::string>() ==
        std::to_string(std::stoll(alone.at("gradient_bytes").get<std::string>()) / 4 * 9));
  CHECK(alone.at("communication_data") == "0");
}

TEST_CASE("Another attention takes the place of the model's own", "[model]") {
  const json document = RunJson({"model", "llama-3-8b", "--lengths", "8K", "--attention",
                                 "topk_indexer", "--set", "K=2048,m=64"});
  CHECK(HasNote(document, "topk_indexer"));
  CHECK(!HasNote(document, "default table"));
  CHECK(HasNote(RunJson({"model", "llama-3-8b", "--attention", "topk_indexer"}), "K = 2048, m = "));
  const json row = document.at("rows").at(0);
  CHECK(Row({"llama-3-8b", "--lengths", "8K", "--attention", "topk_indexer(K=2048,m=64)"}) == row);
  const json own = Row({"llama-3-8b", "--lengths", "8K"});
  const auto number = [](const json& cell) { return std::stoll(cell.get<std::string>()); };
  CHECK(number(row.at("flops_attention_core")) < number(own.at("flops_attention_core")));
  // Indexer queries, keys and weights: 4 heads of 64, one key of 64.
  CHECK(number(row.at("parameters")) - number(own.at("parameters")) ==
        32LL * 4096 * (4 * 64 + 64 + 4));
  CHECK(number(row.at("kv_cache_bytes")) - number(own.at("kv_cache_bytes")) ==
        32LL * 8192 * 64 * 2);
}

TEST_CASE("All conventions stand side by side", "[model]") {
  const json document =
      RunJson({"model", "gpt2", "--lengths", "1K", "--convention", "all", "--phase", "training"});
  std::map<std::string, json> by_name;
  for (const json& row : document.at("rows")) by_name[row.at("convention")] = row;
  // (6 N + 12 L H Q T) T without positions; 96 L d^2 T + 16 L d T^2 + 6 d V T.
  const long long T = 1024, d = 768, V = 50257;
  const long long nanogpt = (6 * (124439808 - T * d) + 12 * 12 * d * T) * T;
  const long long megatron = 96 * 12 * d * d * T + 16 * 12 * d * T * T + 6 * d * V * T;
  CHECK(by_name.at("nanogpt").at("flops") == std::to_string(nanogpt));
  CHECK(by_name.at("pytorch").at("flops") == "874944921600");
  CHECK(by_name.at("kaplan").at("flops_logits") == "0");
  CHECK(by_name.at("megatron").at("flops") == std::to_string(megatron));
  for (const auto& [name, row] : by_name) CHECK(!row.at("leaves_out").get<std::string>().empty());
}

TEST_CASE("Crossovers inside a model, and its formulas", "[model]") {
  const json document = RunJson({"model", "gpt2", "--lengths", "8", "--formula"});
  const json& crossovers = document.at("crossovers");
  REQUIRE(crossovers.size() == 3);
  // 2 d (T + 1)/2 a pair's worth against 12 d^2: T = 12 d - 1.
  CHECK(crossovers.at(0).at("closed_form") == "9215");
  CHECK(crossovers.at(0).at("first_integer") == "9216");
  CHECK(crossovers.at(1).at("first_integer") == "6752");
  bool found = false;
  for (const json& row : document.at("formulas")) {
    if (row.at("quantity") != "flops_attention_core") continue;
    found = true;
    CHECK(ParseExpr(row.at("text").get<std::string>()) == ParseExpr("2*12*2*768*T*(T+1)/2"));
  }
  CHECK(found);
}

TEST_CASE("What is kept, tensor by tensor", "[model]") {
  const json document = RunJson({"model", "gpt2", "--lengths", "8", "--itemize"});
  long long sum = 0;
  for (const json& row : document.at("kept")) {
    sum += std::stoll(row.at("T = 8").get<std::string>());
  }
  CHECK(std::to_string(sum) == document.at("rows").at(0).at("kept_bytes").get<std::string>());
}

TEST_CASE("Latent attention names the number of new tokens from which it expands", "[model]") {
  const json document = RunJson({"model", "deepseek-v3", "--lengths", "4K"});
  const json& last = document.at("crossovers").back();
  CHECK(last.at("free") == "new tokens");
  // 131072 (4096 - T) < 768 (4096 T - T(T-1)/2).
  CHECK(last.at("first_integer") == "168");
}

TEST_CASE("What a model costs is what the golden files show", "[model]") {
  const std::pair<const char*, std::vector<std::string>> files[] = {
      {"gpt2.txt", {"gpt2", "--lengths", "1K,8K"}},
      {"gpt2.csv", {"gpt2", "--lengths", "1K,8K", "--format", "csv"}},
      {"gpt2.json", {"gpt2", "--lengths", "1K", "--format", "json"}},
      {"gpt2-all.txt", {"gpt2", "--lengths", "1K", "--convention", "all"}},
      {"llama-3.1-8b-training.txt",
       {"llama-3.1-8b", "--lengths", "8K", "--phase", "training", "--itemize"}},
      {"llama-3.1-70b-parallel.txt",
       {"llama-3.1-70b", "--lengths", "8K", "--phase", "training", "--recompute", "selective",
        "--zero", "1", "--dp", "16", "--tp", "8", "--sp", "--pp", "4"}},
      {"deepseek-v3-decode.txt",
       {"deepseek-v3", "--lengths", "32K", "--phase", "decode", "--dtype", "fp8", "--ep", "64"}},
      {"t5-small.txt", {"t5-small", "--lengths", "512", "--encoder-length", "2K", "--formula"}},
  };
  for (auto [name, arguments] : files) {
    arguments.insert(arguments.begin(), "model");
    INFO(name);
    const RunResult result = Run(arguments);
    CHECK(result.exit == 0);
    CHECK(GoldenDifference("tests/cli/golden/model-" + std::string(name), result.out).empty());
  }
}

TEST_CASE("What a model cannot do is refused in one sentence", "[model]") {
  CHECK(IsBadInput(Run({"model"}), "an argument is missing"));
  CHECK(IsBadInput(Run({"model", "gpt3"}), "did you mean 'gpt2'?"));
  CHECK(IsBadInput(Run({"model", "no/such/config.json"}), "no/such/config.json"));
  CHECK(IsBadInput(Run({"model", FileWith("{\"model_type\": ")}), "config.json"));
  CHECK(IsBadInput(Run({"model", "bert-base-uncased", "--phase", "decode"}), "encoder"));
  CHECK(IsBadInput(Run({"model", "gpt2", "--tp", "5"}), "tp = 5 does not divide H = 12"));
  CHECK(IsBadInput(Run({"model", "gpt2", "--zero", "4"}), "--zero"));
  CHECK(IsBadInput(Run({"model", "gpt2", "--dtype", "bfloat15"}), "did you mean 'bfloat16'?"));
  CHECK(IsBadInput(Run({"model", "gpt2", "--attention", "ful"}), "did you mean 'full'?"));
  CHECK(IsBadInput(Run({"model", "gpt2", "--attention", "full", "--set", "d=8"}), "model's own"));
  CHECK(IsBadInput(Run({"model", "gpt2", "--set", "K=8"}), "--attention"));
  CHECK(IsBadInput(Run({"model", "gpt2", "--convention", "megatrn"}), "did you mean 'megatron'?"));
  CHECK(IsBadInput(Run({"model", "gpt2", "--lengths", "0"}), "length"));
  CHECK(IsBadInput(Run({"model", "gpt2", "--batch", "0"}), "--batch"));
}

TEST_CASE("A file that is no configuration is refused at once, with its place", "[model]") {
  const std::string field = "{\n\"model_type\": \"llama\",\n\"hidden_size\": ";
  const std::pair<std::string, std::string> files[] = {
      {"", ":1: the file is empty"},
      {" \n\t ", "the file is empty"},
      {std::string("\x7f"
                   "ELF\0\1\2",
                   7),
       ":1: this is not JSON"},
      {std::string(1000, '\0'), ":1: this is not JSON"},
      {"PK\3\4", ":1: this is not JSON"},
      {"null", "the file is null, where an object"},
      {"{}", "model_type is missing"},
      {"{\"model_type\": \"llama\",\n", ":2: the text ends before its JSON does"},
      {std::string(10'000'000, '['), "levels deep"},
      {"{\n\"a\": 1,\n\"a\": 1}", ":3: 'a' is given twice"},
      {"{\n\"model_type\": \"lama\"}", ":2: model_type 'lama' is not known here"},
      {field + "-1}", ":3: hidden_size is -1"},
      {field + "\"4096\"}", ":3: hidden_size is \"4096\""},
      {field + "null}", "hidden_size is missing"},
      {field + "[4096]}", ":3: hidden_size is a list"},
      {field + "4096.5}", ":3: hidden_size is 4096.5"},
      {field + "1e400}", ":3: hidden_size is 1e400, which is beyond"},
      {field + "NaN}", ":3: NaN and Infinity are not numbers of JSON"},
      {field + std::string(400, '9') + "}", ":3: hidden_size is 999"},
      {"{\n\"a\": [1e400]}", ":2: a number is 1e400, which is beyond"},
  };
  for (const auto& [text, message] : files) {
    INFO(text.substr(0, 80));
    const auto start = std::chrono::steady_clock::now();
    const RunResult result = Run({"model", FileWith(text)});
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    CHECK(IsBadInput(result, message));
    CHECK(IsBadInput(result, "config.json"));
    CHECK(taken.count() < 1);
  }
  CHECK(IsBadInput(Run({"model", ScratchFolder()}), "Is a directory"));
}

TEST_CASE("Models are listed with their parameters", "[model]") {
  const json rows = RunJson({"list", "models"}).at("rows");
  CHECK(rows.size() > 50);
  bool found = false;
  for (const json& row : rows) {
    if (row.at("model") == "gpt2") found = row.at("parameters") == "124439808";
  }
  CHECK(found);
}
