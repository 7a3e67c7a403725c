#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "costmodel/algebra/number.h"

namespace costcheck {

/// One value of a table. Counts are Integer or Rational, exact in every data
/// format; `double` is for what was measured or is irrational; monostate is
/// "not defined" (null in JSON, empty in CSV, "-" for people). A plain int is
/// ambiguous on purpose: write Integer(3).
using Cell = std::variant<std::monostate, std::string, Integer, Rational, double, bool>;

/// How people see a column's numbers. CSV, JSON and WriteOptions::exact ignore it.
enum class NumberStyle {
  kByUnit,  ///< "tokens": kLength; "ratio": kRatio; "s": kTime; "": kPlain; others: kScaled
  kScaled,  ///< 4 significant digits, powers of 1000: 2.147G
  kBinary,  ///< 4 significant digits, powers of 1024: 2.000Gi
  kLength,  ///< 1K, 128K where a power of two, else all digits
  kRatio,   ///< 2.286x
  kTime,    ///< 1.234m, 12.34: prefixes m, u, n, p below 1 only
  kPlain,   ///< all digits of integers, else 6 significant digits
};

struct Column {
  std::string name;          ///< the key in JSON and CSV, as scripts rely on it
  std::string unit;          ///< "FLOPs", "bytes", "tokens", "s", "ratio"; "" for text
  std::string heading = {};  ///< for people; `name` if empty
  NumberStyle style = NumberStyle::kByUnit;
  bool data_only = false;  ///< in CSV and JSON only
};

/// One value or a list of values.
using Value = std::variant<Cell, std::vector<Cell>>;
/// Named values in the order they are printed.
using Fields = std::vector<std::pair<std::string, Value>>;
/// What stands beside the rows: one value, or an object.
using Extra = std::variant<Value, Fields>;

/// A result as plain data: commands fill it, writers print it. Each row has one
/// cell for each column; columns and extras have distinct names.
struct Table {
  std::string command;     ///< the subcommand, as in "crossover"
  std::string title;       ///< one line for people; left out if empty
  std::string convention;  ///< the convention's name; left out for people if empty
  /// What the convention sets, in order: {"causal", "exact"}.
  std::vector<std::pair<std::string, std::string>> convention_fields;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> notes;                     ///< sentences below the table
  std::vector<std::pair<std::string, Extra>> extras;  ///< further keys of the JSON object
};

}  // namespace costcheck
