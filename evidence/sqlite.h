#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// SQLite's C interface with owners and errors: every failure is a CostError that names the file and
// gives SQLite's reason.

namespace costcheck {

/// A connection to the database in a file, which is made where it is missing. Waits up to a minute
/// for other processes that write.
class SqliteConnection {
 public:
  explicit SqliteConnection(const std::string& path);

  /// Runs statements that give no rows.
  void Run(const char* statements);
  /// Runs them again, for up to a minute, while another process is in the way: for what SQLite does
  /// not wait for by itself.
  void RunPatiently(const char* statements);

  [[noreturn]] void Fail() const;
  [[noreturn]] void Refuse(const std::string& what) const;
  sqlite3* get() const { return connection_.get(); }

 private:
  std::string path_;
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection_;
};

/// A prepared statement. Parameters count from 1, columns from 0, as in SQLite.
class SqliteStatement {
 public:
  SqliteStatement(const SqliteConnection& connection, std::string_view statement);

  void Bind(int at, std::string_view text);
  void Bind(int at, std::int64_t number);
  void Bind(int at, double number);  ///< NaN as NULL, as SQLite has none
  void Bind(int at, const std::optional<std::string>& text);

  /// True where there is a next row.
  bool Step();
  /// Steps to the end, and makes it ready to be run again.
  void RunOnce();
  void Reset() { sqlite3_reset(statement_.get()); }

  std::string Text(int column) const;
  std::int64_t Int(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  double Double(int column) const;  ///< NaN for NULL

 private:
  void Check(int status) const;

  const SqliteConnection& connection_;
  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_;
};

/// A transaction that writes; undone unless it is committed.
class SqliteTransaction {
 public:
  explicit SqliteTransaction(SqliteConnection& connection) : connection_(connection) {
    connection_.Run("BEGIN IMMEDIATE");
  }
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  ~SqliteTransaction();

  void Commit() {
    connection_.Run("COMMIT");
    committed_ = true;
  }

 private:
  SqliteConnection& connection_;
  bool committed_ = false;
};

}  // namespace costcheck
