#include "verify/train/alarms.h"

#include <cmath>
#include <limits>

#include "tests/catch.h"

namespace costcheck {
namespace {

std::vector<EpochPoint> CurveOf(const std::vector<double>& losses, std::int64_t every) {
  std::vector<EpochPoint> curve;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    EpochPoint point;
    point.epoch = every * static_cast<std::int64_t>(i);
    point.validation_loss = losses[i];
    curve.push_back(point);
  }
  return curve;
}

TEST_CASE("A loss below the source's own by more than five errors is a leak", "[alarms]") {
  CHECK_FALSE(LeakAlarm({0.3, 0.01}, 4.2));
  CHECK_FALSE(LeakAlarm({-0.04, 0.01}, 4.2));
  const auto alarm = LeakAlarm({-0.06, 0.01}, 4.2);
  REQUIRE(alarm);
  CHECK(alarm->name == "leak");
  CHECK(alarm->text.find("0.06") != std::string::npos);
}

TEST_CASE("Neither NaN nor an infinity is a loss", "[alarms]") {
  CHECK_FALSE(NotANumberAlarm(3.5, 0));
  CHECK(NotANumberAlarm(std::nan(""), 4)->text.find("step 5") != std::string::npos);
  CHECK(NotANumberAlarm(std::numeric_limits<double>::infinity(), 4));
}

TEST_CASE("A run that ends above the untrained model has diverged", "[alarms]") {
  CHECK(DivergenceAlarm(CurveOf({3.0, 2.0, 3.1}, 1)));
  CHECK_FALSE(DivergenceAlarm(CurveOf({3.0, 5.0, 2.9}, 1)));
  CHECK_FALSE(DivergenceAlarm(CurveOf({3.0}, 1)));
}

TEST_CASE("A run has converged when its last quarter gains less than was stated", "[alarms]") {
  const TrainingSpec training{.epochs = 16, .steps_per_epoch = 1};
  CHECK_FALSE(ConvergenceAlarm(training, 0.05, CurveOf({5, 4, 3.5, 3.30, 3.26}, 4)));
  CHECK(ConvergenceAlarm(training, 0.05, CurveOf({5, 4, 3.5, 3.30, 3.24}, 4)));
  // Of epochs 5, 10 and 15, 10 is the last one at or before 12.
  CHECK_FALSE(ConvergenceAlarm(training, 0.05, CurveOf({5, 3.30, 3.24, 3.24}, 5)));
  CHECK(ConvergenceAlarm(training, 0.05, CurveOf({5, 3.30, 3.30, 3.24}, 5)));
  CHECK_FALSE(ConvergenceAlarm(training, 0, CurveOf({5, 4, 3, 2, 1}, 4)));
}

TEST_CASE("Too few looks cannot pass for convergence", "[alarms]") {
  const TrainingSpec training{.epochs = 3, .steps_per_epoch = 10};
  const auto alarm = ConvergenceAlarm(training, 0.05, CurveOf({4.0, 4.0}, 3));
  REQUIRE(alarm);
  CHECK(alarm->name == "not_converged");
}

TEST_CASE("A curve is read by the exact loss where there is one", "[alarms]") {
  EpochPoint point;
  CHECK_FALSE(CurveLoss(point));
  point.training_loss = 3;
  CHECK(CurveLoss(point) == 3.0);
  point.validation_loss = 2;
  CHECK(CurveLoss(point) == 2.0);
  point.expected_loss = 1;
  CHECK(CurveLoss(point) == 1.0);
}

}  // namespace
}  // namespace costcheck
