#include "evidence/sqlite.h"

#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <thread>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr int kPatienceMilliseconds = 60'000;

sqlite3* Open(const std::string& path) {
  // An absolute path, as some names are not files to SQLite: "", ":memory:".
  const std::string file = std::filesystem::absolute(path).string();
  sqlite3* connection = nullptr;
  sqlite3_open_v2(file.c_str(), &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  return connection;
}

}  // namespace

SqliteConnection::SqliteConnection(const std::string& path)
    : path_(path), connection_(path.empty() ? nullptr : Open(path), &sqlite3_close) {
  if (path.empty()) throw CostError("a database needs a file's name");
  if (sqlite3_errcode(get()) != SQLITE_OK) Fail();
  sqlite3_busy_timeout(get(), kPatienceMilliseconds);
}

void SqliteConnection::Run(const char* statements) {
  if (sqlite3_exec(get(), statements, nullptr, nullptr, nullptr) != SQLITE_OK) Fail();
}

void SqliteConnection::RunPatiently(const char* statements) {
  using std::chrono::milliseconds;
  constexpr milliseconds kStep(10);
  for (milliseconds waited(0); waited.count() < kPatienceMilliseconds; waited += kStep) {
    const int status = sqlite3_exec(get(), statements, nullptr, nullptr, nullptr);
    if (status == SQLITE_OK) return;
    if (status != SQLITE_BUSY && status != SQLITE_LOCKED) Fail();
    std::this_thread::sleep_for(kStep);
  }
  Fail();
}

void SqliteConnection::Fail() const {
  std::string reason = sqlite3_errmsg(get());
  const int error = get() == nullptr ? 0 : sqlite3_system_errno(get());
  if (error != 0) reason += std::string(" (") + std::strerror(error) + ")";
  Refuse(reason);
}

void SqliteConnection::Refuse(const std::string& what) const {
  throw CostError("cannot use the database '" + path_ + "': " + what);
}

SqliteStatement::SqliteStatement(const SqliteConnection& connection, std::string_view statement)
    : connection_(connection), statement_(nullptr, &sqlite3_finalize) {
  sqlite3_stmt* prepared = nullptr;
  Check(sqlite3_prepare_v2(connection.get(), statement.data(), static_cast<int>(statement.size()),
                           &prepared, nullptr));
  statement_.reset(prepared);
}

void SqliteStatement::Check(int status) const {
  if (status != SQLITE_OK) connection_.Fail();
}

void SqliteStatement::Bind(int at, std::string_view text) {
  Check(sqlite3_bind_text64(statement_.get(), at, text.data(), text.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
}

void SqliteStatement::Bind(int at, std::int64_t number) {
  Check(sqlite3_bind_int64(statement_.get(), at, number));
}

void SqliteStatement::Bind(int at, double number) {
  Check(sqlite3_bind_double(statement_.get(), at, number));
}

void SqliteStatement::Bind(int at, const std::optional<std::string>& text) {
  if (text) return Bind(at, std::string_view(*text));
  Check(sqlite3_bind_null(statement_.get(), at));
}

bool SqliteStatement::Step() {
  const int status = sqlite3_step(statement_.get());
  if (status == SQLITE_ROW) return true;
  if (status != SQLITE_DONE) connection_.Fail();
  return false;
}

void SqliteStatement::RunOnce() {
  while (Step()) {
  }
  Reset();
}

std::string SqliteStatement::Text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (text == nullptr) return "";
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
}

double SqliteStatement::Double(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return sqlite3_column_double(statement_.get(), column);
}

SqliteTransaction::~SqliteTransaction() {
  // SQLite has undone it already where the disk is full.
  if (!committed_) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace costcheck
