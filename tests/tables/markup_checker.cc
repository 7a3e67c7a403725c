#include "tests/tables/markup_checker.h"

#include <cctype>
#include <regex>
#include <set>
#include <vector>

namespace {

std::string TextFault(const std::string& text) {
  static const std::regex kEntity("&(amp|lt|gt|quot|#[0-9]+);");
  const std::string rest = std::regex_replace(text, kEntity, "");
  if (rest.find('&') != std::string::npos) return "bare & in: " + text;
  if (rest.find('<') != std::string::npos) return "bare < in: " + text;
  return "";
}

/// `inside` is what stands between < and > of an opening tag.
std::string AttributesFault(const std::string& inside) {
  static const std::regex kShape(R"re([a-zA-Z0-9]+(\s+[a-zA-Z0-9-]+="[^"]*")*\s*/?)re");
  if (!std::regex_match(inside, kShape)) return "malformed tag: " + inside;
  static const std::regex kAttribute(R"re(\s([a-zA-Z0-9-]+)="([^"]*)")re");
  std::set<std::string> names;
  for (std::sregex_iterator i(inside.begin(), inside.end(), kAttribute), end; i != end; ++i) {
    if (!names.insert((*i)[1]).second) return "attribute twice: " + inside;
    if (const std::string fault = TextFault((*i)[2]); !fault.empty()) return fault;
  }
  return "";
}

std::string NameOf(const std::string& inside) {
  std::size_t end = 0;
  while (end < inside.size() && std::isalnum(static_cast<unsigned char>(inside[end])) != 0) ++end;
  return inside.substr(0, end);
}

class Checker {
 public:
  std::string Check(const std::string& text) {
    std::size_t at = 0;
    for (std::size_t open; (open = text.find('<', at)) != std::string::npos;) {
      const std::size_t close = text.find('>', open);
      if (close == std::string::npos) return "a tag without end";
      const std::string between = text.substr(at, open - at);
      if (const std::string fault = TextFault(between); !fault.empty()) return fault;
      if (open_.empty() && between.find_first_not_of(" \n") != std::string::npos) {
        return "text outside the root: " + between;
      }
      if (const std::string fault = Tag(text.substr(open + 1, close - open - 1)); !fault.empty()) {
        return fault;
      }
      at = close + 1;
    }
    if (text.find_first_not_of('\n', at) != std::string::npos) return "text after the root";
    if (!open_.empty()) return "not closed: " + open_.back();
    return roots_ == 1 ? "" : "not one root";
  }

 private:
  std::string Tag(const std::string& inside) {
    if (inside == "!DOCTYPE html") return roots_ == 0 ? "" : "a late doctype";
    if (!inside.empty() && inside[0] == '/') return Close(inside.substr(1));
    if (const std::string fault = AttributesFault(inside); !fault.empty()) return fault;
    if (open_.empty()) ++roots_;
    const bool is_void = inside.back() == '/' || NameOf(inside) == "meta";
    if (!is_void) open_.push_back(NameOf(inside));
    return "";
  }

  std::string Close(const std::string& name) {
    if (open_.empty() || open_.back() != name) return "closes what is not open: " + name;
    open_.pop_back();
    return "";
  }

  std::vector<std::string> open_;
  int roots_ = 0;
};

}  // namespace

std::string MarkupFault(const std::string& text) { return Checker().Check(text); }
