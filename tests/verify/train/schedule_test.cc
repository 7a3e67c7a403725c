#include "verify/train/schedule.h"

#include <cmath>

#include "tests/catch.h"
#include "tests/verify/train/near.h"

namespace costcheck {
namespace {

TEST_CASE("Without a schedule every step has the rate that was asked for", "[schedule]") {
  const TrainingSpec training{.epochs = 3, .steps_per_epoch = 5};
  CHECK(AllSteps(training) == 15);
  for (std::int64_t step = 0; step < 15; ++step) CHECK(RateShare(training, step) == 1);
}

TEST_CASE("Warm-up rises by equal parts to the whole rate", "[schedule]") {
  const TrainingSpec training{.epochs = 2, .steps_per_epoch = 5, .warmup_steps = 4};
  CHECK(RateShare(training, 0) == 0.25);
  CHECK(RateShare(training, 1) == 0.5);
  CHECK(RateShare(training, 3) == 1);
  CHECK(RateShare(training, 9) == 1);
}

TEST_CASE("A cosine by step begins at 1 after warm-up and is half way down in the middle",
          "[schedule]") {
  const TrainingSpec training{.epochs = 2, .steps_per_epoch = 7, .warmup_steps = 2, .cosine = true};
  CHECK(RateShare(training, 1) == 1);
  CHECK(RateShare(training, 2) == 1);
  CHECK(Near(RateShare(training, 8), 0.5));
  // cos(pi/3) = 1/2, a third of the 12 steps on.
  CHECK(Near(RateShare(training, 6), 0.75));
  CHECK(RateShare(training, 13) > 0);
}

TEST_CASE("A cosine by epoch changes between epochs alone", "[schedule]") {
  const TrainingSpec training{
      .epochs = 4, .steps_per_epoch = 3, .cosine = true, .cosine_by_epoch = true};
  for (std::int64_t step = 0; step < 3; ++step) CHECK(RateShare(training, step) == 1);
  for (std::int64_t step = 6; step < 9; ++step) CHECK(Near(RateShare(training, step), 0.5));
  CHECK(Near(RateShare(training, 11), (1 - std::sqrt(0.5)) / 2));
}

}  // namespace
}  // namespace costcheck
