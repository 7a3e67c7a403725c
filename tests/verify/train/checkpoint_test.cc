#include "verify/train/checkpoint.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

Checkpoint Sample() {
  Checkpoint checkpoint;
  checkpoint.run = "a1b2";
  checkpoint.step = 17;
  checkpoint.parameters = {{1.5F, -2.25F, 0.1F}, {}, {3.0F}};
  checkpoint.optimizer = {{0.5F}};
  EpochPoint untrained, first;
  untrained.validation_loss = 2.5;
  first = {.epoch = 1, .step = 11, .training_loss = 2.125, .expected_loss = 1.0 / 3};
  checkpoint.curve = {untrained, first};
  checkpoint.loss_sum = 12.5;
  checkpoint.loss_count = 6;
  checkpoint.last_epoch_sum = 7.5;
  checkpoint.last_loss = 2.0625;
  checkpoint.step_flops = 123456789012345;
  checkpoint.seconds = 0.75;
  return checkpoint;
}

std::string ErrorOf(const std::string& bytes) {
  try {
    ParseCheckpoint(bytes, "x.checkpoint");
  } catch (const CostError& error) {
    return error.what();
  }
  return "";
}

/// In a folder of this process.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(fs::temp_directory_path() / ("checkpoint_test." + std::to_string(getpid()))) {}
  ~TemporaryFolder() { fs::remove_all(path_); }
  std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

TEST_CASE("A checkpoint is read back with every field, to the bit", "[checkpoint]") {
  const Checkpoint read = ParseCheckpoint(CheckpointBytes(Sample()), "x");
  // One list of fields writes and reads: equal bytes are equal fields; a few by hand besides.
  CHECK(CheckpointBytes(read) == CheckpointBytes(Sample()));
  CHECK(read.run == "a1b2");
  CHECK(read.step == 17);
  CHECK(read.parameters == Sample().parameters);
  CHECK(read.curve[1].expected_loss == 1.0 / 3);
  CHECK_FALSE(read.curve[0].training_loss);
  CHECK(read.loss_count == 6);
  CHECK(read.step_flops == 123456789012345);
  CHECK(read.seconds == 0.75);
}

TEST_CASE("Any byte that is changed is noticed", "[checkpoint]") {
  const std::string whole = CheckpointBytes(Sample());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 4);
    INFO("byte " << i);
    CHECK(ErrorOf(changed).find("x.checkpoint: ") == 0);
  }
}

TEST_CASE("A checkpoint that is cut short or has more behind it is refused", "[checkpoint]") {
  const std::string whole = CheckpointBytes(Sample());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO("length " << length);
    CHECK_FALSE(ErrorOf(whole.substr(0, length)).empty());
  }
  CHECK(ErrorOf(whole + "x").find("damaged") != std::string::npos);
}

TEST_CASE("Another file is named as what it is not", "[checkpoint]") {
  CHECK(ErrorOf("{\"json\": 1}").find("no checkpoint of costcheck") != std::string::npos);
  CHECK(ErrorOf("costcheck checkpoint 2\n").find("another version") != std::string::npos);
}

TEST_CASE("A file takes the place of the one before, and belongs to one run", "[checkpoint]") {
  const TemporaryFolder folder;
  const std::string path = folder.File("deep/one.checkpoint");
  CHECK_FALSE(ReadCheckpoint(path, "a1b2"));
  WriteCheckpoint(path, Sample());
  Checkpoint later = Sample();
  later.step = 18;
  WriteCheckpoint(path, later);
  CHECK(ReadCheckpoint(path, "a1b2")->step == 18);
  CHECK(std::distance(fs::directory_iterator(fs::path(path).parent_path()), {}) == 1);
  CHECK_THROWS_AS(ReadCheckpoint(path, "ffff"), CostError);
}

TEST_CASE("A checkpoint that cannot be written says where", "[checkpoint]") {
  const TemporaryFolder folder;
  fs::create_directories(folder.File("taken"));
  CHECK_THROWS_AS(WriteCheckpoint(folder.File("taken"), Sample()), CostError);
}

}  // namespace
}  // namespace costcheck
