#include "verify/experiments/canonical.h"

#include <nlohmann/json.hpp>

#include "verify/experiments/enum_names.h"
#include "verify/experiments/fields.h"
#include "verify/experiments/parameters.h"

namespace costcheck {
namespace {

using Json = nlohmann::json;  // objects are sorted by key

template <class Field>
Json JsonOf(const Field& field);

class FieldWriter {
 public:
  template <class Field>
  void operator()(const char* key, const Field& field, Need) {
    json_[key] = JsonOf(field);
  }
  Json Take() { return std::move(json_); }

 private:
  Json json_ = Json::object();
};

template <class Field>
concept HasFields = requires(const Field& field, FieldWriter& writer) {
  VisitFields(field, writer);
};

template <class Field>
struct IsOptional : std::false_type {};
template <class Field>
struct IsOptional<std::optional<Field>> : std::true_type {};

template <class Field>
Json JsonOf(const Field& field) {
  if constexpr (std::is_enum_v<Field>) {
    return NameOf(field);
  } else if constexpr (IsOptional<Field>::value) {
    return field ? JsonOf(*field) : Json();
  } else if constexpr (HasFields<Field>) {
    FieldWriter writer;
    VisitFields(field, writer);
    return writer.Take();
  } else {
    return field;
  }
}

/// Without what the run's record states itself.
Json ArmJson(const ArmSpec& arm) {
  Json json = JsonOf(arm);
  for (const char* key : {"name", "rates", "matched_to"}) json.erase(key);
  return json;
}

}  // namespace

std::string CanonicalConfiguration(const ExperimentSpec& spec, const ArmSpec& arm) {
  const ResolvedArm resolved = Resolve(spec, arm);
  return Json{{"corpus", JsonOf(spec.corpus)},     {"batch", JsonOf(spec.batch)},
              {"target", JsonOf(spec.target)},     {"model", JsonOf(resolved.model)},
              {"training", JsonOf(spec.training)}, {"evaluation", JsonOf(spec.evaluation)},
              {"arm", ArmJson(resolved.arm)},      {"pipeline", JsonOf(spec.pipeline)}}
      .dump();
}

}  // namespace costcheck
