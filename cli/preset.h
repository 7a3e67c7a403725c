#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace costcheck {

/// A quantity that a published table states.
struct PresetColumn {
  std::string name;     ///< key in JSON and CSV; <name>_printed stands beside it
  std::string heading;  ///< for people
  std::string unit;
  std::string numerator;  ///< of a quotient of two columns before it; else ""
  std::string denominator;
};

/// One row of it: what it was said to be about, and the cells as printed.
struct PresetRow {
  std::string label;
  std::string set;                                 ///< "T=64,d=128"
  std::map<std::string, std::string> expressions;  ///< by column, in the grammar of check
  std::map<std::string, std::string> printed;      ///< by column, exact text
};

/// A published table as data: what it prints, and the expressions that should
/// give the same. Nothing recomputed is stored.
struct Preset {
  std::string name;
  std::string title;
  std::string source;
  std::map<std::string, std::string> counting;  ///< convention, causal, count, scope, phase
  std::vector<PresetColumn> columns;
  std::vector<PresetRow> rows;
  std::vector<std::string> notes;
};

/// The presets that are built in, by name.
std::vector<std::string> PresetNames();

/// CostError with the nearest name if there is none such.
Preset LoadPreset(std::string_view name);

/// Reads a preset from TOML:
///
///     title = "..."
///     source = "..."
///     notes = ["..."]
///     counting = { convention = "seeds" }
///     [[columns]]
///     name = "full"
///     heading = "Full"
///     unit = "FLOPs"
///     [[columns]]
///     name = "speedup"
///     heading = "Speedup"
///     unit = "ratio"
///     quotient = ["full", "sparse"]    # of two columns before it
///     [[groups]]                       # rows that share settings and expressions
///     set = "w=64,h=128,K=8"
///     expressions = { full = "full()" }
///     rows = [{ label = "128d", set = "T=64,d=128", printed = { full = "1.0M" } }]
///
/// CostError with name:line for what is no TOML, unknown keys and columns.
Preset ParsePreset(std::string_view name, std::string_view toml);

}  // namespace costcheck
