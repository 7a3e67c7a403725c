#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evidence/sqlite.h"
#include "evidence/store.h"

namespace costcheck {

/// What became of a record that was added.
enum class Merged {
  kNew,
  kKnown,     ///< the run was there with the same result
  kConflict,  ///< the run was there with another result; both are kept
};

/// Two results of one run.
struct RunConflict {
  StoredRun first, second;
};

/// What is looked for; an empty field fits all.
struct RunFilter {
  std::optional<std::string> experiment = {}, form = {}, arm = {};
  std::optional<std::uint64_t> seed = {};
  std::optional<RunSettings> settings = {};  ///< all of them, in any order
};

/// One result of one run.
struct RunValue {
  std::string experiment, form, arm;
  std::uint64_t seed;
  std::string settings;  ///< as SettingsJson
  double value;
};

/// Records of runs in one SQLite file: tables `runs`, `settings`, `results`, `curves` and
/// `conflicts`, all STRICT. A run stands once in `runs`, under its unique ConfigurationHash, with
/// the text of its record; the parts of a record refer to it by `run`, its id.
///
/// Any number of processes of one machine may add at once: each batch is one transaction, in the
/// write-ahead log, and waits for its turn; a process that is killed leaves its earlier batches.
/// The file must be on a local disk: the log's shared memory does not work over NFS or other
/// network file systems. There, records are written as files (store.h), and merged on one machine.
///
/// Every failure is a CostError that names the file and SQLite's reason.
class RunDatabase {
 public:
  /// Opens the file, or makes it. CostError where it is of something else.
  explicit RunDatabase(const std::string& path);

  /// Adds records, all or, where it throws, none; the answers stand in their order. Of records of
  /// one run with one result, which differ in their environment alone, the one with the first text
  /// is kept, so that the order of adding does not matter.
  std::vector<Merged> Add(std::span<const StoredRun> runs);

  /// Each result that differs from the one in `runs`, with that one, by run.
  std::vector<RunConflict> Conflicts() const;

  /// By experiment, form, arm, settings and seed. CostError where one of them has two results.
  std::vector<RunRecord> Runs(const RunFilter& filter) const;

  /// The values of one metric, in the same order. CostError likewise.
  std::vector<RunValue> Values(const RunFilter& filter, const std::string& metric) const;

  /// All records, conflicting ones too, as RunLines (lines.h) has them.
  std::string Export() const;

 private:
  SqliteConnection connection_;
};

}  // namespace costcheck
