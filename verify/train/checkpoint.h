#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "verify/train/result.h"

namespace costcheck {

/// All that a run needs to go on, to the same bits: chance has no state to be kept, as batches are
/// numbered and dropout is made from the number of the step (data.h, dropout.h).
struct Checkpoint {
  std::string run;  ///< which run it is of: its ConfigurationHash
  std::int64_t step = 0;
  std::vector<std::vector<float>> parameters;
  std::vector<std::vector<float>> optimizer;  ///< TensorOptimizer::State
  std::vector<EpochPoint> curve;
  double loss_sum = 0;          ///< of training losses since the last point of the curve
  std::int64_t loss_count = 0;  ///< how many these are
  double last_epoch_sum = 0;    ///< of training losses of this epoch
  double last_loss = 0;         ///< of the last batch
  std::int64_t step_flops = 0;
  double seconds = 0;  ///< of training so far
};

/// The file's bytes: a line that names format and version, a line with the SHA-256 of the rest,
/// then numbers in the machine's own order of bytes (little-endian ones alone are built for) and
/// counts of 8 bytes before what has a length.
std::string CheckpointBytes(const Checkpoint& checkpoint);

/// Reads what CheckpointBytes made. CostError that begins with `place` for anything else: another
/// file, another version, one that is cut short, longer, or changed in any byte.
Checkpoint ParseCheckpoint(const std::string& bytes, const std::string& place);

/// Writes the file whole or not at all, whatever happens to the process or the disk: under another
/// name, flushed, then renamed, and the folder flushed. Makes the folder. CostError with the path
/// and the system's reason.
void WriteCheckpoint(const std::string& path, const Checkpoint& checkpoint);

/// Nothing where there is no such file. CostError as ParseCheckpoint, and where the file is of
/// another run than `run`.
std::optional<Checkpoint> ReadCheckpoint(const std::string& path, const std::string& run);

}  // namespace costcheck
