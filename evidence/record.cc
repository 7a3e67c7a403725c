#include "evidence/record.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "costmodel/algebra/error.h"
#include "evidence/hash.h"
#include "evidence/record_fields.h"
#include "evidence/record_shared.h"

namespace costcheck {
namespace {

using Json = nlohmann::json;                 // keys sorted
using OrderedJson = nlohmann::ordered_json;  // keys as they were put in

/// Infinities and NaN, which JSON lacks, as texts.
OrderedJson Number(double value) {
  if (std::isnan(value)) return kNan;
  if (std::isinf(value)) return value > 0 ? kInfinity : kMinusInfinity;
  return value;
}

template <class AnyJson>
AnyJson ToJson(const RunSettings& settings) {
  AnyJson json = AnyJson::object();
  for (const auto& [name, value] : settings) {
    std::visit([&json, key = name](const auto& any) { json[key] = any; }, value);
  }
  return json;
}

OrderedJson EnvironmentJson(const RunEnvironment& environment) {
  return {{"code", environment.code},       {"libtorch", environment.libtorch},
          {"blas", environment.blas},       {"core", environment.core},
          {"threads", environment.threads}, {"precision", environment.precision},
          {"device", environment.device},   {"wall_seconds", environment.wall_seconds}};
}

/// Puts in what the run gave.
void AddResult(const RunRecord& record, OrderedJson& json) {
  json["status"] = StatusWord(record.status);
  json["steps"] = record.steps;
  json["tokens"] = record.tokens;
  json["flops"] = record.flops;
  OrderedJson& curve = json["curve"] = OrderedJson::array();
  for (const CurvePoint& point : record.curve) {
    curve.push_back(OrderedJson::array({point.step, point.name, Number(point.value)}));
  }
  OrderedJson& results = json["results"] = OrderedJson::object();
  for (const auto& [name, value] : record.results) results[name] = Number(value);
  json["alarms"] = record.alarms;
}

/// CostError where the record cannot be written.
void Check(const RunRecord& record) {
  const std::string objection = Objection(record);
  if (!objection.empty()) throw CostError("cannot record the run: " + objection);
}

std::string HashOfChecked(const RunRecord& record) {
  const Json json = {{"experiment", record.experiment},
                     {"form", record.form},
                     {"arm", record.arm},
                     {"seed", record.seed},
                     {"settings", ToJson<Json>(record.settings)},
                     {"configuration", Json::parse(record.configuration)}};
  return Sha256(json.dump());
}

/// Which run it is, but for its configuration: how a line begins.
OrderedJson StartOfLine(const RunRecord& record) {
  return {{"version", kRecordVersion}, {"experiment", record.experiment},
          {"form", record.form},       {"arm", record.arm},
          {"seed", record.seed},       {"settings", ToJson<OrderedJson>(record.settings)}};
}

std::string WithChecksum(const OrderedJson& json) {
  std::string line = json.dump();
  line.pop_back();  // '}'
  const std::string checksum = Sha256(line).substr(0, kChecksumDigits);
  return line.append(kChecksumStart).append(checksum).append(kChecksumEnd);
}

/// The object's name; its line is added to those that are shared.
std::string Share(const Json& object, std::set<std::string>& shared) {
  const std::string name = Sha256(object.dump()).substr(0, kNameDigits);
  shared.insert(WithChecksum({{"version", kRecordVersion}, {"shared", name}, {"object", object}}));
  return name;
}

}  // namespace

std::string_view StatusWord(RunStatus status) {
  return status == RunStatus::kFinished ? "finished" : "stopped";
}

std::string ConfigurationHash(const RunRecord& record) {
  Check(record);
  return HashOfChecked(record);
}

std::string ResultHash(const RunRecord& record) {
  Check(record);
  OrderedJson json = OrderedJson::object();
  AddResult(record, json);
  return Sha256(json.dump());
}

std::string RecordLine(const RunRecord& record) {
  Check(record);
  OrderedJson json = StartOfLine(record);
  json["configuration"] = Json::parse(record.configuration);
  json["configuration_hash"] = HashOfChecked(record);
  json["environment"] = EnvironmentJson(record.environment);
  AddResult(record, json);
  return WithChecksum(json);
}

std::string CompactLine(const RunRecord& record, std::set<std::string>& shared) {
  Check(record);
  Json environment = EnvironmentJson(record.environment);
  environment.erase("wall_seconds");
  OrderedJson json = StartOfLine(record);
  json["configuration"] = Share(Json::parse(record.configuration), shared);
  json["environment"] = Share(environment, shared);
  json["wall_seconds"] = record.environment.wall_seconds;
  AddResult(record, json);
  return WithChecksum(json);
}

std::string SettingsJson(const RunSettings& settings) { return ToJson<Json>(settings).dump(); }

std::string SettingsText(const RunSettings& settings) {
  std::string text;
  for (const auto& [name, value] : settings) {
    const std::string* word = std::get_if<std::string>(&value);
    text += (text.empty() ? "" : ", ") + name + "=";
    text += word != nullptr ? *word : Json(std::get<double>(value)).dump();
  }
  return text;
}

std::string RunName(const RunRecord& record) {
  std::string name = record.experiment + ", " + record.form + ", arm " + record.arm + ", seed " +
                     std::to_string(record.seed);
  const std::string settings = SettingsText(record.settings);
  return settings.empty() ? name : name + ", " + settings;
}

}  // namespace costcheck
