#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "tests/catch.h"
#include "tests/cli/run.h"

// `costcheck verify` as a person runs it, in LibTorch.

namespace fs = std::filesystem;

namespace {

std::set<std::string> KeysOf(const nlohmann::json& object) {
  std::set<std::string> keys;
  for (const auto& item : object.items()) keys.insert(item.key());
  return keys;
}

bool CannotCheck(const RunResult& result, const std::string& part) {
  CAPTURE(result.exit, result.out, result.err, part);
  return result.exit == 3 && result.out.empty() && result.err.find("costcheck: error: ") == 0 &&
         result.err.find('\n') == result.err.size() - 1 &&
         result.err.find(part) != std::string::npos;
}

/// Starts the program with standard error to a file; arguments as in Run.
pid_t Start(std::vector<std::string> arguments, const std::string& errors) {
  const pid_t child = fork();
  if (child != 0) return child;
  std::string program = "cli/costcheck";
  std::vector<char*> argv = {program.data()};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  if (freopen(errors.c_str(), "w", stderr) != nullptr) execv(program.c_str(), argv.data());
  _exit(127);
}

/// Resident memory of a process, in MiB: 0 once it is gone.
long ResidentMiB(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::stol(line.substr(6)) / 1024;
  }
  return 0;
}

/// What a run on a terminal of its own shows there.
std::string OnTerminal(const std::string& arguments) {
  int terminal = 0;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", ("exec cli/costcheck verify " + arguments).c_str(), nullptr);
    _exit(127);
  }
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t count = 0;
  while ((count = read(terminal, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(terminal);
  waitpid(child, nullptr, 0);
  return text;
}

}  // namespace

TEST_CASE("verify counts prints one object with the keys that scripts rely on", "[cli][verify]") {
  const nlohmann::json object = RunJson(
      {"verify", "counts", "--components", "full,qr", "--lengths", "7,16", "--set", "d=12,H=3"});
  CHECK(object["command"] == "verify counts");
  REQUIRE(object["rows"].size() == 8);
  for (const nlohmann::json& row : object["rows"]) {
    CHECK(KeysOf(row) == std::set<std::string>{"component", "T", "phase", "predicted", "counted",
                                               "difference", "useful", "uncosted"});
    CHECK(row["difference"] == "0");
    CHECK(row["predicted"] == row["counted"]);
    CHECK(row["uncosted"].get<std::string>().find('%') != std::string::npos);
  }
  CHECK(object["convention"]["count"] == "executed");
  CHECK(object["convention"]["causal"] == "yes");
  CHECK(object["convention"]["phase"] == "training");
  const nlohmann::json& first = object["rows"][0];
  CHECK(first["component"] == "full");
  CHECK(first["T"] == "7");
  CHECK(first["phase"] == "forward");
  CHECK(first["predicted"] == std::to_string(2 * (4 * 7 * 12 * 12 + 2 * 7 * 7 * 12)));
  CHECK(object["rows"][1]["phase"] == "backward");
}

TEST_CASE("verify memory prints one object with the keys that scripts rely on", "[cli][verify]") {
  const nlohmann::json object = RunJson({"verify", "memory", "--components", "full", "--lengths",
                                         "7", "--set", "d=12,H=3", "--optimizer", "sgd_momentum"});
  CHECK(object["command"] == "verify memory");
  std::set<std::string> quantities;
  for (const nlohmann::json& row : object["rows"]) {
    CHECK(KeysOf(row) == std::set<std::string>{"component", "T", "quantity", "predicted",
                                               "measured", "difference", "ideal"});
    CHECK(row["difference"] == "0");
    quantities.insert(row["quantity"]);
    if (row["quantity"] == "parameters") CHECK(row["measured"] == std::to_string(4 * 12 * 12));
    if (row["quantity"] == "optimizer_bytes") {
      CHECK(row["measured"] == std::to_string(4 * 4 * 12 * 12));
    }
  }
  CHECK(quantities == std::set<std::string>{"parameters", "kept_bytes", "gradient_bytes",
                                            "optimizer_bytes", "peak_bytes"});
}

namespace {

/// A Llama of 2 layers: d = 12, 6 heads, 2 key heads, w = 4, f = 17, V = 29.
std::string ModelFile(const std::string& type = "llama", const std::string& more = "") {
  const std::string path = ScratchFolder() + "/config.json";
  std::ofstream(path) << R"({"model_type": ")" << type << R"(", "hidden_size": 12,
      "architectures": ["SomeForCausalLM"], "num_hidden_layers": 2, "num_attention_heads": 6,
      "num_key_value_heads": 2, "head_dim": 4, "intermediate_size": 17, "vocab_size": 29,
      "tie_word_embeddings": false, "hidden_act": "silu", "max_position_embeddings": 64)"
                      << more << "}";
  return path;
}

const char kLlama[] = R"(, "attention_bias": false, "mlp_bias": false)";
const char kMixtral[] =
    R"(, "num_local_experts": 5, "num_experts_per_tok": 2, "sliding_window": null)";

}  // namespace

