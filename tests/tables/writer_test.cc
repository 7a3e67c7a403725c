#include "tables/writer.h"

#include "costmodel/algebra/error.h"
#include "tables/html.h"
#include "tests/catch.h"
#include "tests/golden.h"
#include "tests/tables/markup_checker.h"
#include "tests/tables/samples.h"

namespace costcheck {
namespace {

std::string MessageOf(const std::string& format) {
  try {
    ParseFormat(format);
  } catch (const CostError& error) {
    return error.what();
  }
  return "";
}

/// Occurrences of `c` that no backslash escapes.
int Bare(const std::string& line, char c) {
  int count = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == c) {
      ++count;
    }
  }
  return count;
}

TEST_CASE("every sample in every format is the text that was accepted", "[writer][golden]") {
  const std::vector<std::pair<Format, std::string>> formats = {
      {Format::kText, "txt"},  {Format::kMarkdown, "md"}, {Format::kCsv, "csv"},
      {Format::kJson, "json"}, {Format::kLatex, "tex"},   {Format::kHtml, "html"}};
  for (const NamedTable& sample : AllSamples()) {
    for (const auto& [format, extension] : formats) {
      CHECK(GoldenDifference("tests/tables/golden/" + sample.name + "." + extension,
                             Write(sample.table, format)) == "");
    }
  }
}

TEST_CASE("with all digits the sample is the text that was accepted", "[writer][golden]") {
  WriteOptions options;
  options.exact = true;
  CHECK(GoldenDifference("tests/tables/golden/scaling_exact.txt",
                         Write(ScalingSample(), Format::kText, options)) == "");
}

TEST_CASE("CSV and JSON are exact without being asked", "[writer]") {
  WriteOptions options;
  options.exact = true;
  for (const NamedTable& sample : AllSamples()) {
    for (const Format format : {Format::kCsv, Format::kJson}) {
      CHECK(Write(sample.table, format) == Write(sample.table, format, options));
    }
  }
}

TEST_CASE("formats have names, and a wrong one gets the nearest", "[writer]") {
  CHECK(ParseFormat("text") == Format::kText);
  CHECK(ParseFormat("markdown") == Format::kMarkdown);
  CHECK(ParseFormat("csv") == Format::kCsv);
  CHECK(ParseFormat("json") == Format::kJson);
  CHECK(ParseFormat("latex") == Format::kLatex);
  CHECK(ParseFormat("html") == Format::kHtml);
  CHECK(FormatNames().size() == 6);
  CHECK(MessageOf("jsn") == "'jsn' is not a format; did you mean 'json'?");
  CHECK(MessageOf("spreadsheet") ==
        "'spreadsheet' is not a format: choose text, markdown, csv, json, latex or html");
}

TEST_CASE("an HTML page is well formed, whatever the cells hold", "[writer]") {
  for (const NamedTable& sample : AllSamples()) {
    CAPTURE(sample.name);
    CHECK(MarkupFault(Write(sample.table, Format::kHtml)) == "");
    CHECK(MarkupFault(HtmlFragment(sample.table, {})) == "");
  }
}

TEST_CASE("an HTML number shows its digits on hover", "[writer]") {
  const std::string html = HtmlFragment(ScalingSample(), {});
  CHECK(html.find("<td class=\"number\" title=\"11927945216\">11.93G</td>") != std::string::npos);
}

TEST_CASE("each Markdown row has as many cells as columns", "[writer]") {
  const std::string text = Write(AwkwardSample(), Format::kMarkdown);
  int rows = 0;
  for (std::size_t at = text.find("\n|"); at != std::string::npos; at = text.find("\n|", at + 1)) {
    ++rows;
    CHECK(Bare(text.substr(at + 1, text.find('\n', at + 1) - at - 1), '|') == 6);
  }
  CHECK(rows == 7);
}

TEST_CASE("each LaTeX row has as many cells as columns, and braces close", "[writer]") {
  const std::string text = Write(AwkwardSample(), Format::kLatex);
  CHECK(Bare(text, '{') == Bare(text, '}'));
  CHECK(Bare(text, '&') == 4 * 7);  // header, units, five rows
  CHECK(text.find("$-$7") != std::string::npos);
}

TEST_CASE("the checker of markup finds each kind of fault", "[writer]") {
  CHECK(MarkupFault("<a b=\"1\"><c/>x &amp; y</a>\n") == "");
  for (const char* fault : {"<a>", "<a></b>", "</a>", "<a/><b/>", "x<a/>", "<a/>x", "<a b=1/>",
                            "<a b=\"1\" b=\"2\"/>", "<a>&</a>", "<a b=\"&\"/>", "<a", ""}) {
    CAPTURE(fault);
    CHECK(MarkupFault(fault) != "");
  }
}

}  // namespace
}  // namespace costcheck
