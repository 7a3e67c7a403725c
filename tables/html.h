#pragma once

#include <string>

#include "tables/table.h"
#include "tables/write_options.h"

namespace costcheck {

/// The table, its convention and its notes as one <section>, to stand in a page
/// that holds HtmlStyle(). A number in short form shows its digits on hover.
std::string HtmlFragment(const Table& table, const WriteOptions& options);

/// The rules for such sections, to stand in a <style> element.
std::string HtmlStyle();

/// A whole page of that one section, which loads nothing.
std::string WriteHtml(const Table& table, const WriteOptions& options);

}  // namespace costcheck
