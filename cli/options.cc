#include "cli/options.h"

#include <sstream>

#include "cli/file_output.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

namespace po = boost::program_options;

// Boost would take --form for --format; an option added later would then change
// what a script means.
constexpr int kStyle = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

std::string Help(const Usage& usage, const std::vector<OptionGroup>& groups) {
  std::ostringstream out;
  out << "Usage: costcheck " << usage.synopsis << "\n\n" << usage.summary << "\n";
  for (const OptionGroup& group : groups) out << "\n" << group;
  out << "\nExamples:\n" << usage.examples;
  return out.str();
}

std::vector<std::string> Names(const OptionGroup& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back("--" + option->long_name());
  return names;
}

Options Parse(const OptionGroup& options, const std::vector<std::string>& arguments) try {
  const po::parsed_options parsed =
      po::command_line_parser(arguments).options(options).style(kStyle).run();
  po::variables_map values;
  po::store(parsed, values);
  return {values, po::collect_unrecognized(parsed.options, po::include_positional)};
} catch (const po::unknown_option& error) {
  const std::string name = error.get_option_name();
  throw CostError("'" + name + "' is not an option" + DidYouMean(name, Names(options)));
} catch (const po::multiple_occurrences& error) {
  throw CostError("'" + error.get_option_name() + "' is given more than once");
} catch (const po::error& error) {
  throw CostError(error.what());
}

void CheckCount(const Usage& usage, const std::vector<std::string>& positionals) {
  if (positionals.size() > usage.most_positionals) {
    throw CostError("'" + positionals[usage.most_positionals] + "' is one argument too many; " +
                    "usage: costcheck " + std::string(usage.synopsis));
  }
  if (positionals.size() < usage.least_positionals) {
    throw CostError("an argument is missing; usage: costcheck " + std::string(usage.synopsis));
  }
}

}  // namespace

std::vector<std::string> Options::All(const std::string& name) const {
  return Has(name) ? values_[name].as<std::vector<std::string>>() : std::vector<std::string>();
}

po::typed_value<std::string>* TextValue(const std::string& shown) {
  return po::value<std::string>()->value_name(shown);
}

po::typed_value<std::vector<std::string>>* RepeatedValue(const std::string& shown) {
  return po::value<std::vector<std::string>>()->value_name(shown);
}

std::optional<Options> ParseOptions(const Usage& usage, const std::vector<OptionGroup>& groups,
                                    const std::vector<std::string>& arguments) {
  OptionGroup all;
  for (const OptionGroup& group : groups) all.add(group);
  all.add_options()("help,h", "this help");
  const Options options = Parse(all, arguments);
  if (options.Has("help")) {
    WriteOut(Help(usage, groups));
    return std::nullopt;
  }
  CheckCount(usage, options.positionals());
  return options;
}

}  // namespace costcheck
