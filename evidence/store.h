#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evidence/record.h"

namespace costcheck {

/// A record and where it was read.
struct StoredRun {
  RunRecord record;
  std::string place;  ///< "runs/B5/0a1b.json:1"
};

/// What a folder or files hold.
struct StoredRuns {
  std::vector<StoredRun> runs;
  std::vector<std::string> refused;  ///< a sentence a file that cannot be read, with file:line
};

enum class Stored {
  kNew,    ///< written
  kKnown,  ///< was there already, with the same result; the file stays as it is
};

/// A folder with a file a run: EXPERIMENT/KEY.json, where KEY is the run's ConfigurationHash.
///
/// A file appears whole or not at all, whatever happens to the process or the disk: it is written
/// under another name that begins with a point, flushed, then named, and the folder flushed. A
/// process that is killed can leave a file of such a name behind; nobody reads it, and it may be
/// deleted while no process writes. Any number of processes and machines may write one folder.
///
/// Files are never replaced. A run that is there already with another result is an error: one of
/// the two is wrong, or something that determines the result is not in its configuration.
class RunStore {
 public:
  /// The folder, not "", need not be there before the first record.
  explicit RunStore(std::string folder);

  /// CostError where the record cannot be written (as RecordLine, or with the path and the system's
  /// reason), or where what is there is damaged or has another result.
  Stored Add(const RunRecord& record) const;

  /// The record of that run; none where there is no file. CostError where it is damaged.
  std::optional<StoredRun> Find(const std::string& experiment,
                                const std::string& configuration_hash) const;

  /// The files of records, in order; those whose names begin with a point are none. CostError where
  /// the folder cannot be read.
  std::vector<std::string> Files() const;

  /// All records. What is damaged is named in `refused`, and the others are read.
  StoredRuns ReadAll() const;

 private:
  std::string PathOf(const std::string& experiment, const std::string& hash) const;

  std::string folder_;
};

/// Reads a file of a RunStore. CostError with file:line where it is no whole record, or is named or
/// lies in a folder named for another run.
StoredRun ReadRunFile(const std::string& path);

}  // namespace costcheck
