#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/options.h"
#include "tables/table.h"
#include "tables/write_options.h"
#include "tables/writer.h"

namespace costcheck {

/// What a command prints: its table, and smaller ones that follow it. In JSON
/// these are further keys of the one object, each a list of rows; CSV, which
/// holds one table, leaves them out.
struct Document {
  Table main;
  /// What formats for people show in the place of `main`, where that reads better.
  std::vector<Table> for_people;
  std::vector<std::pair<std::string, Table>> more;  ///< by their keys
  /// The same, but in JSON alone: people have it in `for_people`.
  std::vector<std::pair<std::string, Table>> more_data{};
};

/// --format, --output, --exact, --color, --quiet.
OptionGroup OutputOptions();

struct Output {
  Format format = Format::kText;
  WriteOptions write;
  std::optional<std::string> file;
  bool quiet = false;
};
Output ParseOutput(const Options& options);

/// The document in the format that is asked for.
std::string Render(const Document& document, const Output& output);

/// Writes to standard output or to the file.
void Deliver(const std::string& text, const Output& output);

/// Renders the document and delivers it.
void Print(const Document& document, const Output& output);

/// A warning on standard error, unless it shall be quiet.
void Warn(const Output& output, const std::string& sentence);

}  // namespace costcheck
