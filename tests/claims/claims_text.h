#pragma once

#include <string>
#include <string_view>

#include "claims/claim_file.h"

namespace costcheck {

/// One claim of a file, with what every claim has and what is given.
inline std::string ClaimText(const std::string& id, const std::string& keys) {
  return "[[claims]]\nid = \"" + id + "\"\nsource = \"D1\"\nwhere = \"row " + id +
         "\"\nquote = \"" + id + "\"\nquantity = \"loss\"\ntopic = \"Losses\"\n" + keys + "\n";
}

inline std::string FactText(const std::string& id, const std::string& value) {
  return "[[facts]]\nid = \"" + id + "\"\nsource = \"D1\"\nwhere = \"program of " + id +
         "\"\nvalue = \"" + value + "\"\n";
}

/// A file named "test.toml" with one source and these facts and claims.
inline ClaimFile FileOf(const std::string& text) {
  return ParseClaimFile(
      "title = \"Test\"\n[[sources]]\nid = \"D1\"\ntitle = \"T\"\nreference = \"R\"\n" + text,
      "test.toml");
}

/// Printed ratios of losses, undecided: Q1b to Q7b.
inline std::string RatioClaims() {
  constexpr std::string_view kRatios[] = {"0.958", "0.989", "0.186", "0.042",
                                          "0.358", "0.876", "1.090"};
  std::string text;
  for (std::size_t i = 0; i < 7; ++i) {
    text += ClaimText(
        "Q" + std::to_string(i + 1) + "b",
        "numbers = [{ value = \"" + std::string(kRatios[i]) + "\" }]\nopen = \"one run\"");
  }
  return text;
}

}  // namespace costcheck
