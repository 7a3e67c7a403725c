#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "costmodel/algebra/number.h"
#include "costmodel/model/architecture.h"

// Models that the program knows by name. Each is a data file, named/NAME.json: the fields of its
// published config.json that change a count, and beside them, as "costcheck", its parameter count.

namespace costcheck {

struct NamedModel {
  std::string name;
  std::string_view config;  ///< the file's text, for ParseConfig
  Integer parameters;       ///< without modules that predict further tokens
  bool is_published;        ///< to the last digit; else it is the count of the model's shapes
  std::string source;       ///< of the count
};

/// In ascending order.
std::vector<std::string> NamedModelNames();

bool IsNamedModel(std::string_view name);

/// CostError with the nearest name if there is none such.
NamedModel FindNamedModel(std::string_view name);

/// The model of that name, read by ParseConfig; CostError with the nearest name.
Architecture NamedArchitecture(std::string_view name);

}  // namespace costcheck
