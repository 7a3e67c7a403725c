#include "evidence/database.h"

#include <nlohmann/json.hpp>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

// In the file's header: "runs", and the version of the tables.
constexpr std::int64_t kApplication = 0x72756e73, kTablesVersion = 1;

// Seeds and FLOPs are texts of decimal digits, as they can pass 64 bits with a sign. A value that
// is NaN is NULL. `place` is where a record was read.
constexpr char kTables[] = R"(
CREATE TABLE runs(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, result TEXT NOT NULL,
  experiment TEXT NOT NULL, form TEXT NOT NULL, arm TEXT NOT NULL, seed TEXT NOT NULL,
  settings TEXT NOT NULL, configuration TEXT NOT NULL,
  code TEXT NOT NULL, libtorch TEXT NOT NULL, blas TEXT NOT NULL, core TEXT NOT NULL,
  threads INTEGER NOT NULL, precision TEXT NOT NULL, device TEXT NOT NULL,
  wall_seconds REAL NOT NULL,
  status TEXT NOT NULL, steps INTEGER NOT NULL, tokens INTEGER NOT NULL, flops TEXT NOT NULL,
  alarms TEXT NOT NULL, line TEXT NOT NULL, place TEXT NOT NULL) STRICT;
CREATE INDEX runs_by_experiment ON runs(experiment, form, arm);
CREATE TABLE settings(
  run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  name TEXT NOT NULL, value ANY NOT NULL, PRIMARY KEY(run, name)) STRICT, WITHOUT ROWID;
CREATE TABLE results(
  run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  metric TEXT NOT NULL, value REAL, PRIMARY KEY(run, metric)) STRICT, WITHOUT ROWID;
CREATE TABLE curves(
  run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  point INTEGER NOT NULL, step INTEGER NOT NULL, name TEXT NOT NULL, value REAL,
  PRIMARY KEY(run, point)) STRICT, WITHOUT ROWID;
CREATE TABLE conflicts(
  key TEXT NOT NULL, result TEXT NOT NULL, line TEXT NOT NULL, place TEXT NOT NULL,
  PRIMARY KEY(key, result)) STRICT, WITHOUT ROWID;
)";

std::int64_t Pragma(const SqliteConnection& connection, const char* statement) {
  SqliteStatement query(connection, statement);
  query.Step();
  return query.Int(0);
}

bool IsEmpty(const SqliteConnection& connection) {
  return Pragma(connection, "SELECT count(*) FROM sqlite_schema") == 0;
}

/// Refuses what holds other tables.
void CheckTables(const SqliteConnection& connection) {
  if (Pragma(connection, "PRAGMA application_id") != kApplication) {
    connection.Refuse("it is no database of runs");
  }
  const std::int64_t version = Pragma(connection, "PRAGMA user_version");
  if (version == kTablesVersion) return;
  connection.Refuse("its tables are of version " + std::to_string(version) +
                    ", and this program knows version " + std::to_string(kTablesVersion));
}

void MakeTables(SqliteConnection& connection) {
  connection.Run(kTables);
  const std::string marks = "PRAGMA application_id = " + std::to_string(kApplication) +
                            "; PRAGMA user_version = " + std::to_string(kTablesVersion);
  connection.Run(marks.c_str());
}

/// One record, with what it is compared by.
struct Entry {
  explicit Entry(const StoredRun& stored)
      : run(stored.record),
        place(stored.place),
        key(ConfigurationHash(run)),
        result(ResultHash(run)),
        line(RecordLine(run)) {}

  const RunRecord& run;
  const std::string& place;
  std::string key, result, line;
};

/// Adds records, within a transaction.
class Adder {
 public:
  explicit Adder(const SqliteConnection& connection);
  Merged Add(const Entry& entry);

 private:
  /// Its id; none, and nothing done, where there is that run.
  std::optional<std::int64_t> InsertRun(const Entry& entry);
  void InsertParts(const RunRecord& record, std::int64_t id);
  bool Insert(const Entry& entry);
  void InsertConflict(const Entry& entry);

  SqliteStatement run_, setting_, result_, point_, conflict_, find_, delete_;
};

Adder::Adder(const SqliteConnection& connection)
    : run_(connection,
           "INSERT INTO runs VALUES(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
           " ON CONFLICT(key) DO NOTHING RETURNING id"),
      setting_(connection, "INSERT INTO settings VALUES(?,?,?)"),
      result_(connection, "INSERT INTO results VALUES(?,?,?)"),
      point_(connection, "INSERT INTO curves VALUES(?,?,?,?,?)"),
      conflict_(connection,
                "INSERT INTO conflicts VALUES(?,?,?,?) ON CONFLICT(key, result) DO UPDATE"
                " SET line = excluded.line, place = excluded.place"
                " WHERE excluded.line < conflicts.line"),
      find_(connection, "SELECT result, line FROM runs WHERE key = ?"),
      delete_(connection, "DELETE FROM runs WHERE key = ?") {}

