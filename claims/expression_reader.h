#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claims/claim_names.h"
#include "costmodel/algebra/parse.h"
#include "costmodel/component.h"

namespace costcheck {

/// Reads expressions of a claim file; what symbols, numbers and calls become, a derived class says.
/// A definition is read once, however often it is named.
class ExpressionReader {
 public:
  explicit ExpressionReader(const ClaimNames& names);
  ExpressionReader(const ExpressionReader&) = delete;
  ExpressionReader& operator=(const ExpressionReader&) = delete;
  virtual ~ExpressionReader() = default;

  /// CostError, with the expression, for whatever cannot be read.
  Ratio Read(const std::string& expression);

 protected:
  /// The printed number of a claim or a fact; its value unless overridden.
  virtual Expr OfNumber(std::string_view name, const PrintedNumber& number);
  /// A name that is a symbol or a parameter.
  virtual Expr OfSymbol(std::string_view name) = 0;
  virtual Expr OfComponent(const Component& component, const std::vector<Argument>& arguments) = 0;
  virtual Expr OfModel(const std::vector<Argument>& arguments) = 0;

 private:
  std::optional<Ratio> OfCall(std::string_view name, const std::vector<Argument>& arguments);
  Ratio OfDefinition(std::string_view name, const std::string& expression);
  Expr OfName(std::string_view name);

  const ClaimNames& names_;
  Vocabulary vocabulary_;
  std::map<std::string, Ratio, std::less<>> definitions_;
};

/// "T, V are not set": the symbols of a value that stays open.
std::string NotSet(const Expr& value);

}  // namespace costcheck
