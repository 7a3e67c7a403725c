#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "costmodel/algebra/error.h"
#include "evidence/hash.h"
#include "evidence/record_fields.h"
#include "evidence/record_shared.h"

namespace costcheck {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxLevels = 64;

/// One object of the line; every error begins with the place.
class Fields {
 public:
  Fields(const Json& object, const std::string& place, const std::vector<std::string>& known)
      : object_(object), place_(place) {
    if (!object.is_object()) Fail("an object is expected where " + object.dump() + " stands");
    for (const auto& [key, value] : object.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      Fail("'" + key + "' is not a key here" + DidYouMean(key, known));
    }
  }

  [[noreturn]] void Fail(const std::string& what) const { throw CostError(place_ + ": " + what); }

  const Json& At(const std::string& key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) Fail("'" + key + "' is missing");
    return *found;
  }

  std::string Text(const std::string& key) const {
    if (!At(key).is_string()) Fail("'" + key + "' is no text");
    return At(key).get<std::string>();
  }

  std::int64_t Count(const std::string& key) const { return AsCount(At(key), key); }

  std::int64_t AsCount(const Json& json, const std::string& key) const {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    if (!json.is_number_unsigned() || json.get<std::uint64_t>() > std::uint64_t{kMost}) {
      Fail("'" + key + "' is no count");
    }
    return json.get<std::int64_t>();
  }

  std::uint64_t Seed(const std::string& key) const {
    if (!At(key).is_number_unsigned()) Fail("'" + key + "' is no whole number from 0");
    return At(key).get<std::uint64_t>();
  }

  double AsNumber(const Json& json, const std::string& key) const {
    if (json.is_number_float()) return json.get<double>();
    if (json == kNan) return std::numeric_limits<double>::quiet_NaN();
    if (json == kInfinity) return std::numeric_limits<double>::infinity();
    if (json == kMinusInfinity) return -std::numeric_limits<double>::infinity();
    Fail("'" + key + "' is no number");
  }

  /// A list, or an object.
  const Json& Container(const std::string& key, Json::value_t type) const {
    if (At(key).type() == type) return At(key);
    Fail("'" + key + (type == Json::value_t::array ? "' is no list" : "' is no object"));
  }

 private:
  const Json& object_;
  const std::string& place_;
};

RunSettings ReadSettings(const Fields& fields) {
  RunSettings settings;
  for (const auto& [name, value] : fields.Container("settings", Json::value_t::object).items()) {
    if (value.is_string()) {
      settings.emplace_back(name, value.get<std::string>());
    } else {
      settings.emplace_back(name, fields.AsNumber(value, name));
    }
  }
  return settings;
}

RunEnvironment ReadEnvironment(const Json& json, const std::string& place) {
  const Fields fields(
      json, place,
      {"code", "libtorch", "blas", "core", "threads", "precision", "device", "wall_seconds"});
  RunEnvironment environment;
  environment.code = fields.Text("code");
  environment.libtorch = fields.Text("libtorch");
  environment.blas = fields.Text("blas");
  environment.core = fields.Text("core");
  environment.threads = fields.Count("threads");
  environment.precision = fields.Text("precision");
  environment.device = fields.Text("device");
  environment.wall_seconds = fields.AsNumber(fields.At("wall_seconds"), "wall_seconds");
  return environment;
}

std::vector<CurvePoint> ReadCurve(const Fields& fields) {
  std::vector<CurvePoint> curve;
  for (const Json& point : fields.Container("curve", Json::value_t::array)) {
    if (!point.is_array() || point.size() != 3 || !point[1].is_string()) {
      fields.Fail("a point of 'curve' is no list of step, name and value");
    }
    curve.push_back({fields.AsCount(point[0], "curve"), point[1].get<std::string>(),
                     fields.AsNumber(point[2], "curve")});
  }
  return curve;
}

RunStatus ReadStatus(const Fields& fields) {
  const std::string word = fields.Text("status");
  for (const RunStatus status : {RunStatus::kFinished, RunStatus::kStopped}) {
    if (word == StatusWord(status)) return status;
  }
  fields.Fail("'" + word + "' is not a status");
}

std::vector<std::string> ReadAlarms(const Fields& fields) {
  std::vector<std::string> alarms;
  for (const Json& alarm : fields.Container("alarms", Json::value_t::array)) {
    if (!alarm.is_string()) fields.Fail("one of 'alarms' is no text");
    alarms.push_back(alarm.get<std::string>());
  }
  return alarms;
}

void ReadResult(const Fields& fields, RunRecord& record) {
  record.status = ReadStatus(fields);
  record.steps = fields.Count("steps");
  record.tokens = fields.Count("tokens");
  record.flops = fields.Text("flops");
  record.curve = ReadCurve(fields);
  for (const auto& [name, value] : fields.Container("results", Json::value_t::object).items()) {
    record.results[name] = fields.AsNumber(value, name);
  }
  record.alarms = ReadAlarms(fields);
}

