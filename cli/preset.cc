#include "cli/preset.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "cli/embedded_presets.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr std::string_view kFolder = "presets/";
constexpr std::string_view kSuffix = ".toml";

/// Reads nodes of one file; every error names the file and the line.
class Reader {
 public:
  explicit Reader(std::string_view name) : name_(name) {}

  [[noreturn]] void Fail(const toml::node& node, const std::string& what) const {
    throw CostError(fmt::format("{}:{}: {}", name_, node.source().begin.line, what));
  }

  const toml::table& AsTable(const toml::node& node) const {
    if (const toml::table* table = node.as_table()) return *table;
    Fail(node, "a table is expected here");
  }

  std::string AsText(const toml::node& node) const {
    if (const auto* text = node.as_string()) return text->get();
    Fail(node, "a text in quotes is expected here");
  }

  /// The text under `key`, "" if there is none.
  std::string Text(const toml::table& table, std::string_view key) const {
    const toml::node* node = table.get(key);
    return node == nullptr ? "" : AsText(*node);
  }

  std::string RequiredText(const toml::table& table, std::string_view key) const {
    if (table.get(key) == nullptr) Fail(table, fmt::format("'{}' is missing", key));
    return Text(table, key);
  }

  std::map<std::string, std::string> Texts(const toml::table& table, std::string_view key) const {
    std::map<std::string, std::string> texts;
    if (const toml::node* node = table.get(key)) {
      for (const auto& [name, value] : AsTable(*node)) {
        texts[std::string(name.str())] = AsText(value);
      }
    }
    return texts;
  }

  /// Calls `read` with every item of the list under `key`.
  template <class Read>
  void ForEach(const toml::table& table, std::string_view key, Read&& read) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return;
    if (!node->is_array()) Fail(*node, fmt::format("'{}' is a list", key));
    for (const toml::node& item : *node->as_array()) read(item);
  }

  void CheckKeys(const toml::table& table, std::vector<std::string> known) const {
    for (const auto& [key, value] : table) {
      const std::string name(key.str());
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      Fail(value, fmt::format("'{}' is not a key here{}", name, DidYouMean(name, known)));
    }
  }

 private:
  std::string name_;
};

PresetColumn ReadColumn(const Reader& reader, const toml::table& table) {
  reader.CheckKeys(table, {"name", "heading", "unit", "quotient"});
  std::vector<std::string> quotient;
  reader.ForEach(table, "quotient",
                 [&](const toml::node& node) { quotient.push_back(reader.AsText(node)); });
  if (!quotient.empty() && quotient.size() != 2) {
    reader.Fail(table, "a quotient is of two columns");
  }
  quotient.resize(2);
  return {reader.RequiredText(table, "name"), reader.RequiredText(table, "heading"),
          reader.Text(table, "unit"), quotient[0], quotient[1]};
}

/// Every key of `cells` is one of the columns.
void CheckColumns(const Reader& reader, const toml::table& at, const Preset& preset,
                  const std::map<std::string, std::string>& cells) {
  std::vector<std::string> names;
  for (const PresetColumn& column : preset.columns) names.push_back(column.name);
  for (const auto& [name, text] : cells) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    reader.Fail(at, fmt::format("'{}' is not a column{}", name, DidYouMean(name, names)));
  }
}

void ReadGroup(const Reader& reader, const toml::table& group, Preset& preset) {
  reader.CheckKeys(group, {"set", "expressions", "rows"});
  const std::string shared = reader.Text(group, "set");
  const auto expressions = reader.Texts(group, "expressions");
  CheckColumns(reader, group, preset, expressions);
  reader.ForEach(group, "rows", [&](const toml::node& node) {
    const toml::table& table = reader.AsTable(node);
    reader.CheckKeys(table, {"label", "set", "printed", "expressions"});
    PresetRow row;
    row.label = reader.RequiredText(table, "label");
    const std::string own = reader.Text(table, "set");
    row.set = shared + (shared.empty() || own.empty() ? "" : ",") + own;
    row.expressions = reader.Texts(table, "expressions");
    row.expressions.insert(expressions.begin(), expressions.end());
    row.printed = reader.Texts(table, "printed");
    CheckColumns(reader, table, preset, row.expressions);
    CheckColumns(reader, table, preset, row.printed);
    preset.rows.push_back(std::move(row));
  });
}

Preset ReadPreset(const Reader& reader, std::string_view name, const toml::table& root) {
  reader.CheckKeys(root, {"title", "source", "counting", "columns", "groups", "notes"});
  Preset preset;
  preset.name = name;
  preset.title = reader.RequiredText(root, "title");
  preset.source = reader.RequiredText(root, "source");
  preset.counting = reader.Texts(root, "counting");
  reader.ForEach(root, "columns", [&](const toml::node& node) {
    preset.columns.push_back(ReadColumn(reader, reader.AsTable(node)));
  });
  reader.ForEach(root, "groups",
                 [&](const toml::node& node) { ReadGroup(reader, reader.AsTable(node), preset); });
  reader.ForEach(root, "notes",
                 [&](const toml::node& node) { preset.notes.push_back(reader.AsText(node)); });
  return preset;
}

std::string NameOf(const EmbeddedFile& file) {
  std::string_view name = file.name;
  name.remove_prefix(kFolder.size());
  name.remove_suffix(kSuffix.size());
  return std::string(name);
}

}  // namespace

Preset ParsePreset(std::string_view name, std::string_view toml) {
  const Reader reader(name);
  try {
    return ReadPreset(reader, name, toml::parse(toml));
  } catch (const toml::parse_error& error) {
    throw CostError(fmt::format("{}:{}: {}", name, error.source().begin.line, error.description()));
  }
}

std::vector<std::string> PresetNames() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : EmbeddedPresets()) names.push_back(NameOf(file));
  return names;
}

Preset LoadPreset(std::string_view name) {
  for (const EmbeddedFile& file : EmbeddedPresets()) {
    if (NameOf(file) == name) return ParsePreset(name, file.text);
  }
  throw CostError("'" + std::string(name) + "' is not a preset" + DidYouMean(name, PresetNames()) +
                  " (see costcheck list presets)");
}

}  // namespace costcheck
