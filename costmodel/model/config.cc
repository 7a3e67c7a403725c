#include "costmodel/model/config.h"

#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/model/config_families.h"
#include "costmodel/model/config_fields.h"
#include "costmodel/model/config_json.h"

namespace costcheck {
namespace {

struct Family {
  std::string_view model_type;
  Architecture (*read)(Fields&);
};

constexpr Family kFamilies[] = {
    {"gpt2", ReadGpt2},
    {"gpt_neox", ReadGptNeox},
    {"opt", ReadOpt},
    {"llama", ReadLlama},
    {"mistral", ReadMistral},
    {"mixtral", ReadMixtral},
    {"qwen2", ReadQwen2},
    {"qwen2_moe", ReadQwen2Moe},
    {"qwen3", ReadQwen3},
    {"qwen3_moe", ReadQwen3Moe},
    {"gemma", ReadGemma},
    {"gemma2", ReadGemma2},
    {"gemma3", ReadGemma3},
    {"gemma3_text", ReadGemma3Text},
    {"phi", ReadPhi},
    {"phi3", ReadPhi3},
    {"deepseek_v2", ReadDeepseekV2},
    {"deepseek_v3", ReadDeepseekV3},
    {"deepseek_v32", ReadDeepseekV32},
    {"gpt_oss", ReadGptOss},
    {"bert", ReadBert},
    {"t5", ReadT5},
};

const Family& FamilyOf(const Fields& fields, const std::string& model_type) {
  std::string all;
  for (const Family& family : kFamilies) {
    if (family.model_type == model_type) return family;
    all += (all.empty() ? "" : ", ") + std::string(family.model_type);
  }
  const std::string near = DidYouMean(model_type, ModelTypes());
  fields.Fail("model_type", "'" + model_type + "' is not known here" +
                                (near.empty() ? ": choose one of " + all : near));
}

}  // namespace

std::vector<std::string> ModelTypes() {
  std::vector<std::string> types;
  for (const Family& family : kFamilies) types.emplace_back(family.model_type);
  return types;
}

Architecture ParseConfig(std::string_view text, std::string_view file) {
  const JsonObject object = ParseJsonObject(text, file);
  std::vector<std::string> assumed;
  Fields fields(object, std::string(file), assumed);
  const std::string model_type = fields.Word("model_type");
  Architecture model = FamilyOf(fields, model_type).read(fields);
  fields.CheckAllKnown(model_type);
  model.name = file;
  model.model_type = model_type;
  model.assumed = std::move(assumed);
  return model;
}

}  // namespace costcheck
