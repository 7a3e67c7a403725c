#include "costmodel/algebra/parse.h"

#include <algorithm>
#include <cctype>

#include "costmodel/algebra/bounded_ratio.h"
#include "costmodel/algebra/error.h"
#include "costmodel/algebra/grammar_call.h"

namespace costcheck {
namespace {

constexpr std::size_t kLongestText = 1 << 20;
constexpr int kDeepestNesting = 200;
constexpr int kLargestExponent = 1000;

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool IsNameStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }
bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::string AtColumn(std::size_t position) { return " at column " + std::to_string(position + 1); }

/// Runs the action; a CostError's text tells the column, before any proposal.
template <class Action>
auto Located(std::size_t position, Action action) {
  try {
    return action();
  } catch (const CostError& error) {
    std::string text = error.what();
    text.insert(std::min(text.find("; did you mean"), text.size()), AtColumn(position));
    throw CostError(text);
  }
}

/// The depth of brackets after a character; negative where one closes too many.
int DepthAfter(char c, int depth) {
  if (c == '(' || c == '[') return depth + 1;
  return c == ')' || c == ']' ? depth - 1 : depth;
}

/// Recursive descent, one method a rule of the grammar.
class Parser {
 public:
  Parser(std::string_view text, const Vocabulary& vocabulary)
      : text_(text), vocabulary_(vocabulary) {}

  Ratio Parse() {
    if (text_.size() > kLongestText) throw CostError("an expression of more than 1 MB");
    Ratio result = Expression();
    if (Peek() != '\0') FailUnexpected();
    return result;
  }

 private:
  Ratio Expression() {
    Ratio sum = Term();
    while (Peek() == '+' || Peek() == '-') {
      const std::size_t place = place_;
      const bool minus = text_[place_++] == '-';
      const Ratio term = Term();
      sum = Located(place, [&] { return BoundedSum(sum, minus ? Negated(term) : term); });
    }
    return sum;
  }

  Ratio Term() {
    Ratio product = Factor();
    while (Peek() == '*' || Peek() == '/') {
      const std::size_t place = place_;
      const bool divide = text_[place_++] == '/';
      const Ratio factor = Factor();
      product = Located(
          place, [&] { return BoundedProduct(product, divide ? Inverted(factor) : factor); });
    }
    return product;
  }

  Ratio Factor() {
    bool negative = false;
    for (; Peek() == '-' || Peek() == '+'; ++place_) negative = negative != (text_[place_] == '-');
    Ratio base = Primary();
    if (Peek() == '^') {
      const std::size_t place = place_++;
      const int exponent = Exponent();
      base = Located(place, [&] { return BoundedPower(base, exponent); });
    }
    return negative ? Negated(base) : base;
  }

  int Exponent() {
    const bool negative = Peek() == '-';
    if (negative || Peek() == '+') ++place_;
    Peek();
    const std::size_t start = place_;
    while (place_ < text_.size() && IsDigit(text_[place_])) ++place_;
    const std::optional<Rational> size = ParseNumber(text_.substr(start, place_ - start));
    if (!size) throw CostError("an exponent must be an integer," + AtColumn(start));
    if (*size > kLargestExponent) {
      throw CostError("an exponent above " + std::to_string(kLargestExponent) + AtColumn(start));
    }
    const int exponent = static_cast<int>(*ToInt64(Numerator(*size)));
    return negative ? -exponent : exponent;
  }

  Ratio Primary() {
    const char next = Peek();
    if (IsDigit(next) || next == '.') return Number();
    if (IsNameStart(next)) return NameOrCall();
    if (next != '(') FailUnexpected();
    Open();
    Ratio inner = Expression();
    Close();
    return inner;
  }

  void Open() {
    if (++depth_ > kDeepestNesting) throw CostError("parentheses too deep" + AtColumn(place_));
    ++place_;
  }

  void Close() {
    if (Peek() != ')') FailUnexpected();
    ++place_;
    --depth_;
  }

  void SkipDigits() {
    while (place_ < text_.size() && IsDigit(text_[place_])) ++place_;
  }

  char At(std::size_t place) const { return place < text_.size() ? text_[place] : '\0'; }

  /// Digits, fraction, exponent, suffix: a letter that follows directly is a
  /// suffix if it can be, so 8K is 8192 and 8*K has a name in it.
  Ratio Number() {
    const std::size_t start = place_;
    SkipDigits();
    if (At(place_) == '.') {
      ++place_;
      SkipDigits();
    }
    if (At(place_) == 'e' || At(place_) == 'E') {
      const bool has_sign = At(place_ + 1) == '-' || At(place_ + 1) == '+';
      if (IsDigit(At(place_ + (has_sign ? 2 : 1)))) {
        place_ += has_sign ? 2 : 1;
        SkipDigits();
      }
    }
    if (std::string_view("KMGT").find(At(place_)) != std::string_view::npos) ++place_;
    if (IsNamePart(At(place_))) FailUnexpected();
    const std::string_view digits = text_.substr(start, place_ - start);
    const std::optional<Rational> value = ParseNumber(digits);
    if (!value) throw CostError("'" + std::string(digits) + "' is no number" + AtColumn(start));
    return MakeRatio(Expr(*value), 1);
  }