void CheckVersion(const Fields& fields) {
  if (fields.Count("version") == kRecordVersion) return;
  fields.Fail("the record is of version " + fields.At("version").dump() +
              ", and this program reads version " + std::to_string(kRecordVersion));
}

std::string CanonicalObject(const Fields& fields, const std::string& key) {
  return nlohmann::json::parse(fields.Container(key, Json::value_t::object).dump()).dump();
}

/// The text of the object that the key names.
const std::string& SharedText(const Fields& fields, const std::string& key, SharedObjects& shared) {
  const auto found = shared.find(fields.Text(key));
  if (found == shared.end()) {
    fields.Fail("'" + key + "' is the object '" + fields.Text(key) +
                "', which no line before this one gives");
  }
  found->second.used = true;
  return found->second.text;
}

Json SharedEnvironment(const Fields& fields, SharedObjects& shared) {
  Json environment = Json::parse(SharedText(fields, "environment", shared));
  if (environment.contains("wall_seconds")) fields.Fail("'wall_seconds' is given twice");
  environment["wall_seconds"] = fields.At("wall_seconds");
  return environment;
}

RunRecord Read(const Json& json, const std::string& place, SharedObjects& shared) {
  const bool whole = !json.contains("wall_seconds");
  const Fields fields(json, place,
                      {"version", "experiment", "form", "arm", "seed", "settings", "configuration",
                       whole ? "configuration_hash" : "wall_seconds", "environment", "status",
                       "steps", "tokens", "flops", "curve", "results", "alarms", "checksum"});
  CheckVersion(fields);
  RunRecord record;
  record.experiment = fields.Text("experiment");
  record.form = fields.Text("form");
  record.arm = fields.Text("arm");
  record.seed = fields.Seed("seed");
  record.settings = ReadSettings(fields);
  record.configuration = whole ? CanonicalObject(fields, "configuration")
                               : SharedText(fields, "configuration", shared);
  record.environment =
      ReadEnvironment(whole ? fields.At("environment") : SharedEnvironment(fields, shared), place);
  ReadResult(fields, record);
  if (const std::string objection = Objection(record); !objection.empty()) fields.Fail(objection);
  if (whole && fields.Text("configuration_hash") != ConfigurationHash(record)) {
    fields.Fail("'configuration_hash' is not that of this configuration");
  }
  return record;
}

void ReadShared(const Json& json, const std::string& place, SharedObjects& shared) {
  const Fields fields(json, place, {"version", "shared", "object", "checksum"});
  CheckVersion(fields);
  const std::string name = fields.Text("shared"), text = CanonicalObject(fields, "object");
  if (name != Sha256(text).substr(0, kNameDigits)) {
    fields.Fail("'" + name + "' is not the name of this object");
  }
  const auto [there, added] = shared.try_emplace(name, SharedObject{text, place});
  if (!added) fields.Fail("the object '" + name + "' stands in " + there->second.place + " too");
}

/// Refuses a name that stands twice in one object, which the parser would take the last of, and
/// nesting that printing it would not bear.
class Watcher {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kMaxLevels) throw CostError("lists and objects lie more than 64 levels deep");
    if (event == Json::parse_event_t::object_start) open_.emplace_back();
    if (event == Json::parse_event_t::object_end) open_.pop_back();
    if (event == Json::parse_event_t::key && !open_.back().insert(parsed).second) {
      throw CostError("'" + parsed.get<std::string>() + "' is given twice");
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> open_;
};

bool HasItsChecksum(std::string_view line) {
  constexpr std::size_t kTail = kChecksumStart.size() + kChecksumDigits + kChecksumEnd.size();
  if (line.size() < kTail || !line.ends_with(kChecksumEnd)) return false;
  const std::string_view content = line.substr(0, line.size() - kTail);
  line.remove_prefix(content.size());
  return line.starts_with(kChecksumStart) && line.substr(kChecksumStart.size(), kChecksumDigits) ==
                                                 Sha256(content).substr(0, kChecksumDigits);
}

/// What the line says. CostError that begins with the place, as ParseRecord.
Json ReadJson(std::string_view line, const std::string& place) try {
  if (HasItsChecksum(line)) return Json::parse(line, Watcher());
  throw CostError("this is no whole record: it was cut short or changed after it was written");
} catch (const nlohmann::json::exception&) {
  throw CostError(place + ": this is not JSON");
} catch (const CostError& error) {
  throw CostError(place + ": " + error.what());
}

}  // namespace

RunRecord ParseRecord(std::string_view line, const std::string& place) {
  SharedObjects none;
  return Read(ReadJson(line, place), place, none);
}

std::optional<RunRecord> ParseLine(std::string_view line, const std::string& place,
                                   SharedObjects& shared) {
  const Json json = ReadJson(line, place);
  if (!json.contains("shared")) return Read(json, place, shared);
  ReadShared(json, place, shared);
  return std::nullopt;
}

}  // namespace costcheck
