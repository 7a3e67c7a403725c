#include <fstream>

#include "tests/catch.h"
#include "tests/cli/run.h"
#include "tests/golden.h"

using nlohmann::json;

TEST_CASE("Parameters are told band by band, and sum up to the total", "[embedding]") {
  const json found =
      RunJson({"embedding", "banded", "--set", "V=200,d=128", "--bands", "45:160,87:128,68:51"});
  const json& rows = found.at("rows");
  REQUIRE(rows.size() == 4);
  CHECK(rows.at(0).at("parameters") == std::to_string(45 * 160 + 160 * 128));
  CHECK(rows.at(1).at("parameters") == std::to_string(87 * 128));
  CHECK(rows.at(2).at("parameters") == std::to_string(68 * 51 + 51 * 128));
  CHECK(rows.at(3).at("band") == "total");
  CHECK(rows.at(3).at("parameters") == "48812");
  CHECK(rows.at(3).at("tokens") == "200");
  CHECK(found.at("baseline_parameters") == "25600");
  CHECK(found.at("ratio") == "12203/6400");
  CHECK(found.contains("folded_parameters"));
  for (const json& row : rows) {
    for (const char* key : {"band", "tokens", "width", "parameters", "expected_flops"}) {
      CHECK(row.contains(key));
    }
  }
}

TEST_CASE("Counted tokens give exact expectations, Zipf's law real ones", "[embedding]") {
  const std::string path = ScratchFolder() + "/counts.txt";
  std::ofstream(path) << "a 6\nb 3\nc 1\n";
  // A token of the first type takes 2*5*4 FLOPs, the others none: 6/10 of them.
  const std::vector<std::string> base = {"embedding", "banded",  "--set",
                                         "d=4",       "--bands", "1:5,2:4"};
  std::vector<std::string> counted = base;
  counted.insert(counted.end(), {"--counts", path});
  CHECK(RunJson(counted).at("rows").back().at("expected_flops") == "24");
  std::vector<std::string> zipf = base;
  zipf.insert(zipf.end(), {"--zipf", "1", "--set", "V=3"});
  const json law = RunJson(zipf).at("rows").back().at("expected_flops");
  REQUIRE(law.is_number_float());
  CHECK(std::abs(law.get<double>() - 40.0 / (1 + 1.0 / 2 + 1.0 / 3)) < 1e-9);
}

TEST_CASE("Bands are told by shares of types and of mass as well", "[embedding]") {
  const json types = RunJson(
      {"embedding", "banded", "--set", "V=1000,d=128", "--bands", "types=10/70/20:179,128,76"});
  CHECK(types.at("rows").back().at("parameters") == "155340");
  const json mass = RunJson({"embedding", "banded", "--set", "V=200,d=128", "--bands",
                             "mass=80/15/5:160,128,51", "--zipf", "1.1"});
  CHECK(mass.at("rows").back().at("tokens") == "200");
}

TEST_CASE("A report looks as accepted", "[embedding]") {
  const RunResult result = Run({"embedding", "factorized", "--set", "V=32000,d=4096,E=128"});
  CHECK(result.exit == 0);
  CHECK(GoldenDifference("tests/cli/golden/embedding.txt", result.out).empty());
}

TEST_CASE("Bad embeddings are refused", "[embedding]") {
  CHECK(IsBadInput(Run({"embedding", "bandd"}), "did you mean 'banded'?"));
  CHECK(IsBadInput(Run({"embedding", "full"}), "is not an embedding"));
  CHECK(IsBadInput(Run({"embedding", "banded", "--counts", "/no/such/file"}), "/no/such/file"));
  CHECK(IsBadInput(Run({"embedding", "banded", "--zipf", "x"}), "--zipf"));
  CHECK(IsBadInput(Run({"embedding", "banded", "--zipf", "-1"}), "--zipf"));
  CHECK(IsBadInput(Run({"embedding", "banded", "--set", "d=4", "--bands", "1-5"}), "1-5"));
  CHECK(IsBadInput(Run({"embedding", "banded", "--set", "d=4", "--bands", "mass=50/50:4,2"}),
                   "mass"));
}
