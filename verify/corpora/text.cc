#include "verify/corpora/text.h"

#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"
#include "evidence/files.h"
#include "verify/corpora/share.h"

namespace costcheck {

std::string ReadText(const std::string& path) {
  std::string text = ReadWholeFile(path);
  if (text.empty()) throw CostError("The text " + path + " is empty.");
  return text;
}

Corpus ByteCorpus(std::string name, std::string_view text) {
  Corpus corpus{std::move(name), 256, {}, nullptr, static_cast<std::int64_t>(text.size())};
  corpus.tokens.reserve(text.size());
  for (const char c : text) corpus.tokens.push_back(static_cast<unsigned char>(c));
  return corpus;
}

EncodedText BytePairCorpus(std::string name, std::string_view text, std::int64_t types,
                           double training_share) {
  CheckTrainingShare(training_share, name);
  const auto bytes = static_cast<std::int64_t>(text.size());
  const auto training = static_cast<std::size_t>(ShareOf(training_share, bytes));
  BytePairs vocabulary = BytePairs::Train(text.substr(0, training), types, name);
  std::vector<std::int32_t> tokens = vocabulary.Encode(text);
  return {{std::move(name), types, std::move(tokens), nullptr, bytes}, std::move(vocabulary)};
}

UnigramLaw LawOf(const TypeCounts& counts) {
  const std::vector<double> weights(counts.count.begin(), counts.count.end());
  return UnigramLaw(weights);
}

}  // namespace costcheck
