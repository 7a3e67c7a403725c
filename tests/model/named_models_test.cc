#include "costmodel/model/named_models.h"

#include <map>
#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/model/architecture_graph.h"
#include "costmodel/model/config.h"
#include "costmodel/operators/memory.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

// First witness: closed forms in the families' own sizes, typed here a second time.

/// Two LayerNorms, biases everywhere.
Integer ClassicLayer(Integer d, Integer f) { return 4 * d * d + 4 * d + 2 * d * f + f + d + 4 * d; }

/// Radford 2019: 12 d^2 + 13 d a layer.
Integer Gpt2(Integer d, Integer L) {
  return (50257 + 1024) * d + L * (12 * d * d + 13 * d) + 2 * d;
}

Integer Neox(Integer d, Integer L, Integer V) {
  return 2 * V * d + L * ClassicLayer(d, 4 * d) + 2 * d;
}

Integer Opt(Integer d, Integer L) {
  return (50272 + 2050) * d + L * ClassicLayer(d, 4 * d) + 2 * d;
}

/// Look-up of width 512, a projection to 1024 and one back, no last norm.
Integer Opt350m() {
  return 50272 * 512 + 2 * 512 * 1024 + 2050 * 1024 + 24 * ClassicLayer(1024, 4096);
}

/// Biases everywhere, one norm a layer, f = 4d, an untied head with bias.
Integer Phi(Integer d, Integer L, Integer V) {
  return 2 * V * d + V + L * (12 * d * d + 11 * d) + 2 * d;
}

Integer Bert(Integer d, Integer L) {
  return (30522 + 512 + 2) * d + 2 * d + L * ClassicLayer(d, 4 * d) + d * d + d;
}

struct Gated {
  Integer d, L, H, K, f, V;
  int tables = 2;    ///< of V x d: 1 if tied
  Integer w = 0;     ///< of a head; 0: d/H
  int norms = 2;     ///< a layer
  Integer more = 0;  ///< a layer: biases, norms of heads
};

Integer Attention(const Gated& m) {
  const Integer w = m.w == 0 ? m.d / m.H : m.w;
  return 2 * m.d * m.H * w + 2 * m.d * m.K * w;
}

/// Layers with `inner` in place of the dense feed-forward.
Integer Whole(const Gated& m, const Integer& inner) {
  return m.tables * m.V * m.d + m.d + m.L * (Attention(m) + inner + m.norms * m.d + m.more);
}

Integer Llama(const Gated& m) { return Whole(m, 3 * m.d * m.f); }

Integer Mixtral(const Gated& m) { return Whole(m, 8 * (3 * m.d * m.f + m.d)); }

/// Biases of q, k and v.
Integer Qwen2(Gated m) {
  m.more = (m.H + 2 * m.K) * (m.d / m.H);
  return Llama(m);
}

/// `f` is an expert's width.
Integer Qwen2Moe(Gated m, const Integer& experts, const Integer& shared) {
  m.more = (m.H + 2 * m.K) * (m.d / m.H);
  return Whole(m, experts * (3 * m.d * m.f + m.d) + 3 * m.d * shared + m.d);
}

Integer Qwen3(Gated m) {
  m.w = 128;
  m.more = 2 * 128;
  return Llama(m);
}

Integer Qwen3Moe(Gated m) {
  m.w = 128;
  m.more = 2 * 128;
  return Whole(m, 128 * (3 * m.d * m.f + m.d));
}

Integer GptOss(const Integer& L, const Integer& experts) {
  const Integer d = 2880, q = 64 * 64, kv = 8 * 64;
  const Integer attention = (d + 1) * (q + 2 * kv) + (q + 1) * d + 64;
  const Integer expert = 2 * (d + 1) * d + (d + 1) * d;
  return 2 * 201088 * d + d + L * (attention + experts * (expert + d + 1) + 2 * d);
}

struct Latent {
  Integer d, L, H, q;                           ///< q: query latent, or 0
  Integer f, dense, expert, routed, shared, V;  ///< dense: layers without experts
  bool corrected = false, indexed = false;
};

/// Heads of 128 and 64 rotary; values of 128; key latents of 512.
Integer Deepseek(const Latent& m) {
  const Integer queries = m.q == 0 ? m.d * m.H * 192 : m.d * m.q + m.q + m.q * m.H * 192;
  const Integer keys = m.d * (512 + 64) + 512 + 512 * m.H * (128 + 128);
  const Integer indexer = m.indexed ? m.q * 64 * 128 + m.d * 128 + 2 * 128 + m.d * 64 : Integer(0);
  const Integer layer = queries + keys + m.H * 128 * m.d + indexer + 2 * m.d;
  const Integer experts = (m.routed + m.shared) * 3 * m.d * m.expert + m.routed * m.d;
  const Integer correction = m.corrected ? m.routed : Integer(0);
  return 2 * m.V * m.d + m.d + m.L * layer + m.dense * 3 * m.d * m.f +
         (m.L - m.dense) * (experts + correction);
}

