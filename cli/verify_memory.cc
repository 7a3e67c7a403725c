#include "cli/verify_commands.h"
#include "cli/verify_run.h"
#include "costmodel/query/place.h"
#include "verify/memory.h"
#include "verify/model_prediction.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "verify memory [OPTION]...",
    "Parameters and bytes of a training step: predicted, measured by LibTorch's memory reporter\n"
    "while it runs, and their difference; beside them the ideal, what the definition must hold.\n"
    "kept_bytes is what lives from forward to backward, peak_bytes the most that ever lives, from\n"
    "the inputs on and without the parameters. Alone: every component at 64 and 257 tokens, in\n"
    "small widths. With --model a whole model, as its config.json describes it, and its loss.",
    "  costcheck verify memory --components full,topk_mlp,banded\n"
    "  costcheck verify memory --components \"flash(tile=16)\" --lengths 61,128 --set d=96,H=3\n"
    "  costcheck verify memory --components strided --random 5 --seed 7 --format csv\n"
    "  costcheck verify memory --model path/to/config.json --lengths 64,257 --set B=2\n"};

Table MemoryTable(const VerifyRequest&) {
  Table table;
  table.command = "verify memory";
  table.title = "Memory, predicted and measured in LibTorch";
  table.columns = RunColumns();
  const std::vector<Column> own = {{"quantity", ""},
                                   {"predicted", "", "", NumberStyle::kScaled},
                                   {"measured", "", "", NumberStyle::kScaled},
                                   {"difference", "", "", NumberStyle::kScaled},
                                   {"ideal", "", "", NumberStyle::kScaled}};
  table.columns.insert(table.columns.end(), own.begin(), own.end());
  return table;
}

std::vector<std::vector<Cell>> Rows(const Configuration& configuration, const RunOptions& run) {
  std::vector<std::vector<Cell>> rows;
  for (const MemoryRecord& record : VerifyMemory(configuration, run)) {
    rows.push_back({record.component, Integer(record.length), record.quantity, record.predicted,
                    record.measured, record.Difference(), record.ideal});
  }
  return rows;
}

std::vector<std::string> NotesOnModel(const VerifyRequest& request) {
  if (!AsksForModel(request)) return {};
  const Architecture& model = *request.subjects.front().model;
  if (HasExperts(model)) {
    return {
        "Gradients, optimizer state and peak are left out: they depend on which experts the "
        "tokens choose."};
  }
  if (!HasRotations(model)) return {};
  return {
      "Rotations of queries and keys are not in the predictions: where they decide the peak, "
      "more is measured."};
}

OptionGroup MemoryOptions() {
  OptionGroup group("Memory");
  group.add_options()("optimizer", TextValue("NAME")->default_value("adamw"),
                      "whose state is measured: adamw, sgd or sgd_momentum");
  return group;
}

}  // namespace

int RunVerifyMemory(const std::vector<std::string>& arguments) {
  Verification verification{
      .usage = kUsage, .options = MemoryOptions(), .table = MemoryTable, .rows = Rows};
  verification.notes = NotesOnModel;
  verification.read_own = [](const Options& options, RunOptions& run) {
    run.optimizer = At("--optimizer", [&] { return ParseOptimizer(options.Text("optimizer")); });
  };
  return RunVerification(verification, arguments);
}

}  // namespace costcheck
