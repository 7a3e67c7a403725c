#pragma once

#include <string>
#include <vector>

#include "evidence/record.h"

namespace costcheck {

/// Runs of experiment "B5", form "described", with one metric "loss": values by seed, from 1 on.
inline std::vector<RunRecord> RunsOfArm(const std::string& arm, const std::vector<double>& losses,
                                        double rate = 0.001) {
  std::vector<RunRecord> records;
  for (const double loss : losses) {
    RunRecord record;
    record.experiment = "B5";
    record.form = "described";
    record.arm = arm;
    record.seed = records.size() + 1;
    record.settings = {{"rate", rate}};
    record.configuration = R"({"arm":")" + arm + R"(","training":{"epochs":50}})";
    record.results = {{"loss", loss}};
    records.push_back(record);
  }
  return records;
}

inline std::vector<RunRecord> operator+(std::vector<RunRecord> a, const std::vector<RunRecord>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace costcheck
