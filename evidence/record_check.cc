#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "evidence/record_fields.h"

namespace costcheck {
namespace {

bool IsUtf8(const std::string& text) try {
  return !nlohmann::json(text).dump().empty();
} catch (const nlohmann::json::exception&) {
  return false;
}

/// A name of a folder that is neither hidden nor leads elsewhere.
bool IsFolderName(const std::string& name) {
  const auto is_allowed = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_' || letter == '-' || letter == '.';
  };
  constexpr std::size_t kLongest = 100;
  return !name.empty() && name.size() <= kLongest && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

bool IsDigits(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char letter) { return letter >= '0' && letter <= '9'; });
}

std::string ObjectionToSettings(const RunSettings& settings) {
  std::set<std::string> names;
  for (const auto& [name, value] : settings) {
    if (!names.insert(name).second) return "the setting '" + name + "' is given twice";
    const double* number = std::get_if<double>(&value);
    if (number != nullptr && !std::isfinite(*number))
      return "the setting '" + name + "' is no number";
  }
  return "";
}

std::string ObjectionToConfiguration(const std::string& text) try {
  return nlohmann::json::parse(text).is_object() ? "" : "its configuration is no JSON object";
} catch (const nlohmann::json::exception&) {
  return "its configuration is not JSON";
}

std::string ObjectionToCounts(const RunRecord& record) {
  if (record.steps < 0) return "its steps are negative";
  if (record.tokens < 0) return "its tokens are negative";
  if (record.environment.threads < 1) return "its threads are fewer than 1";
  const double time = record.environment.wall_seconds;
  if (!std::isfinite(time) || time < 0) return "its wall_seconds are no time";
  if (!IsDigits(record.flops)) return "its flops are not decimal digits";
  const bool negative = std::any_of(record.curve.begin(), record.curve.end(),
                                    [](const CurvePoint& point) { return point.step < 0; });
  return negative ? "a step of its curve is negative" : "";
}

/// The first text of the record that is not UTF-8; "" if all are.
std::string ObjectionToTexts(const RunRecord& record) {
  const RunEnvironment& by = record.environment;
  std::vector<std::pair<const char*, const std::string*>> texts = {
      {"form", &record.form},       {"arm", &record.arm},  {"code", &by.code},
      {"libtorch", &by.libtorch},   {"blas", &by.blas},    {"core", &by.core},
      {"precision", &by.precision}, {"device", &by.device}};
  for (const auto& [name, value] : record.settings) {
    texts.emplace_back("settings", &name);
    if (const auto* word = std::get_if<std::string>(&value)) texts.emplace_back("settings", word);
  }
  for (const CurvePoint& point : record.curve) texts.emplace_back("curve", &point.name);
  for (const auto& [name, value] : record.results) texts.emplace_back("results", &name);
  for (const std::string& alarm : record.alarms) texts.emplace_back("alarms", &alarm);
  for (const auto& [field, text] : texts) {
    if (!IsUtf8(*text)) return std::string("a text in its ") + field + " is not UTF-8";
  }
  return "";
}

}  // namespace

std::string Objection(const RunRecord& record) {
  if (!IsFolderName(record.experiment)) {
    return "'" + record.experiment +
           "' cannot name its experiment: that is up to 100 letters, digits, '_', '-' and '.', "
           "which is not first";
  }
  for (const std::string& objection :
       {ObjectionToTexts(record), ObjectionToSettings(record.settings),
        ObjectionToConfiguration(record.configuration), ObjectionToCounts(record)}) {
    if (!objection.empty()) return objection;
  }
  return "";
}

}  // namespace costcheck
