#pragma once

#include "cli/document.h"
#include "cli/model_request.h"

namespace costcheck {

/// A row a length (and convention), a column a quantity; for people a row a quantity. Behind it
/// where quantities of the model meet, and what is kept and formulas if asked for.
Document ModelDocument(const ModelRequest& request);

}  // namespace costcheck