std::optional<std::int64_t> Adder::InsertRun(const Entry& entry) {
  const RunRecord& run = entry.run;
  const RunEnvironment& by = run.environment;
  int at = 0;
  const auto bind = [this, &at](const auto& value) { run_.Bind(++at, value); };
  const auto text = [&bind](std::string_view value) { bind(value); };
  for (const std::string* value :
       {&entry.key, &entry.result, &run.experiment, &run.form, &run.arm}) {
    text(*value);
  }
  text(std::to_string(run.seed));
  text(SettingsJson(run.settings));
  for (const std::string* value :
       {&run.configuration, &by.code, &by.libtorch, &by.blas, &by.core}) {
    text(*value);
  }
  bind(by.threads);
  text(by.precision);
  text(by.device);
  bind(by.wall_seconds);
  text(StatusWord(run.status));
  bind(run.steps);
  bind(run.tokens);
  text(run.flops);
  text(nlohmann::json(run.alarms).dump());
  text(entry.line);
  text(entry.place);
  std::optional<std::int64_t> id;
  if (run_.Step()) id = run_.Int(0);
  run_.Reset();
  return id;
}

void Adder::InsertParts(const RunRecord& record, std::int64_t id) {
  for (const auto& [name, value] : record.settings) {
    setting_.Bind(1, id);
    setting_.Bind(2, std::string_view(name));
    if (const double* number = std::get_if<double>(&value)) {
      setting_.Bind(3, *number);
    } else {
      setting_.Bind(3, std::string_view(std::get<std::string>(value)));
    }
    setting_.RunOnce();
  }
  for (const auto& [metric, value] : record.results) {
    result_.Bind(1, id);
    result_.Bind(2, std::string_view(metric));
    result_.Bind(3, value);
    result_.RunOnce();
  }
  std::int64_t number = 0;
  for (const CurvePoint& point : record.curve) {
    point_.Bind(1, id);
    point_.Bind(2, ++number);
    point_.Bind(3, point.step);
    point_.Bind(4, std::string_view(point.name));
    point_.Bind(5, point.value);
    point_.RunOnce();
  }
}

bool Adder::Insert(const Entry& entry) {
  const auto id = InsertRun(entry);
  if (id) InsertParts(entry.run, *id);
  return id.has_value();
}

void Adder::InsertConflict(const Entry& entry) {
  conflict_.Bind(1, std::string_view(entry.key));
  conflict_.Bind(2, std::string_view(entry.result));
  conflict_.Bind(3, std::string_view(entry.line));
  conflict_.Bind(4, std::string_view(entry.place));
  conflict_.RunOnce();
}

Merged Adder::Add(const Entry& entry) {
  if (Insert(entry)) return Merged::kNew;
  find_.Bind(1, std::string_view(entry.key));
  find_.Step();
  const std::string result = find_.Text(0), line = find_.Text(1);
  find_.Reset();
  if (result != entry.result) {
    InsertConflict(entry);
    return Merged::kConflict;
  }
  if (entry.line < line) {
    delete_.Bind(1, std::string_view(entry.key));
    delete_.RunOnce();
    Insert(entry);
  }
  return Merged::kKnown;
}

}  // namespace

RunDatabase::RunDatabase(const std::string& path) : connection_(path) {
  // First of all, so that a file of something else stays as it is.
  if (!IsEmpty(connection_)) CheckTables(connection_);
  // SQLite does not wait by itself where two processes turn the log on at once.
  connection_.RunPatiently("PRAGMA journal_mode = WAL");
  connection_.Run("PRAGMA foreign_keys = ON");
  SqliteTransaction transaction(connection_);
  if (IsEmpty(connection_)) MakeTables(connection_);
  transaction.Commit();
}

std::vector<Merged> RunDatabase::Add(std::span<const StoredRun> runs) {
  std::vector<Entry> entries(runs.begin(), runs.end());
  std::vector<Merged> answers;
  SqliteTransaction transaction(connection_);
  Adder adder(connection_);
  for (const Entry& entry : entries) answers.push_back(adder.Add(entry));
  transaction.Commit();
  return answers;
}

}  // namespace costcheck
