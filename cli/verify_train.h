#pragma once

#include <string>
#include <vector>

namespace costcheck {

inline constexpr char kTrainSummary[] =
    "trains the arms of an experiment from several seeds and compares them";

int RunVerifyTrain(const std::vector<std::string>& arguments);

}  // namespace costcheck