TEST_CASE("verify counts --model shows FLOPs, parameters and kept bytes", "[cli][verify]") {
  const std::string file = ModelFile("llama", kLlama);
  const nlohmann::json object =
      RunJson({"verify", "counts", "--model", file, "--lengths", "5,11", "--set", "B=2"});
  REQUIRE(object["rows"].size() == 8);
  std::vector<std::string> quantities;
  for (const nlohmann::json& row : object["rows"]) {
    CHECK(KeysOf(row) == std::set<std::string>{"component", "T", "quantity", "phase", "predicted",
                                               "counted", "difference", "useful", "uncosted"});
    CHECK(row["component"] == file);
    CHECK(row["difference"] == "0");
    quantities.push_back(row["quantity"].get<std::string>() + row["phase"].get<std::string>());
  }
  quantities.resize(4);
  CHECK(quantities ==
        std::vector<std::string>{"flopsforward", "flopsbackward", "parameters", "kept_bytes"});
  // two layers of projections, feed-forward and norms; look-up, head, last norm
  CHECK(object["rows"][2]["counted"] ==
        std::to_string(2 * (12 * (2 * 24 + 2 * 8) + 3 * 12 * 17 + 24) + 2 * 29 * 12 + 12));
  CHECK(object["convention"]["scope"] == "model");
  const RunResult text = Run({"verify", "counts", "--model", ModelFile("mixtral", kMixtral)});
  CHECK(text.exit == 0);
  CHECK(text.out.find("kept_bytes") != std::string::npos);
  CHECK(text.out.find("Beside the products ran") != std::string::npos);
  CHECK(text.out.find('%') != std::string::npos);
  CHECK(text.out.find("Every difference is 0, of 8.") != std::string::npos);
}

TEST_CASE("verify memory --model shows what a step holds, and says what it leaves out",
          "[cli][verify]") {
  const auto quantities_of = [](const nlohmann::json& object) {
    std::set<std::string> quantities;
    for (const nlohmann::json& row : object["rows"]) {
      CHECK(row["difference"] == "0");
      quantities.insert(row["quantity"]);
    }
    return quantities;
  };
  const nlohmann::json dense =
      RunJson({"verify", "memory", "--model", ModelFile("llama", kLlama), "--lengths", "7"});
  CHECK(quantities_of(dense) == std::set<std::string>{"parameters", "kept_bytes", "gradient_bytes",
                                                      "optimizer_bytes", "peak_bytes"});
  CHECK(dense["notes"].dump().find("Rotations of queries and keys are not in") !=
        std::string::npos);
  const nlohmann::json experts =
      RunJson({"verify", "memory", "--model", ModelFile("mixtral", kMixtral), "--lengths", "7"});
  CHECK(quantities_of(experts) == std::set<std::string>{"parameters", "kept_bytes"});
  CHECK(experts["notes"].dump().find("left out: they depend on which experts") !=
        std::string::npos);
}

