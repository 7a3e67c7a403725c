#pragma once

#include <string>

#include "claims/claim.h"
#include "cli/claims_words.h"
#include "tables/table.h"

// One claim of an audit, in Markdown.

namespace costcheck {

/// "S07c: convention-dependent"
std::string ClaimHeading(const DecidedClaim& decided);

/// A link to that heading from within the document: "[S07c](#s07c-convention-dependent)".
std::string ClaimLink(const DecidedClaim& decided);

/// Heading, quote, place, why, how it was recomputed, and a table of other ways to count where
/// there are some. `file` has the sources.
std::string ClaimSection(const ClaimFile& file, const DecidedClaim& decided);

/// Text that stands as a line of its own, or after "> ": no list, heading or rule begins in it.
std::string MarkdownLine(const std::string& text);

/// A piece of code that shows the text as it is, backticks too.
std::string MarkdownCode(const std::string& text);

/// The table in Markdown, "" without rows.
std::string MarkdownTable(const Table& table);

}  // namespace costcheck
