#include <algorithm>

#include "cli/verify_commands.h"
#include "cli/verify_run.h"
#include "verify/counts.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "verify counts [OPTION]...",
    "FLOPs of a training step: predicted as executed, counted by LibTorch's dispatcher while it\n"
    "runs, and their difference. Beside them the useful count, of the pairs that the definition\n"
    "needs, and the operators that ran and make no product of matrices, each with its share of\n"
    "the elements that were read. Alone: every component at 64 and 257 tokens, in small widths.\n"
    "With --model a whole model, as its config.json describes it, and its loss; then parameters\n"
    "and the bytes that are kept for backward are compared, too.",
    "  costcheck verify counts --components full,topk_mlp,banded\n"
    "  costcheck verify counts --components \"sliding_window(W=16)\" --lengths 16,61 --causal no\n"
    "  costcheck verify counts --components nsa --random 5 --seed 7 --format csv\n"
    "  costcheck verify counts --model path/to/config.json --lengths 64,257 --set B=2\n"};

Column CountColumn(const char* name, const VerifyRequest& request) {
  if (!AsksForModel(request)) return {name, "FLOP"};
  return {name, "", "", NumberStyle::kScaled};  // FLOPs, numbers or bytes, as the row says
}

Table CountsTable(const VerifyRequest& request) {
  Table table;
  table.command = "verify counts";
  table.title = "FLOPs, predicted and counted in LibTorch";
  table.columns = RunColumns();
  if (AsksForModel(request)) {
    table.title = "A model's FLOPs, parameters and kept bytes, predicted and counted in LibTorch";
    table.columns.push_back({"quantity", ""});
  }
  table.columns.push_back({"phase", ""});
  for (const char* name : {"predicted", "counted", "difference", "useful"}) {
    table.columns.push_back(CountColumn(name, request));
  }
  table.columns.push_back({"uncosted", ""});
  return table;
}

std::vector<std::vector<Cell>> Rows(const Configuration& configuration, const RunOptions& run) {
  std::vector<std::vector<Cell>> rows;
  for (const CountRecord& record : VerifyCounts(configuration, run)) {
    std::vector<Cell> row = {record.component, Integer(record.length)};
    if (configuration.model) row.push_back(record.quantity);
    row.insert(row.end(), {record.phase, record.predicted, record.counted, record.Difference(),
                           record.useful, record.uncosted});
    rows.push_back(std::move(row));
  }
  return rows;
}

/// The first few of a list, and how many more there are; LibTorch's operators without their
/// namespace.
std::string Shortened(std::string list) {
  constexpr std::string_view kNamespace = "aten::";
  for (std::size_t at = 0; (at = list.find(kNamespace, at)) != std::string::npos;) {
    list.erase(at, kNamespace.size());
  }
  constexpr int kShown = 3;
  std::size_t end = 0;
  for (int i = 0; i < kShown && end != std::string::npos; ++i) {
    end = list.find(',', end == 0 ? 0 : end + 1);
  }
  if (end == std::string::npos) return list;
  const auto more = std::count(list.begin() + static_cast<std::ptrdiff_t>(end), list.end(), ',');
  return list.substr(0, end) + " and " + std::to_string(more) + " more";
}

/// What ran and was not costed, of every component at the last of its lengths.
Table UncostedTable(const Table& all) {
  Table table;
  table.title = "Beside the products ran, by share of the elements read";
  table.columns = {all.columns.front(), {"uncosted", ""}};
  for (const std::vector<Cell>& row : all.rows) {
    const std::string& uncosted = std::get<std::string>(row.back());
    if (uncosted.empty()) continue;
    const bool is_next = table.rows.empty() || !(table.rows.back().front() == row.front());
    if (is_next) table.rows.emplace_back();
    table.rows.back() = {row.front(), Shortened(uncosted)};
  }
  return table;
}

/// The counts, and below them the operators, which would not fit beside them.
std::vector<Table> ForPeople(const Table& all) {
  Table counts = all, uncosted = UncostedTable(all);
  counts.columns.pop_back();
  for (std::vector<Cell>& row : counts.rows) row.pop_back();
  counts.notes.swap(uncosted.notes);
  return {counts, uncosted};
}

}  // namespace

int RunVerifyCounts(const std::vector<std::string>& arguments) {
  Verification verification{.usage = kUsage, .table = CountsTable, .rows = Rows};
  verification.for_people = ForPeople;
  return RunVerification(verification, arguments);
}

}  // namespace costcheck
