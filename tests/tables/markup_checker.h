#pragma once

#include <string>

/// "" if the text is well formed: one root element, tags nest and close, each
/// attribute is quoted and stands once, every & begins an entity that XML knows
/// or a number. Else what is wrong. Knows the doctype and the void element meta.
std::string MarkupFault(const std::string& text);
