#include "verify/train/recording.h"

#include <set>

#include "tests/catch.h"

namespace costcheck {
namespace {

/// The steps that are recorded of a run with so many looks, one at each step.
std::vector<std::int64_t> RecordedSteps(std::int64_t looks) {
  RunResult result;
  for (std::int64_t step = 0; step < looks; ++step) {
    EpochPoint point{.epoch = step, .step = step};
    if (step > 0) point.training_loss = 3.5;
    point.validation_loss = 3 - 0.01 * static_cast<double>(step);
    result.curve.push_back(point);
  }
  const RunRecord record = Filled({}, result, "1.0");
  std::vector<std::int64_t> steps;
  for (const CurvePoint& point : record.curve) {
    if (point.name == "validation_loss") steps.push_back(point.step);
  }
  const std::size_t first_without_training = steps.empty() ? 0 : 1;
  CHECK(record.curve.size() == 2 * steps.size() - first_without_training);
  return steps;
}

}  // namespace

TEST_CASE("of a long curve at most 12 looks are recorded, the first and the last among them") {
  CHECK(RecordedSteps(0).empty());
  CHECK(RecordedSteps(1) == std::vector<std::int64_t>{0});
  CHECK(RecordedSteps(12).size() == 12);
  CHECK(RecordedSteps(13) == std::vector<std::int64_t>{0, 2, 4, 6, 8, 10, 12});
  CHECK(RecordedSteps(16) == std::vector<std::int64_t>{0, 2, 4, 6, 8, 10, 12, 14, 15});
  for (std::int64_t looks = 1; looks < 300; ++looks) {
    const std::vector<std::int64_t> steps = RecordedSteps(looks);
    CAPTURE(looks);
    CHECK(steps.size() <= 12);
    CHECK(steps.front() == 0);
    CHECK(steps.back() == looks - 1);
    CHECK(std::set<std::int64_t>(steps.begin(), steps.end()).size() == steps.size());
  }
}

}  // namespace costcheck