TEST_CASE("What differs ends with 1, and a peak that rotations decide is not hidden",
          "[cli][verify]") {
  // With 2 token types and one key head nothing is as large as the queries while they are turned.
  const std::string path = ScratchFolder() + "/wide.json";
  std::ofstream(path) << R"({"model_type": "llama", "hidden_size": 2, "num_hidden_layers": 1,
      "architectures": ["LlamaForCausalLM"], "num_attention_heads": 16, "num_key_value_heads": 1,
      "head_dim": 64, "intermediate_size": 1, "vocab_size": 2, "tie_word_embeddings": false,
      "hidden_act": "silu", "max_position_embeddings": 64, "attention_bias": false,
      "mlp_bias": false})";
  const RunResult result = Run({"verify", "memory", "--model", path, "--lengths", "1", "--phase",
                                "forward", "--format", "csv"});
  CHECK(result.exit == 1);
  CHECK(result.out.find("peak_bytes") != std::string::npos);
  CHECK(Run({"verify", "counts", "--model", path, "--lengths", "1"}).exit == 0);
}

TEST_CASE("A model that cannot be run gets one sentence", "[cli][verify]") {
  const auto counts = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"verify", "counts", "--model"});
    return Run(arguments);
  };
  const std::string file = ModelFile("llama", kLlama);
  CHECK(IsBadInput(counts({"bert-base-uncased"}),
                   "models of type 'bert' cannot be run here, only those of gpt2, llama, mistral, "
                   "mixtral, qwen2"));
  CHECK(IsBadInput(counts({"gpt3"}), "did you mean 'gpt2'?"));
  CHECK(IsBadInput(counts({file, "--set", "B=0"}), "B = 0 is not a positive integer"));
  CHECK(IsBadInput(counts({file, "--random", "3"}), "--random does not go with --model"));
  CHECK(CannotCheck(counts({file, "--lengths", "32M"}), " at T = 33554432 needs at least "));
}

TEST_CASE("verify takes one phase, random shapes, threads, and any format", "[cli][verify]") {
  const nlohmann::json forward = RunJson({"verify", "counts", "--components", "mlp", "--lengths",
                                          "5", "--phase", "forward", "--threads", "1"});
  REQUIRE(forward["rows"].size() == 1);
  CHECK(forward["rows"][0]["phase"] == "forward");
  const std::vector<std::string> random = {"verify",   "counts", "--components", "strided",
                                           "--random", "3",      "--seed",       "11"};
  const nlohmann::json drawn = RunJson(random);
  CHECK(drawn["rows"].size() == 6);
  CHECK(drawn["rows"] == RunJson(random)["rows"]);
  CHECK(drawn["rows"][0]["component"].get<std::string>().find("strided(") == 0);
  const RunResult csv = Run({"verify", "counts", "--components", "mlp(f=7)", "--lengths", "5",
                             "--set", "d=4", "--format", "csv"});
  CHECK(csv.exit == 0);
  CHECK(csv.out.find("component,T,phase,predicted,counted,difference,useful,uncosted\n"
                     "mlp(f=7),5,forward,560,560,0,560,") == 0);
}