  Ratio NameOrCall() {
    const std::size_t start = place_;
    while (IsNamePart(At(place_))) ++place_;
    const std::string_view name = text_.substr(start, place_ - start);
    if (Peek() != '(') return Name(name, start);
    const GrammarCall* const call = FindGrammarCall(name);
    return call != nullptr ? CallOfGrammar(*call, start) : CallOfVocabulary(name, start);
  }

  Ratio Name(std::string_view name, std::size_t start) {
    if (std::optional<Ratio> value = Called(name, {}, start)) return *value;
    if (!vocabulary_.symbol) {
      throw CostError("unknown name '" + std::string(name) + "'" + AtColumn(start));
    }
    return Located(start, [&] { return MakeRatio(vocabulary_.symbol(name), 1); });
  }

  Ratio CallOfGrammar(const GrammarCall& call, std::size_t start) {
    Open();
    std::vector<Ratio> arguments = {Expression()};
    while (Peek() == ',') {
      ++place_;
      arguments.push_back(Expression());
    }
    Close();
    if (arguments.size() < call.fewest || arguments.size() > call.most) {
      throw CostError("'" + std::string(call.name) + "' does not take " +
                      std::to_string(arguments.size()) + " argument(s)," + AtColumn(start));
    }
    return Located(start, [&] { return MakeRatio(call.value(arguments), 1); });
  }

  Ratio CallOfVocabulary(std::string_view name, std::size_t start) {
    const std::string_view inner = Bracketed();
    if (std::optional<Ratio> value = Called(name, SplitArguments(inner), start)) return *value;
    std::vector<std::string> known = GrammarCallNames();
    known.insert(known.end(), vocabulary_.calls.begin(), vocabulary_.calls.end());
    throw CostError("unknown function '" + std::string(name) + "'" + AtColumn(start) +
                    DidYouMean(name, known));
  }

  /// A call's own errors speak of its arguments: they keep their words.
  std::optional<Ratio> Called(std::string_view name, const std::vector<Argument>& arguments,
                              std::size_t start) {
    if (!vocabulary_.call) return std::nullopt;
    try {
      return vocabulary_.call(name, arguments);
    } catch (const CostError& error) {
      throw CostError("in '" + std::string(name) + "'" + AtColumn(start) + ": " + error.what());
    }
  }

  /// The text between this bracket and its partner; moves past both.
  std::string_view Bracketed() {
    const std::size_t open = place_;
    int depth = 0;
    do {
      if (place_ == text_.size()) throw CostError("'(' is never closed," + AtColumn(open));
      depth = DepthAfter(text_[place_++], depth);
      // The vocabulary may parse the inside by a parser of its own: count here.
      if (depth_ + depth > kDeepestNesting)
        throw CostError("parentheses too deep" + AtColumn(open));
    } while (depth > 0);
    return text_.substr(open + 1, place_ - open - 2);
  }

  /// The next character that is no space, '\0' at the end.
  char Peek() {
    while (place_ < text_.size() && IsSpace(text_[place_])) ++place_;
    return At(place_);
  }

  [[noreturn]] void FailUnexpected() {
    const char found = Peek();
    if (place_ >= text_.size())
      throw CostError("the expression ends too early," + AtColumn(place_));
    const bool printable = std::isprint(static_cast<unsigned char>(found)) != 0;
    throw CostError("unexpected " + (printable ? "'" + std::string(1, found) + "'" : "character") +
                    AtColumn(place_));
  }

  std::string_view text_;
  const Vocabulary& vocabulary_;
  std::size_t place_ = 0;
  int depth_ = 0;
};

Argument ToArgument(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (IsNamePart(text[end]) || IsSpace(text[end]))) ++end;
  if (end == text.size() || text[end] != '=') return {"", std::string(Trimmed(text))};
  return {std::string(Trimmed(text.substr(0, end))), std::string(Trimmed(text.substr(end + 1)))};
}

}  // namespace

Vocabulary KnownSymbols(const std::vector<Symbol>& symbols) {
  Vocabulary vocabulary;
  vocabulary.symbol = [symbols](std::string_view name) -> Expr {
    std::vector<std::string> names;
    for (const Symbol& symbol : symbols) {
      if (symbol.name() == name) return symbol;
      names.push_back(symbol.name());
    }
    throw CostError("unknown name '" + std::string(name) + "'" + DidYouMean(name, names));
  };
  return vocabulary;
}

Ratio ParseRatio(std::string_view text, const Vocabulary& vocabulary) {
  return Parser(text, vocabulary).Parse();
}

Expr ParseExpr(std::string_view text, const Vocabulary& vocabulary) {
  return ExprOf(ParseRatio(text, vocabulary));
}

Expr ParseExpr(std::string_view text) {
  Vocabulary vocabulary;
  vocabulary.symbol = [](std::string_view name) { return Expr(Symbol(std::string(name))); };
  return ParseExpr(text, vocabulary);
}

std::vector<Argument> SplitArguments(std::string_view text) {
  std::vector<Argument> arguments;
  if (Trimmed(text).empty()) return arguments;
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    depth = DepthAfter(text[i], depth);
    if (text[i] != ',' || depth != 0) continue;
    arguments.push_back(ToArgument(text.substr(start, i - start)));
    start = i + 1;
  }
  arguments.push_back(ToArgument(text.substr(start)));
  return arguments;
}

}  // namespace costcheck
