#include "tables/escape.h"

#include "tests/catch.h"

namespace costcheck {
namespace {

TEST_CASE("markup characters become entities", "[escape]") {
  CHECK(EscapeXml("a<b & \"c\">'d'") == "a&lt;b &amp; &quot;c&quot;&gt;&#39;d&#39;");
  CHECK(EscapeXml("\xC3\xA9\t\n") == "\xC3\xA9\t\n");
  CHECK(EscapeXml("\x1B[1m") == "\xEF\xBF\xBD[1m");
  CHECK(EscapeXml("").empty());
}

TEST_CASE("characters special to Markdown get a backslash", "[escape]") {
  CHECK(EscapeMarkdown("a|b") == "a\\|b");
  CHECK(EscapeMarkdown("T*(T+1)") == "T\\*(T+1)");
  CHECK(EscapeMarkdown("<b> & `c` \\ $ ~ [d](e)") == "\\<b> \\& \\`c\\` \\\\ \\$ \\~ \\[d\\](e)");
  CHECK(EscapeMarkdown("two\nlines") == "two lines");
}

TEST_CASE("an underscore is special to Markdown at the edge of a word only", "[escape]") {
  CHECK(EscapeMarkdown("topk_mlp") == "topk_mlp");
  CHECK(EscapeMarkdown("_x_") == "\\_x\\_");
  CHECK(EscapeMarkdown("a _ b") == "a \\_ b");
}

TEST_CASE("characters special to LaTeX are written out", "[escape]") {
  CHECK(EscapeLatex("{$&#_%}") == "\\{\\$\\&\\#\\_\\%\\}");
  CHECK(EscapeLatex("\\~^<>|") ==
        "\\textbackslash{}\\textasciitilde{}\\textasciicircum{}\\textless{}\\textgreater{}"
        "\\textbar{}");
  CHECK(EscapeLatex("[1]") == "{[}1]");
  CHECK(EscapeLatex("a\n\nb") == "a  b");
}

}  // namespace
}  // namespace costcheck
