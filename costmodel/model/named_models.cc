#include "costmodel/model/named_models.h"

#include <algorithm>

#include "costmodel/algebra/error.h"
#include "costmodel/model/config.h"
#include "costmodel/model/config_fields.h"
#include "costmodel/model/config_json.h"
#include "costmodel/model/embedded_models.h"

namespace costcheck {
namespace {

constexpr std::string_view kFolder = "named/", kEnding = ".json";

std::string_view NameOf(const EmbeddedFile& file) {
  std::string_view name = file.name;
  name.remove_prefix(kFolder.size());
  name.remove_suffix(kEnding.size());
  return name;
}

const EmbeddedFile* FindFile(std::string_view name) {
  for (const EmbeddedFile& file : EmbeddedModels()) {
    if (NameOf(file) == name) return &file;
  }
  return nullptr;
}

const EmbeddedFile& FileOf(std::string_view name) {
  if (const EmbeddedFile* file = FindFile(name)) return *file;
  throw CostError("'" + std::string(name) + "' is not a model that is known by name" +
                  DidYouMean(name, NamedModelNames()));
}

}  // namespace

std::vector<std::string> NamedModelNames() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : EmbeddedModels()) names.emplace_back(NameOf(file));
  std::sort(names.begin(), names.end());
  return names;
}

bool IsNamedModel(std::string_view name) { return FindFile(name) != nullptr; }

NamedModel FindNamedModel(std::string_view name) {
  const EmbeddedFile& file = FileOf(name);
  std::vector<std::string> assumed;
  const JsonObject object = ParseJsonObject(file.text, file.name);
  Fields fields(object, std::string(file.name), assumed);
  Fields count = fields.Inside("costcheck", {});
  return {.name = std::string(name),
          .config = file.text,
          .parameters = count.Size("parameters"),
          .is_published = count.Word("count") == "published",
          .source = count.Text("source")};
}

Architecture NamedArchitecture(std::string_view name) {
  return ParseConfig(FileOf(name).text, name);
}

}  // namespace costcheck
