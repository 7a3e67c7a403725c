#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "costmodel/algebra/number.h"

// JSON as a configuration needs it: whole numbers stay whole, names stand once, and hostile text
// costs a sentence and no more.

namespace costcheck {

struct JsonValue;
struct JsonMember;
using JsonList = std::vector<JsonValue>;
using JsonObject = std::vector<JsonMember>;

/// A number that is written with a point or an exponent, or is too long for 64 bits.
struct JsonReal {
  std::string text;  ///< as in the file
};

struct JsonValue {
  /// std::monostate is null.
  std::variant<std::monostate, bool, Integer, JsonReal, std::string, JsonList, JsonObject> value;
};

struct JsonMember {
  std::string name;
  JsonValue value;
  int line = 0;  ///< of the name
};

/// Text from a file as it can stand in a sentence: at most 60 bytes, '?' for control characters.
std::string Shorten(const std::string& text);

/// The value as a person would name it in a sentence: numbers and texts themselves (long ones cut),
/// "null", "a list", "an object".
std::string Describe(const JsonValue& value);

/// The object that the text is. CostError with the file and its line for text that is no JSON or
/// ends too early, a name given twice in one object, more than 64 levels, or more than 200,000
/// values; with the file for another value than an object. Takes time proportional to what is read
/// until then, and stack independent of the text.
JsonObject ParseJsonObject(std::string_view text, std::string_view file);

}  // namespace costcheck
