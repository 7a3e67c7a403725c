#include "costmodel/algebra/error.h"
#include "evidence/database.h"
#include "evidence/lines.h"

namespace costcheck {
namespace {

// The last column says whether the run has another result.
constexpr char kFilter[] =
    ", EXISTS(SELECT 1 FROM conflicts WHERE conflicts.key = runs.key)"
    " FROM runs LEFT JOIN results ON results.run = runs.id AND results.metric = ?6"
    " WHERE (?1 IS NULL OR experiment = ?1) AND (?2 IS NULL OR form = ?2)"
    " AND (?3 IS NULL OR arm = ?3) AND (?4 IS NULL OR seed = ?4)"
    " AND (?5 IS NULL OR settings = ?5) AND (?6 IS NULL OR metric IS NOT NULL)"
    " ORDER BY experiment, form, arm, settings, length(seed), seed, runs.key";

/// Calls `take` with each row of the columns for the runs that the filter fits.
template <class Take>
void ForEach(const SqliteConnection& connection, const std::string& columns,
             const RunFilter& filter, const std::optional<std::string>& metric, Take&& take) {
  SqliteStatement query(connection, "SELECT runs.line, runs.place" + columns + kFilter);
  query.Bind(1, filter.experiment);
  query.Bind(2, filter.form);
  query.Bind(3, filter.arm);
  using Text = std::optional<std::string>;
  query.Bind(4, filter.seed ? Text(std::to_string(*filter.seed)) : Text());
  query.Bind(5, filter.settings ? Text(SettingsJson(*filter.settings)) : Text());
  query.Bind(6, metric);
  while (query.Step()) take(query);
}

/// The record of a row that begins with its line. CostError where the run has two results.
RunRecord RecordOf(const SqliteConnection& connection, const SqliteStatement& row, int conflict) {
  RunRecord record = ParseRecord(row.Text(0), row.Text(1));
  if (row.Int(conflict) != 0) {
    connection.Refuse("it holds two results of one run (" + RunName(record) +
                      "), and does not say which is true");
  }
  return record;
}

}  // namespace

std::vector<RunConflict> RunDatabase::Conflicts() const {
  std::vector<RunConflict> conflicts;
  SqliteStatement query(connection_,
                        "SELECT runs.line, runs.place, conflicts.line, conflicts.place"
                        " FROM conflicts JOIN runs ON runs.key = conflicts.key"
                        " ORDER BY conflicts.key, conflicts.result");
  const auto run = [&query](int column) {
    const std::string place = query.Text(column + 1);
    return StoredRun{ParseRecord(query.Text(column), place), place};
  };
  while (query.Step()) conflicts.push_back({run(0), run(2)});
  return conflicts;
}

std::vector<RunRecord> RunDatabase::Runs(const RunFilter& filter) const {
  std::vector<RunRecord> records;
  ForEach(connection_, "", filter, std::nullopt,
          [&](const SqliteStatement& row) { records.push_back(RecordOf(connection_, row, 2)); });
  return records;
}

std::vector<RunValue> RunDatabase::Values(const RunFilter& filter,
                                          const std::string& metric) const {
  std::vector<RunValue> values;
  ForEach(connection_, ", results.value", filter, metric, [&](const SqliteStatement& row) {
    const RunRecord run = RecordOf(connection_, row, 3);
    values.push_back(
        {run.experiment, run.form, run.arm, run.seed, SettingsJson(run.settings), row.Double(2)});
  });
  return values;
}

std::string RunDatabase::Export() const {
  std::vector<RunRecord> records;
  SqliteStatement query(connection_,
                        "SELECT line, place FROM runs UNION ALL SELECT line, place FROM conflicts");
  while (query.Step()) records.push_back(ParseRecord(query.Text(0), query.Text(1)));
  return RunLines(records);
}

}  // namespace costcheck