TEST_CASE("A shape, a name or an option that cannot be gets one sentence", "[cli][verify]") {
  const auto counts = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"verify", "counts"});
    return Run(arguments);
  };
  CHECK(IsBadInput(counts({"--components", "ful"}), "did you mean 'full'?"));
  CHECK(IsBadInput(counts({"--components", "T*T"}), "'T*T' cannot be verified"));
  CHECK(IsBadInput(counts({"--components", "full", "--set", "d=10,H=4"}), "w = d/H is 5/2"));
  CHECK(IsBadInput(counts({"--components", "lsh", "--set", "S=9"}), "S = 9 is not T = 64"));
  CHECK(IsBadInput(counts({"--components", "full", "--set", "L=2"}), "one layer is run"));
  CHECK(IsBadInput(counts({"--lengths", "0"}), "--lengths"));
  CHECK(IsBadInput(counts({"--phase", "decode"}), "--phase: 'decode' is none of"));
  CHECK(IsBadInput(counts({"--device", "gpu"}), "--device: 'gpu' is none of cpu, cuda"));
  CHECK(IsBadInput(counts({"--threads", "0"}), "--threads: '0' is not a whole number from 1"));
  CHECK(IsBadInput(counts({"--seed", "x"}), "--seed: 'x'"));
  CHECK(IsBadInput(counts({"--random", "2", "--lengths", "8"}), "--lengths does not go with"));
  CHECK(IsBadInput(counts({"--random", "2", "--components", "full(H=2)"}), "draws"));
  CHECK(IsBadInput(counts({"--formt", "csv"}), "did you mean '--format'?"));
  CHECK(IsBadInput(Run({"verify", "memory", "--optimizer", "adam"}), "did you mean 'adamw'?"));
}

TEST_CASE("What needs more memory than there is gets one sentence and leaves no file",
          "[cli][verify]") {
  const std::string file = ScratchFolder() + "/large.json";
  CHECK(CannotCheck(
      Run({"verify", "counts", "--components", "full", "--lengths", "32M", "--output", file}),
      "full at T = 33554432 needs at least "));
  CHECK(CannotCheck(
      Run({"verify", "memory", "--components", "full_table", "--set", "V=1G", "--output", file}),
      "full_table at T = 64 needs at least "));
  CHECK(!fs::exists(file));
}

TEST_CASE("An interrupted run says so in one sentence and leaves no file", "[cli][verify]") {
  const std::string folder = ScratchFolder() + "/interrupted", errors = ScratchFolder() + "/errors";
  fs::create_directories(folder);
  for (const int signal : {SIGINT, SIGTERM}) {
    const pid_t child = Start({"verify", "counts", "--components", "gpt2", "--lengths", "1K",
                               "--output", folder + "/counts.json"},
                              errors);
    while (ResidentMiB(child) < 500) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    kill(child, signal);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WEXITSTATUS(status) == 128 + signal);
    CHECK(FileText(errors) == "costcheck: error: interrupted, nothing was written\n");
    CHECK(fs::is_empty(folder));
  }
}

TEST_CASE("A whole file is written, or none", "[cli][verify]") {
  const std::string file = ScratchFolder() + "/counts.csv";
  const RunResult result = Run({"verify", "counts", "--components", "mlp", "--lengths", "5",
                                "--format", "csv", "--output", file});
  CHECK(result.exit == 0);
  CHECK(result.out.empty());
  CHECK(result.err.empty());
  CHECK(FileText(file).find("mlp,5,backward,") != std::string::npos);
}

TEST_CASE("A terminal sees how far a run is, and what is left", "[cli][verify]") {
  const std::string run = "counts --components mlp --lengths 5,6,7 --output /dev/null";
  const std::string shown = OnTerminal(run);
  CHECK(shown.find("0 of 3, 0 s: mlp, T = 5") != std::string::npos);
  CHECK(shown.find("2 of 3, ") != std::string::npos);
  CHECK(shown.find(" left: mlp, T = 7") != std::string::npos);
  CHECK(shown.rfind("\r\033[K") == shown.size() - 4);
  CHECK(OnTerminal(run + " --quiet") == "");
}

TEST_CASE("verify runs every component by default, within seconds", "[cli][verify]") {
  const nlohmann::json object = RunJson({"verify", "counts"});
  std::set<std::string> components;
  for (const nlohmann::json& row : object["rows"]) {
    INFO(row.dump());
    CHECK(row["difference"] == "0");
    components.insert(row["component"]);
  }
  CHECK(components.size() >= 22 + 7);
  CHECK(components.count("gpt2") == 0);
}
