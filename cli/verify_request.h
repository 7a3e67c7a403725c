#pragma once

#include "cli/document.h"
#include "cli/options.h"
#include "costmodel/query/assignments.h"
#include "costmodel/query/subject.h"
#include "verify/configuration.h"
#include "verify/request.h"

namespace costcheck {

/// --components, --model, --lengths, --random, --causal, --phase, --seed, --device, --threads.
OptionGroup VerifyOptions();

/// What those and --set ask for. CostError that opens with the option; names that are set and that
/// nothing uses are warned of.
VerifyRequest ParseVerifyRequest(const Options& options, const Output& output);

/// Sentences under a result: what was not set, and what settles random numbers and speed.
std::vector<std::string> NotesOnRuns(const VerifyRequest& request,
                                     const std::vector<Configuration>& configurations);

/// How runs are counted, as the table's convention: executed products of each component's module.
void DescribeRuns(const VerifyRequest& request, Table& table);

/// Whether whole models are asked for, not components.
bool AsksForModel(const VerifyRequest& request);

/// Columns component and T of every verify table.
std::vector<Column> RunColumns();

}  // namespace costcheck
