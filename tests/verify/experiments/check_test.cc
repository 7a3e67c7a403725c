#include "verify/experiments/check.h"

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/experiments/example.h"
#include "verify/experiments/experiment_file.h"

namespace costcheck {
namespace {

std::string WrongText(const std::string& text) {
  return ErrorTextOf([&] { ParseExperiment("e.toml", text); });
}

std::string Wrong(std::string_view old, std::string_view replacement) {
  return WrongText(Example(old, replacement));
}

TEST_CASE("a reference behaviour that the settings have must be named") {
  CHECK(Wrong("heads = 5", "heads = 5\ncausal = false") ==
        "e.toml: the settings have the reference behaviour 'no_causal_mask' (attention sees the "
        "tokens that are to be predicted), which 'reference_behaviours' does not name");
  const std::string named =
      Example("seeds = 11", "seeds = 11\nreference_behaviours = [\"no_causal_mask\"]");
  CHECK(WrongText(named) ==
        "e.toml:5: the reference behaviour 'no_causal_mask' is named, and the settings do not "
        "have it");
  CHECK(WrongText(With(named, "heads = 5", "heads = 5\ncausal = false")).empty());
  CHECK(Wrong("seeds = 11", "seeds = 11\nreference_behaviours = [\"no_casual_mask\"]") ==
        "e.toml:5: 'no_casual_mask' is not a reference behaviour; did you mean 'no_causal_mask'?");
}

TEST_CASE("each reference behaviour is found in settings that have it, and only there") {
  const ExperimentSpec plain = ParseExperiment("e.toml", kExample);
  for (const ReferenceBehaviour& behaviour : ReferenceBehaviours()) {
    INFO(behaviour.name);
    CHECK_FALSE(behaviour.is_in(plain));
    ExperimentSpec spec = plain;
    BandRule& rule = spec.arms[1].categories->rule;
    spec.pipeline.emplace();
    if (behaviour.name == "no_causal_mask") spec.model.causal = false;
    if (behaviour.name == "own_validation_sample") spec.evaluation.own_sample = true;
    if (behaviour.name == "low_overrides_high") rule.overlap = BandOverlap::kLowWins;
    if (behaviour.name == "unseen_mid") rule.unseen = BandUnseen::kMid;
    if (behaviour.name == "unseen_random") rule.unseen = BandUnseen::kNone;
    if (behaviour.name == "whole_corpus_counts") spec.arms[1].categories->whole_corpus = true;
    if (behaviour.name == "own_values") spec.pipeline->own_values = true;
    if (behaviour.name == "future_keys") spec.pipeline->future_keys = true;
    for (const ReferenceBehaviour& other : ReferenceBehaviours()) {
      INFO(other.name);
      CHECK(other.is_in(spec) == (other.name == behaviour.name));
    }
  }
}

TEST_CASE("sizes and shares that do not fit each other are errors") {
  CHECK(Wrong("heads = 5", "heads = 3") == "e.toml:23: 3 heads do not divide a width of 20");
  CHECK(Wrong("test_share = 0.1", "test_share = 0.3") ==
        "e.toml:6: 'train_share' and 'test_share' are no shares of one corpus");
  CHECK(Wrong("tokens = 5000", "tokens = 17") ==
        "e.toml:14: the batches of an epoch read 14 tokens, and 13 are for training");
  CHECK(Wrong("tokens = 5000", "tokens = 18").empty());
  CHECK(Wrong("epochs = 4", "epochs = 0") == "e.toml:29: 'training.epochs' is 0, below 1");
  CHECK(Wrong("epochs = 4", "epochs = 4\nwarmup_steps = 29") ==
        "e.toml:30: the warm-up is longer than the training");
  CHECK(Wrong("seeds = 11", "seeds = 11\ntarget = \"first\"") ==
        "e.toml:5: a transformer's target is next_token");
}

TEST_CASE("stepped windows must lie in the training part") {
  const auto stepped = [](const char* tokens) {
    return With(Example("order = \"random\"", "order = \"stepped\"\nrow_step = 5\nbatch_step = 17"),
                "tokens = 5000", tokens);
  };
  // 6 steps of 17, 2 rows of 5, 13 tokens and one behind them.
  CHECK(WrongText(stepped("tokens = 158")).empty());
  CHECK(WrongText(stepped("tokens = 157")) ==
        "e.toml:14: the batches of an epoch read 126 tokens, and 125 are for training");
}

TEST_CASE("bands need three widths and rules in range") {
  CHECK(Wrong("[29, 20, 11]", "[29, 20]") ==
        "e.toml:43: there are three bands, and a width for each");
  CHECK(Wrong("high = 0.2, low = 0.8", "high = 0.8, low = 0.2") ==
        "e.toml:44: shares are 0 <= high <= low <= 1: 'low' is where the last band begins");
  CHECK(Wrong("split = \"types\", high = 0.2, low = 0.8",
              "split = \"counts\", high = 20, low = 80") ==
        "e.toml:44: the first 20 and the last 80 types are not two parts of 97");
}

TEST_CASE("components and their settings must exist") {
  CHECK(Wrong("name = \"full\"", "name = \"full\"\nattention = \"ful\"") ==
        "e.toml:38: 'ful' is not an attention; did you mean 'full'?");
  CHECK(
      Wrong("name = \"full\"",
            "name = \"full\"\nattention = \"topk_mlp\"\nattention_settings = { K = 4, hh = 5 }") ==
      "e.toml:39: 'hh' is not a parameter of topk_mlp; did you mean 'h'?");
  CHECK(Wrong("embedding = \"banded\"",
              "embedding = \"banded\"\nembedding_settings = { tied = 0 }") ==
        "e.toml:43: 'tied' is not an arm's: the model settles it");
}

TEST_CASE("an arm is matched to another one that is matched to none") {
  CHECK(Wrong("name = \"full\"", "name = \"full\"\nmatched_to = \"banded\"").empty());
  CHECK(Wrong("name = \"full\"", "name = \"full\"\nmatched_to = \"bandet\"") ==
        "e.toml:38: 'bandet' is not an arm; did you mean 'banded'?");
  CHECK(Wrong("name = \"full\"", "name = \"full\"\nmatched_to = \"full\"") ==
        "e.toml:38: an arm is matched to itself");
  CHECK(Wrong("embedding = \"banded\"", "embedding = \"banded\"\nmatched_to = \"full\"") ==
        "e.toml:43: only arms with a full_table or a factorized embedding are matched to others");
}

TEST_CASE("learning rates rise") {
  CHECK(Wrong("[1e-3, 3e-3]", "[3e-3, 1e-3]") ==
        "e.toml:38: learning rates are above 0 and in rising order");
  CHECK(Wrong("[1e-3, 3e-3]", "[]") == "e.toml:38: there is no learning rate");
}

TEST_CASE("a decision's arms and results must be there") {
  CHECK(Wrong("baseline = \"full\"", "baseline = \"ful\"") ==
        "e.toml:47: 'ful' is not an arm; did you mean 'full'?");
  CHECK(Wrong("challenger = \"banded\"", "challenger = \"full\"") ==
        "e.toml:49: an arm is compared with itself");
  CHECK(Wrong("metric = \"test_loss\"", "metric = \"tets_loss\"") ==
        "e.toml:50: 'tets_loss' is not a result of a run; did you mean 'test_loss'?");
  CHECK(Wrong("test_share = 0.1", "test_share = 0") ==
        "e.toml:50: there is no test_loss: 'test_share' is 0");
  CHECK(Wrong("metric = \"test_loss\"", "metric = \"validation_loss\"") ==
        "e.toml:47: learning rates are chosen by validation_loss, which is what is compared: the "
        "arm with more of them would win by chance");
}

TEST_CASE("a decision that its seeds can never reach is an error") {
  CHECK(Wrong("seeds = 11", "seeds = 9") ==
        "e.toml:47: 10 pairs are asked for, and there are 9 seeds");
  const std::string few = With(Example("seeds = 11", "seeds = 5"), "relevant = 0.01",
                               "relevant = 0.01\nleast_pairs = 5");
  CHECK(WrongText(few).find("e.toml:47: ") == 0);
  CHECK(WrongText(With(few, "seeds = 5", "seeds = 6")).empty());
  CHECK(WrongText(With(few, "relevant = 0.01", "relevant = 0.01\ntest = \"t\"")).empty());
}

}  // namespace
}  // namespace costcheck
