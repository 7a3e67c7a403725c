#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "costmodel/algebra/number.h"
#include "costmodel/model/config_json.h"

namespace costcheck {

/// Reads the fields of a configuration by name. A field that is read is known; CheckAllKnown
/// refuses those that nobody read. Values that the file leaves open are taken only where the caller
/// names a fallback, and each is written down. A field of null counts as left open.
/// Every error is a CostError "FILE:LINE: FIELD ...", without the line for a field that is not
/// there, and "FILE:LINE: OBJECT: FIELD ..." within an object of the file's.
class Fields {
 public:
  /// `object` and `assumed` outlive the reader.
  Fields(const JsonObject& object, std::string file, std::vector<std::string>& assumed);

  bool Has(const std::string& name);     ///< given, and not null
  bool IsNull(const std::string& name);  ///< given as null

  Integer Size(const std::string& name);  ///< a whole number from 1 to 10^12
  /// `reason` says where the fallback is from: "hidden_size / num_attention_heads".
  Integer Size(const std::string& name, const Integer& fallback, std::string_view reason);
  std::optional<Integer> OptionalSize(const std::string& name);
  Integer Number(const std::string& name);  ///< from 0 up
  Integer Number(const std::string& name, const Integer& fallback);
  int Layers(const std::string& name);  ///< 1 to 100,000: layers are looked at one by one
  int Layers(const std::string& name, int fallback, std::string_view reason);

  bool Flag(const std::string& name, bool fallback);
  std::string Text(const std::string& name);
  /// A text of at most 60 characters, as the names of things are.
  std::string Word(const std::string& name);
  std::string Word(const std::string& name, const std::string& fallback);
  std::vector<std::string> Words(const std::string& name);
  std::vector<Integer> Numbers(const std::string& name);  ///< each from 0 up
  std::size_t Members(const std::string& name);           ///< of an object
  /// The object of that name, with this one's `inherited` fields where it has none such.
  Fields Inside(const std::string& name, std::initializer_list<const char*> inherited);

  /// Sizes that Size(name) takes, and writes down, where they are left open.
  void SetDefaults(std::map<std::string, Integer> defaults) { defaults_ = std::move(defaults); }

  /// Known, and of no effect here.
  void Ignore(std::initializer_list<const char*> names);

  /// Writes down "what, reason".
  void Assume(const std::string& what, std::string_view reason);

  [[noreturn]] void Fail(const std::string& name, const std::string& what) const;

  /// CostError for a field that was never read, unless its value is null, false or empty, or its
  /// name is one of those that change no count (config_ignored.h).
  void CheckAllKnown(std::string_view model_type) const;

 private:
  /// "FILE:LINE: "
  std::string PlaceOf(std::string_view name) const;
  const JsonValue* Find(const std::string& name);
  const JsonValue& Required(const std::string& name);
  Integer Whole(const std::string& name, const JsonValue& value, int from) const;
  std::vector<const JsonMember*> Unread() const;  ///< 100 at most
  std::string Name(const std::string& field, const JsonValue& value) const;

  std::map<std::string, const JsonMember*, std::less<>> members_;
  std::set<std::string> asked_;
  std::map<std::string, Integer> defaults_;
  std::string file_;
  std::string path_;  ///< "OBJECT: ", of one within the file
  std::vector<std::string>* assumed_;
};

inline constexpr std::string_view kLibraryDefault = "the library's default";

}  // namespace costcheck
