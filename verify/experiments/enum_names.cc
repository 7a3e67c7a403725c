#include "verify/experiments/enum_names.h"

namespace costcheck {
namespace {

template <class Choice>
using Named = std::pair<std::string_view, Choice>;

constexpr Named<CorpusKind> kCorpora[] = {{"zipf", CorpusKind::kZipf},
                                          {"markov", CorpusKind::kMarkov},
                                          {"uniform", CorpusKind::kUniform},
                                          {"text", CorpusKind::kText}};
constexpr Named<WindowOrder> kOrders[] = {{"consecutive", WindowOrder::kConsecutive},
                                          {"stepped", WindowOrder::kStepped},
                                          {"random", WindowOrder::kRandom}};
constexpr Named<Target> kTargets[] = {{"next_token", Target::kNextToken},
                                      {"following", Target::kFollowing},
                                      {"most_frequent", Target::kMostFrequent},
                                      {"first", Target::kFirst}};
constexpr Named<ModelFamily> kFamilies[] = {{"transformer", ModelFamily::kTransformer},
                                            {"mean_pool", ModelFamily::kMeanPool}};
constexpr Named<Initialization> kInitializations[] = {{"pytorch", Initialization::kPyTorch},
                                                      {"gpt", Initialization::kGpt},
                                                      {"normal", Initialization::kNormal}};
constexpr Named<OptimizerKind> kOptimizers[] = {
    {"adamw", OptimizerKind::kAdamW}, {"adam", OptimizerKind::kAdam}, {"sgd", OptimizerKind::kSgd}};

}  // namespace

ChoiceNames<CorpusKind> NamesOf(CorpusKind) { return kCorpora; }
ChoiceNames<WindowOrder> NamesOf(WindowOrder) { return kOrders; }
ChoiceNames<Target> NamesOf(Target) { return kTargets; }
ChoiceNames<ModelFamily> NamesOf(ModelFamily) { return kFamilies; }
ChoiceNames<Initialization> NamesOf(Initialization) { return kInitializations; }
ChoiceNames<OptimizerKind> NamesOf(OptimizerKind) { return kOptimizers; }
// Those that verify/corpora names itself.
ChoiceNames<BandSplit> NamesOf(BandSplit) { return kBandSplitNames; }
ChoiceNames<BandTies> NamesOf(BandTies) { return kBandTiesNames; }
ChoiceNames<BandUnseen> NamesOf(BandUnseen) { return kBandUnseenNames; }
ChoiceNames<BandOverlap> NamesOf(BandOverlap) { return kBandOverlapNames; }

}  // namespace costcheck
