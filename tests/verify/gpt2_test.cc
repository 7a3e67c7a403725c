#include <cstdint>
#include <memory>

#include "costmodel/model/named_models.h"
#include "tests/catch.h"
#include "verify/configuration.h"
#include "verify/counts.h"
#include "verify/memory.h"

using namespace costcheck;

namespace {

Configuration Gpt2(std::int64_t tokens) { return Configure({"gpt2", "gpt2", {}}, tokens); }

}  // namespace

// Forward and backward passes of 124M parameters: some ten seconds.

TEST_CASE("GPT-2 executes what is predicted, forward and backward, at 1024 tokens", "[verify]") {
  const std::vector<CountRecord> records = VerifyCounts(Gpt2(1024), {});
  REQUIRE(records.size() == 2);
  // 12 layers of 12 d^2 a token and 2 T^2 d, and the head of d*V a token; 2 FLOPs each.
  const Integer layers = Integer(12) * (12LL * 1024 * 768 * 768 + 2LL * 1024 * 1024 * 768);
  const Integer forward = 2 * (layers + Integer(1024) * 768 * 50257);
  CHECK(records[0].predicted == forward);
  CHECK(records[0].counted == forward);
  CHECK(records[1].predicted == 2 * forward);
  CHECK(records[1].counted == 2 * forward);
}

TEST_CASE("GPT-2 holds what is predicted, to the byte", "[verify]") {
  for (const MemoryRecord& record : VerifyMemory(Gpt2(251), {})) {
    INFO(record.quantity << ": predicted " << ToString(record.predicted) << ", measured "
                         << ToString(record.measured));
    if (record.quantity == "parameters") CHECK(record.measured == 124439808);
    CHECK(record.Difference() == 0);
  }
}

TEST_CASE("The named model is that one", "[verify]") {
  VerifySubject subject{"gpt2", "gpt2", {}};
  subject.model = std::make_shared<Architecture>(NamedArchitecture("gpt2"));
  const std::vector<CountRecord> records = VerifyCounts(Configure(subject, 128), {});
  REQUIRE(records.size() == 4);
  for (const CountRecord& record : records) {
    INFO(record.quantity << " " << record.phase);
    CHECK(record.Difference() == 0);
    if (record.quantity == "parameters") CHECK(record.counted == 124439808);
  }
}