/// `matrices` of the feed-forward: 2, or 3 where it is gated.
Integer T5(Integer d, Integer inner, Integer f, Integer H, Integer L, int tables, int matrices) {
  const Integer encoder = 4 * d * inner + matrices * d * f + 2 * d;
  const Integer decoder = 8 * d * inner + matrices * d * f + 3 * d;
  return tables * 32128 * d + L * (encoder + decoder) + 2 * 32 * H + 2 * d;
}

std::map<std::string, Integer> ClosedForms() {
  const int V1 = 32000, V3 = 128256, Q = 151936, Q7 = 152064, G = 256000;
  return {
      {"gpt2", Gpt2(768, 12)},
      {"gpt2-medium", Gpt2(1024, 24)},
      {"gpt2-large", Gpt2(1280, 36)},
      {"gpt2-xl", Gpt2(1600, 48)},
      {"pythia-70m", Neox(512, 6, 50304)},
      {"pythia-160m", Neox(768, 12, 50304)},
      {"pythia-410m", Neox(1024, 24, 50304)},
      {"pythia-1b", Neox(2048, 16, 50304)},
      {"pythia-1.4b", Neox(2048, 24, 50304)},
      {"pythia-2.8b", Neox(2560, 32, 50304)},
      {"pythia-6.9b", Neox(4096, 32, 50432)},
      {"pythia-12b", Neox(5120, 36, 50688)},
      {"gpt-neox-20b", Neox(6144, 44, 50432)},
      {"opt-125m", Opt(768, 12)},
      {"opt-350m", Opt350m()},
      {"opt-1.3b", Opt(2048, 24)},
      {"opt-2.7b", Opt(2560, 32)},
      {"opt-6.7b", Opt(4096, 32)},
      {"opt-13b", Opt(5120, 40)},
      {"opt-30b", Opt(7168, 48)},
      {"opt-66b", Opt(9216, 64)},
      {"phi-2", Phi(2560, 32, 51200)},
      {"bert-base-uncased", Bert(768, 12)},
      {"bert-large-uncased", Bert(1024, 24)},
      {"llama-7b", Llama({4096, 32, 32, 32, 11008, V1})},
      {"llama-13b", Llama({5120, 40, 40, 40, 13824, V1})},
      {"llama-30b", Llama({6656, 60, 52, 52, 17920, V1})},
      {"llama-65b", Llama({8192, 80, 64, 64, 22016, V1})},
      {"llama-2-7b", Llama({4096, 32, 32, 32, 11008, V1})},
      {"llama-2-13b", Llama({5120, 40, 40, 40, 13824, V1})},
      {"llama-2-70b", Llama({8192, 80, 64, 8, 28672, V1})},
      {"llama-3-8b", Llama({4096, 32, 32, 8, 14336, V3})},
      {"llama-3-70b", Llama({8192, 80, 64, 8, 28672, V3})},
      {"llama-3.1-8b", Llama({4096, 32, 32, 8, 14336, V3})},
      {"llama-3.1-70b", Llama({8192, 80, 64, 8, 28672, V3})},
      {"llama-3.1-405b", Llama({16384, 126, 128, 8, 53248, V3})},
      {"llama-3.2-1b", Llama({2048, 16, 32, 8, 8192, V3, 1})},
      {"llama-3.2-3b", Llama({3072, 28, 24, 8, 8192, V3, 1})},
      {"mistral-7b", Llama({4096, 32, 32, 8, 14336, V1})},
      {"mistral-7b-v0.3", Llama({4096, 32, 32, 8, 14336, 32768})},
      {"mistral-nemo-12b", Llama({5120, 40, 32, 8, 14336, 131072, 2, 128})},
      {"phi-3-mini", Llama({3072, 32, 32, 32, 8192, 32064})},
      {"phi-3-medium", Llama({5120, 40, 40, 10, 17920, 32064})},
      {"phi-4", Llama({5120, 40, 40, 10, 17920, 100352})},
      {"mixtral-8x7b", Mixtral({4096, 32, 32, 8, 14336, V1})},
      {"mixtral-8x22b", Mixtral({6144, 56, 48, 8, 16384, V1})},
      {"qwen2-0.5b", Qwen2({896, 24, 14, 2, 4864, Q, 1})},
      {"qwen2-1.5b", Qwen2({1536, 28, 12, 2, 8960, Q, 1})},
      {"qwen2-7b", Qwen2({3584, 28, 28, 4, 18944, Q7})},
      {"qwen2-72b", Qwen2({8192, 80, 64, 8, 29568, Q7})},
      {"qwen2.5-3b", Qwen2({2048, 36, 16, 2, 11008, Q, 1})},
      {"qwen2.5-14b", Qwen2({5120, 48, 40, 8, 13824, Q7})},
      {"qwen2.5-32b", Qwen2({5120, 64, 40, 8, 27648, Q7})},
      {"qwen1.5-moe-a2.7b", Qwen2Moe({2048, 24, 16, 16, 1408, Q}, 60, 5632)},
      {"qwen2-57b-a14b", Qwen2Moe({3584, 28, 28, 4, 2560, Q}, 64, 20480)},
      {"qwen3-0.6b", Qwen3({1024, 28, 16, 8, 3072, Q, 1})},
      {"qwen3-1.7b", Qwen3({2048, 28, 16, 8, 6144, Q, 1})},
      {"qwen3-4b", Qwen3({2560, 36, 32, 8, 9728, Q, 1})},
      {"qwen3-8b", Qwen3({4096, 36, 32, 8, 12288, Q})},
      {"qwen3-14b", Qwen3({5120, 40, 40, 8, 17408, Q})},
      {"qwen3-32b", Qwen3({5120, 64, 64, 8, 25600, Q})},
      {"qwen3-30b-a3b", Qwen3Moe({2048, 48, 32, 4, 768, Q})},
      {"qwen3-235b-a22b", Qwen3Moe({4096, 94, 64, 4, 1536, Q})},
      {"gemma-2b", Llama({2048, 18, 8, 1, 16384, G, 1, 256})},
      {"gemma-7b", Llama({3072, 28, 16, 16, 24576, G, 1, 256})},
      {"gemma-2-2b", Llama({2304, 26, 8, 4, 9216, G, 1, 256, 4})},
      {"gemma-2-9b", Llama({3584, 42, 16, 8, 14336, G, 1, 256, 4})},
      {"gemma-2-27b", Llama({4608, 46, 32, 16, 36864, G, 1, 128, 4})},
      {"gemma-3-1b", Llama({1152, 26, 4, 1, 6912, 262144, 1, 256, 4, 2 * 256})},
      {"gpt-oss-20b", GptOss(24, 32)},
      {"gpt-oss-120b", GptOss(36, 128)},
      {"deepseek-v2-lite", Deepseek({2048, 27, 16, 0, 10944, 1, 1408, 64, 2, 102400})},
      {"deepseek-v2", Deepseek({5120, 60, 128, 1536, 12288, 1, 1536, 160, 2, 102400})},
      {"deepseek-v3", Deepseek({7168, 61, 128, 1536, 18432, 3, 2048, 256, 1, 129280, true})},
      {"deepseek-v3.2",
       Deepseek({7168, 61, 128, 1536, 18432, 3, 2048, 256, 1, 129280, true, true})},
      {"t5-small", T5(512, 8 * 64, 2048, 8, 6, 1, 2)},
      {"t5-base", T5(768, 12 * 64, 3072, 12, 12, 1, 2)},
      {"t5-large", T5(1024, 16 * 64, 4096, 16, 24, 1, 2)},
      {"t5-3b", T5(1024, 32 * 128, 16384, 32, 24, 1, 2)},
      {"t5-11b", T5(1024, 128 * 128, 65536, 128, 24, 1, 2)},
      {"t5-v1.1-small", T5(512, 6 * 64, 1024, 6, 8, 2, 3)},
      {"t5-v1.1-base", T5(768, 12 * 64, 2048, 12, 12, 2, 3)},
  };
}

