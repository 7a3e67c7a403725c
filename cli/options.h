#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace costcheck {

using OptionGroup = boost::program_options::options_description;

/// What the help of a subcommand shows around its options.
struct Usage {
  std::string_view synopsis;  ///< "crossover A B [OPTION]..."
  std::string_view summary;   ///< a sentence or two
  std::string_view examples;  ///< lines, each a command
  std::size_t least_positionals = 0;
  std::size_t most_positionals = 0;
};

/// The options of a command line as typed.
class Options {
 public:
  Options(boost::program_options::variables_map values, std::vector<std::string> positionals)
      : values_(std::move(values)), positionals_(std::move(positionals)) {}

  bool Has(const std::string& name) const { return values_.count(name) > 0; }
  /// False for a default.
  bool IsGiven(const std::string& name) const { return Has(name) && !values_[name].defaulted(); }
  /// The value, or the default; requires that there is one.
  const std::string& Text(const std::string& name) const { return values_[name].as<std::string>(); }
  std::optional<std::string> Find(const std::string& name) const {
    return Has(name) ? std::optional(Text(name)) : std::nullopt;
  }
  /// The values of an option that may stand more than once, in order.
  std::vector<std::string> All(const std::string& name) const;
  const std::vector<std::string>& positionals() const { return positionals_; }

 private:
  boost::program_options::variables_map values_;
  std::vector<std::string> positionals_;
};

/// An option with a value, for an OptionGroup.
boost::program_options::typed_value<std::string>* TextValue(const std::string& shown);
boost::program_options::typed_value<std::vector<std::string>>* RepeatedValue(
    const std::string& shown);

/// Reads a command line. Prints the help and returns nothing where --help is
/// asked for. CostError for unknown options (with the nearest), missing values,
/// repeated ones, too few or too many positionals. Nothing is abbreviated.
std::optional<Options> ParseOptions(const Usage& usage, const std::vector<OptionGroup>& groups,
                                    const std::vector<std::string>& arguments);

}  // namespace costcheck
