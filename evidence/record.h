#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// What one run leaves: enough to run it again, and what it gave. A record is one line of JSON, the
// same in a file of its own (store.h) and among many (lines.h, database.h).

namespace costcheck {

/// Of the format; a line of another version is refused.
inline constexpr int kRecordVersion = 1;

/// A number that is finite, or a word.
using SettingValue = std::variant<double, std::string>;
/// What is varied between the runs of one arm, by name, in the order in which people shall see it:
/// {{"rate", 0.001}, {"schedule", "cosine"}}.
using RunSettings = std::vector<std::pair<std::string, SettingValue>>;

enum class RunStatus {
  kFinished,  ///< ran to the end that its configuration states
  kStopped,   ///< was stopped by an alarm
};

/// "finished" or "stopped".
std::string_view StatusWord(RunStatus status);

struct CurvePoint {
  std::int64_t step;
  std::string name;  ///< "train_loss"
  double value;      ///< may be NaN or infinite
};

/// With what a run was made. It is kept, and does not tell one run from another: the same run
/// elsewhere is the same run, and where it gives another result, that is a conflict to be seen.
struct RunEnvironment {
  std::string code;      ///< version of costcheck
  std::string libtorch;  ///< "1.13.1"
  std::string blas;      ///< name and version: "OpenBLAS 0.3.21"
  std::string core;      ///< core type, as BLAS names it: "Haswell", "SkylakeX"
  std::int64_t threads = 1;
  std::string precision;  ///< "float32"
  std::string device;     ///< "cpu"
  double wall_seconds = 0;
};

/// One run. Time of day is in no field, so that a run that is made again leaves the same record but
/// for `wall_seconds`.
struct RunRecord {
  // Which run it is.
  std::string experiment;  ///< of letters, digits, '_', '-' and '.', not first: it names a folder
  std::string form;        ///< any word: "as-described", "corrected"
  std::string arm;         ///< "banded"
  std::uint64_t seed = 0;
  RunSettings settings;  ///< each name once
  /// The text of a JSON object: all else that determines the run (model, data, optimizer, steps).
  /// What is not in it must not change the result.
  std::string configuration = "{}";

  RunEnvironment environment;

  // What it gave.
  RunStatus status = RunStatus::kFinished;
  std::int64_t steps = 0;
  std::int64_t tokens = 0;                ///< seen in training
  std::string flops = "0";                ///< spent, in decimal digits
  std::vector<CurvePoint> curve;          ///< in the order in which it was drawn
  std::map<std::string, double> results;  ///< by metric; may be NaN or infinite
  std::vector<std::string> alarms;        ///< sentences
};

/// What tells the run from all others: SHA-256, in hexadecimal, of the canonical JSON text of
/// experiment, form, arm, seed, settings in the order of their names, and configuration. Canonical:
/// keys sorted, no white space, doubles in the fewest digits that read back as the same. Neither
/// the order of keys nor how a double is written (0.001, 1e-3) matters; 1 and 1.0 differ.
/// CostError where the record cannot be written, as RecordLine.
std::string ConfigurationHash(const RunRecord& record);

/// SHA-256, in hexadecimal, of what the run gave: status, steps, tokens, FLOPs, curve, results,
/// alarms. Two records of one run agree exactly where these are equal.
std::string ResultHash(const RunRecord& record);

/// The record as one line of JSON without the line's end. Keys stand in a fixed order, settings in
/// theirs; doubles read back as the same bits, NaN and infinities are the texts "nan", "inf" and
/// "-inf". The last key is a checksum of what stands before it. CostError, naming the run and the
/// field, for text that is not UTF-8, a name that cannot name a folder, a setting that is given
/// twice or not finite, a configuration that is no JSON object, FLOPs that are not decimal digits,
/// a negative count or time.
std::string RecordLine(const RunRecord& record);

/// Reads what RecordLine wrote. CostError that begins with `place` ("runs.jsonl:3") for anything
/// else: a line that is cut short or changed in any byte, a key that is unknown (with the nearest),
/// missing, given twice or of another type, another version of the format.
RunRecord ParseRecord(std::string_view line, const std::string& place);

/// The settings as a JSON object, sorted by name: equal texts where the settings are.
std::string SettingsJson(const RunSettings& settings);

/// "rate=0.001, schedule=cosine"; "" without settings.
std::string SettingsText(const RunSettings& settings);

/// Which run it is, for a sentence: "B5, corrected, arm banded, seed 3, rate=0.001".
std::string RunName(const RunRecord& record);

}  // namespace costcheck