// Second witness: the parameters of the graph that is built of the file.
Integer InGraph(const Architecture& model) {
  const ModelLengths lengths = {Symbol("T"), Symbol("S"), Symbol("B")};
  const Graph graph = ArchitectureGraph(model, lengths, {.phase = Phase::kForward});
  return Numerator(*CountParameters(graph).value().AsRational());
}

TEST_CASE("every named model has the parameters that its source states", "[named_models]") {
  const std::map<std::string, Integer> forms = ClosedForms();
  CHECK(NamedModelNames().size() == forms.size());
  for (const std::string& name : NamedModelNames()) {
    CAPTURE(name);
    const NamedModel model = FindNamedModel(name);
    CHECK_FALSE(model.source.empty());
    REQUIRE(forms.contains(name));
    CHECK(ToString(forms.at(name)) == ToString(model.parameters));
    CHECK(ToString(InGraph(NamedArchitecture(name))) == ToString(model.parameters));
  }
}

TEST_CASE("figures known by heart are in the data", "[named_models]") {
  for (const auto& [name, parameters] : {std::pair<const char*, std::int64_t>{"gpt2", 124'439'808},
                                         {"gpt2-xl", 1'557'611'200},
                                         {"opt-350m", 331'196'416},
                                         {"gpt-neox-20b", 20'554'567'680},
                                         {"llama-2-70b", 68'976'648'192},
                                         {"llama-3-8b", 8'030'261'248},
                                         {"mistral-7b", 7'241'732'096},
                                         {"mixtral-8x7b", 46'702'792'704},
                                         {"qwen2-0.5b", 494'032'768},
                                         {"qwen3-30b-a3b", 30'532'122'624},
                                         {"gemma-2-9b", 9'241'705'984},
                                         {"gemma-3-1b", 999'885'952},
                                         {"phi-2", 2'779'683'840},
                                         {"deepseek-v2-lite", 15'706'484'224},
                                         {"deepseek-v3", 671'026'419'200},
                                         {"gpt-oss-20b", 20'914'757'184},
                                         {"gpt-oss-120b", 116'829'156'672},
                                         {"bert-base-uncased", 109'482'240},
                                         {"t5-small", 60'506'624}}) {
    CAPTURE(name);
    CHECK(FindNamedModel(name).parameters == parameters);
  }
}

/// The named model's file with another class.
Architecture AsClass(std::string_view name, const std::string& own, const std::string& other) {
  std::string text(FindNamedModel(name).config);
  text.replace(text.find("\"" + own + "\""), own.size() + 2, "\"" + other + "\"");
  return ParseConfig(text, name);
}

Integer BertAs(const std::string& other) {
  return InGraph(AsClass("bert-base-uncased", "BertModel", other));
}

TEST_CASE("what stands on a BERT is counted by class", "[named_models]") {
  const int d = 768, pooler = d * d + d, transform = d * d + d + 2 * d, V = 30522;
  CHECK(BertAs("BertForMaskedLM") == 109'482'240 - pooler + transform + V);
  CHECK(BertAs("BertForPreTraining") == 109'482'240 + transform + V + 2 * d + 2);
  CHECK(BertAs("BertForSequenceClassification") == 109'482'240 + 2 * d + 2);
  CHECK(BertAs("BertForTokenClassification") == 109'482'240 - pooler + 2 * d + 2);
}

TEST_CASE("a class without a head has none", "[named_models]") {
  const Architecture bare = AsClass("llama-7b", "LlamaForCausalLM", "LlamaModel");
  CHECK(InGraph(bare) == 6'738'415'616 - 32000 * 4096);
  const int d = 512, layer = 4 * d * d + 2 * d * 2048 + 2 * d;
  CHECK(InGraph(AsClass("t5-small", "T5ForConditionalGeneration", "T5EncoderModel")) ==
        32128 * d + 6 * layer + 32 * 8 + d);
}

TEST_CASE("files of named models leave little open", "[named_models]") {
  for (const std::string& name : NamedModelNames()) {
    CAPTURE(name);
    const Architecture model = NamedArchitecture(name);
    CHECK(model.name == name);
    CHECK(model.context > 0);
    CHECK(model.assumed.size() <= 4);
    for (const std::string& assumed : model.assumed) {  // how routers score is stated
      CHECK(!assumed.starts_with("norm_topk_prob"));
      CHECK(!assumed.starts_with("scoring_func"));
    }
  }
}

TEST_CASE("windows and experts of named models lie where they should", "[named_models]") {
  const auto groups = [](const char* name) {
    std::string text;
    for (const LayerGroup& group : NamedArchitecture(name).decoder.groups) {
      text += group.name + " " + ToString(group.count) + ";";
    }
    return text;
  };
  CHECK(groups("mistral-7b") == "all 32;");
  CHECK(groups("gemma-2-9b") == "sliding 21;full 21;");
  CHECK(groups("gemma-3-1b") == "sliding 22;full 4;");
  CHECK(groups("gpt-oss-20b") == "sliding 12;full 12;");
  CHECK(groups("deepseek-v3") == "dense 3;experts 58;");
  CHECK(groups("qwen3-30b-a3b") == "all 48;");
  CHECK(NamedArchitecture("mistral-7b").decoder.groups[0].layer.attention.window == Integer(4096));
}

TEST_CASE("a model that is not known is named with the nearest", "[named_models]") {
  CHECK(IsNamedModel("gpt2"));
  CHECK_FALSE(IsNamedModel("gpt-2"));
  CHECK_FALSE(IsNamedModel(""));
  std::string message;
  try {
    NamedArchitecture("lama-3-8b");
  } catch (const CostError& error) {
    message = error.what();
  }
  CHECK(message == "'lama-3-8b' is not a model that is known by name; did you mean 'llama-3-8b'?");
}

}  // namespace
}  // namespace costcheck
