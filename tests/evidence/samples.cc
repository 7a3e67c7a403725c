#include "tests/evidence/samples.h"

#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "costmodel/algebra/error.h"
#include "evidence/files.h"
#include "evidence/hash.h"
#include "evidence/lines.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

double AnyDouble(std::mt19937_64& random) {
  switch (random() % 7) {
    case 0:
      return 0.0;
    case 1:
      return -0.0;
    case 2:
      return static_cast<double>(random() % 1000);
    default:
      return std::bit_cast<double>(random());  // NaN and infinities among them
  }
}

double FiniteDouble(std::mt19937_64& random) {
  while (true) {
    const double value = AnyDouble(random);
    if (std::isfinite(value)) return value;
  }
}

std::string AnyText(std::mt19937_64& random) {
  const std::string pieces[] = {"a",
                                "Z",
                                "\"",
                                "\\",
                                "\n",
                                "\x01",
                                "/",
                                "=",
                                ", ",
                                "é",
                                "\u2028",
                                "\U0001F600",
                                "{",
                                "}",
                                "\t",
                                "0",
                                "'",
                                "\x7f",
                                std::string(1, '\0')};
  std::string text;
  for (auto left = random() % 6; left > 0; --left) text += pieces[random() % std::size(pieces)];
  return text;
}

RunEnvironment AnyEnvironment(std::mt19937_64& random) {
  return {AnyText(random),
          AnyText(random),
          AnyText(random),
          AnyText(random),
          1 + static_cast<std::int64_t>(random() % 64),
          AnyText(random),
          AnyText(random),
          std::abs(FiniteDouble(random))};
}

}  // namespace

RunRecord SampleRun(std::uint64_t seed, double loss) {
  RunRecord run;
  run.experiment = "B5";
  run.form = "corrected";
  run.arm = "banded";
  run.seed = seed;
  run.settings = {{"rate", 0.001}, {"schedule", "cosine"}};
  run.configuration = R"({"model":{"d":37,"layers":2},"steps":11})";
  run.environment = {"1.0", "1.13.1", "OpenBLAS 0.3.21", "Haswell", 3, "float32", "cpu", 0.75};
  run.steps = 11;
  run.tokens = 1331;
  run.flops = "123456789012345678901234567890";
  run.curve = {{0, "train_loss", 6.5}, {11, "train_loss", loss}};
  run.results = {{"loss", loss}, {"perplexity", std::exp(loss)}};
  return run;
}

RunRecord RandomRun(std::mt19937_64& random) {
  RunRecord run;
  run.experiment = "B" + std::to_string(random() % 10);
  run.form = AnyText(random);
  run.arm = AnyText(random);
  run.seed = random() >> (random() % 64);
  for (auto left = random() % 4; left > 0; --left) {
    const std::string name = std::to_string(left) + AnyText(random);
    SettingValue value = FiniteDouble(random);
    if (random() % 2 == 0) value = AnyText(random);
    run.settings.emplace_back(name, value);
  }
  run.environment = AnyEnvironment(random);
  run.status = random() % 2 == 0 ? RunStatus::kFinished : RunStatus::kStopped;
  run.steps = static_cast<std::int64_t>(random() >> 1U);
  run.tokens = static_cast<std::int64_t>(random() >> 1U);
  run.flops = std::to_string(random()) + std::to_string(random());
  for (auto left = random() % 9; left > 0; --left) {
    run.curve.push_back(
        {static_cast<std::int64_t>(random() % 100), AnyText(random), AnyDouble(random)});
    run.results[AnyText(random)] = AnyDouble(random);
    run.alarms.push_back(AnyText(random));
  }
  return run;
}

std::string EditedLine(std::string line, const std::function<void(std::string& json)>& edit) {
  line.erase(line.rfind(",\"checksum\""));
  edit(line);
  return line + ",\"checksum\":\"" + Sha256(line).substr(0, 16) + "\"}";
}

std::function<void(std::string&)> Replacing(const std::string& old, const std::string& by) {
  return [old, by](std::string& json) {
    const std::size_t at = json.find(old);
    if (at == std::string::npos) throw std::logic_error("'" + old + "' is not in " + json);
    json.replace(at, old.size(), by);
  };
}

std::size_t RunsIn(const std::string& lines) {
  const std::string path = NewFolder() + "/runs.jsonl";
  ReplaceFile(path, lines);
  return ReadRunLines(path).size();
}

std::string NewFolder() {
  static int number = 0;
  const char* given = std::getenv("TEST_TMPDIR");
  const fs::path base = given == nullptr ? fs::temp_directory_path() : fs::path(given);
  const fs::path own =
      base / ("evidence." + std::to_string(getpid()) + "." + std::to_string(number++));
  fs::remove_all(own);
  fs::create_directories(own);
  return own.string();
}

int Start(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start a process");
  if (child > 0) return child;
  int status = 99;
  try {
    status = work();
  } catch (const std::exception&) {
  }
  _exit(status);
}

int Wait(int process) {
  int status = 0;
  if (waitpid(process, &status, 0) != process) throw std::runtime_error("cannot wait");
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int InChild(const std::function<int()>& work) { return Wait(Start(work)); }

std::string ErrorOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const CostError& error) {
    return error.what();
  }
  return "";
}

}  // namespace costcheck
