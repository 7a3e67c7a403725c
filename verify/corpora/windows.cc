#include "verify/corpora/windows.h"

#include <algorithm>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

// Of several equally frequent ones the smallest.
std::int32_t MostFrequent(std::span<const std::int32_t> window) {
  std::vector<std::int32_t> sorted(window.begin(), window.end());
  std::sort(sorted.begin(), sorted.end());
  std::int32_t best = sorted.front();
  std::ptrdiff_t most = 0;
  for (auto run = sorted.begin(); run != sorted.end();) {
    const auto end = std::upper_bound(run, sorted.end(), *run);
    if (end - run > most) {
      most = end - run;
      best = *run;
    }
    run = end;
  }
  return best;
}

// `window`: WindowSpan tokens.
void AddRow(std::span<const std::int32_t> window, Target target, std::size_t length, Batch& batch) {
  std::span<const std::int32_t> inputs = window.first(length);
  std::span<const std::int32_t> targets = window.last(1);
  std::int32_t most_frequent = 0;
  switch (target) {
    case Target::kNextToken:
      targets = window.subspan(1);
      break;
    case Target::kFollowing:
      break;
    case Target::kMostFrequent:
      most_frequent = MostFrequent(window);
      targets = {&most_frequent, 1};
      break;
    case Target::kFirst:
      inputs = window.subspan(1);
      targets = window.first(1);
      break;
  }
  batch.inputs.insert(batch.inputs.end(), inputs.begin(), inputs.end());
  if (target == Target::kFirst) batch.inputs.push_back(0);
  batch.targets.insert(batch.targets.end(), targets.begin(), targets.end());
}

void CheckSetting(bool good, const std::string& place, const std::string& sentence) {
  if (!good) throw CostError(place + ": " + sentence);
}

std::int64_t CeilingOf(std::int64_t dividend, std::int64_t divisor) {
  return (dividend + divisor - 1) / divisor;
}

}  // namespace

std::int64_t WindowSpan(Target target, std::int64_t length) {
  const bool behind = target == Target::kNextToken || target == Target::kFollowing;
  return behind ? length + 1 : length;
}

std::int64_t TargetsPerRow(Target target, std::int64_t length) {
  return target == Target::kNextToken ? length : 1;
}

std::vector<std::int64_t> RandomStarts(std::int64_t tokens, std::int64_t span, std::int64_t count,
                                       Stream& stream) {
  COSTCHECK_CHECK(0 < span && span <= tokens);
  const auto places = static_cast<std::uint64_t>(tokens - span + 1);
  std::vector<std::int64_t> starts(static_cast<std::size_t>(count));
  for (std::int64_t& start : starts) start = static_cast<std::int64_t>(stream.Below(places));
  return starts;
}

Batch MakeBatch(std::span<const std::int32_t> tokens, std::span<const std::int64_t> starts,
                Target target, std::int64_t length) {
  COSTCHECK_CHECK(length > 0);
  const std::int64_t span = WindowSpan(target, length);
  const auto rows = static_cast<std::int64_t>(starts.size());
  Batch batch{rows, length, {}, {}};
  batch.inputs.reserve(static_cast<std::size_t>(rows * length));
  batch.targets.reserve(static_cast<std::size_t>(rows * TargetsPerRow(target, length)));
  for (const std::int64_t start : starts) {
    COSTCHECK_CHECK(0 <= start && start + span <= static_cast<std::int64_t>(tokens.size()));
    AddRow(tokens.subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(span)), target,
           static_cast<std::size_t>(length), batch);
  }
  return batch;
}

Batches::Batches(std::span<const std::int32_t> tokens, const WindowSettings& settings,
                 std::uint64_t seed, std::string name, const std::string& place)
    : tokens_(tokens),
      settings_(settings),
      span_(WindowSpan(settings.target, settings.length)),
      seed_(seed),
      name_(std::move(name)) {
  CheckSetting(settings_.length >= 1 && settings_.rows >= 1, place,
               "a batch has at least 1 window of at least 1 token, not " +
                   std::to_string(settings_.rows) + " of " + std::to_string(settings_.length) +
                   ".");
  CheckSetting(settings_.batches >= 0, place,
               "the number of batches is " + std::to_string(settings_.batches) +
                   ", but has to be at least 0.");
  const bool stepped = settings_.order == WindowOrder::kStepped;
  CheckSetting(!stepped || (settings_.row_step >= 0 && settings_.batch_step >= 1), place,
               "stepped windows need a step of at least 0 from row to row and of at least 1 from "
               "batch to batch, not " +
                   std::to_string(settings_.row_step) + " and " +
                   std::to_string(settings_.batch_step) + ".");
  const std::int64_t needed = span_ + (stepped ? (settings_.rows - 1) * settings_.row_step : 0);
  CheckSetting(needed <= static_cast<std::int64_t>(tokens_.size()), place,
               "a batch reads " + std::to_string(needed) + " tokens, but there are only " +
                   std::to_string(tokens_.size()) + ".");
  per_epoch_ = CountPerEpoch();
}

std::int64_t Batches::CountPerEpoch() const {
  if (settings_.order == WindowOrder::kRandom) return 0;
  const auto tokens = static_cast<std::int64_t>(tokens_.size());
  std::int64_t available = 0;
  if (settings_.order == WindowOrder::kStepped) {
    const std::int64_t free = tokens - span_ - (settings_.rows - 1) * settings_.row_step;
    available = free / settings_.batch_step + 1;
  } else {
    const std::int64_t windows = (tokens - span_) / settings_.length + 1;
    available = CeilingOf(windows, settings_.rows);
  }
  return settings_.batches == 0 ? available : std::min(available, settings_.batches);
}

std::vector<std::int64_t> Batches::ConsecutiveStarts(std::int64_t batch) const {
  const auto tokens = static_cast<std::int64_t>(tokens_.size());
  std::vector<std::int64_t> starts;
  for (std::int64_t row = 0; row < settings_.rows; ++row) {
    const std::int64_t start = (batch * settings_.rows + row) * settings_.length;
    if (start + span_ <= tokens) starts.push_back(start);
  }
  return starts;
}

std::vector<std::int64_t> Batches::StartsOf(std::int64_t index) const {
  if (settings_.order == WindowOrder::kRandom) {
    Stream stream(seed_, name_, static_cast<std::uint64_t>(index));
    return RandomStarts(static_cast<std::int64_t>(tokens_.size()), span_, settings_.rows, stream);
  }
  const std::int64_t batch = index % per_epoch_;
  if (settings_.order == WindowOrder::kConsecutive) return ConsecutiveStarts(batch);
  std::vector<std::int64_t> starts;
  for (std::int64_t row = 0; row < settings_.rows; ++row) {
    starts.push_back(batch * settings_.batch_step + row * settings_.row_step);
  }
  return starts;
}

Batch Batches::At(std::int64_t index) const {
  COSTCHECK_CHECK(index >= 0);
  return MakeBatch(tokens_, StartsOf(index), settings_.target, settings_.length);
}

}  // namespace costcheck
