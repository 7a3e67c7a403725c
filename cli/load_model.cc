#include "cli/load_model.h"

#include <filesystem>

#include "costmodel/algebra/error.h"
#include "costmodel/model/config.h"
#include "costmodel/model/named_models.h"
#include "evidence/files.h"

namespace costcheck {

Architecture LoadArchitecture(const std::string& name) {
  if (IsNamedModel(name)) return NamedArchitecture(name);
  const bool is_file = name.find('/') != std::string::npos || name.ends_with(".json");
  if (is_file || std::filesystem::exists(name)) return ParseConfig(ReadWholeFile(name), name);
  throw CostError("'" + name + "' is neither a file nor a model" +
                  DidYouMean(name, NamedModelNames()) + " (see costcheck list models)");
}

}  // namespace costcheck
