#pragma once

#include <string>
#include <vector>

#include "tables/table.h"

namespace costcheck {

/// A column as people see it.
struct SheetColumn {
  std::string heading;
  std::string unit;
  bool is_number = false;           ///< aligned to the right
  bool is_key = false;              ///< names the row: repeated where a table is split
  std::vector<std::string> cells;   ///< one a row
  std::vector<std::string> digits;  ///< the same cells as data
};

/// A table as people see it: what the writers for people have in common. They
/// add no number, only markup.
struct Sheet {
  std::string title;
  std::string convention;  ///< "Convention seeds: causal=exact, ..."; "" if there is none
  std::vector<SheetColumn> columns;
  std::size_t rows = 0;
  std::vector<std::string> notes;  ///< the table's, then a line an extra
};

/// Every number written out; columns that are data only left out. The first
/// column is a key, and so is a length in the second.
Sheet MakeSheet(const Table& table, bool exact);

/// True if any column has a unit.
bool HasUnits(const Sheet& sheet);

/// Aborts unless every row has one cell a column and no key stands twice.
void CheckWellFormed(const Table& table);

}  // namespace costcheck
