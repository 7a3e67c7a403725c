#include "tables/writer.h"

#include <algorithm>

#include "costmodel/algebra/error.h"
#include "tables/csv.h"
#include "tables/html.h"
#include "tables/json.h"
#include "tables/latex.h"
#include "tables/markdown.h"
#include "tables/sheet.h"
#include "tables/text.h"

namespace costcheck {

const std::vector<std::string>& FormatNames() {
  // In the order of Format.
  static const std::vector<std::string> kNames = {"text", "markdown", "csv",
                                                  "json", "latex",    "html"};
  return kNames;
}

Format ParseFormat(const std::string& name) {
  const std::vector<std::string>& names = FormatNames();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    const std::string near = DidYouMean(name, names);
    throw CostError("'" + name + "' is not a format" +
                    (near.empty() ? ": choose text, markdown, csv, json, latex or html" : near));
  }
  return static_cast<Format>(found - names.begin());
}

std::string Write(const Table& table, Format format, const WriteOptions& options) {
  CheckWellFormed(table);
  switch (format) {
    case Format::kText:
      return WriteText(table, options);
    case Format::kMarkdown:
      return WriteMarkdown(table, options);
    case Format::kCsv:
      return WriteCsv(table);
    case Format::kJson:
      return WriteJson(table);
    case Format::kLatex:
      return WriteLatex(table, options);
    case Format::kHtml:
      return WriteHtml(table, options);
  }
  CheckFailed("format is one of Format", __FILE__, __LINE__);
}

}  // namespace costcheck
