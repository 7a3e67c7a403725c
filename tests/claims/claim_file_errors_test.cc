#include <ctime>
#include <random>
#include <string>

#include "claims/claim_file.h"
#include "tests/algebra/error_text.h"
#include "tests/catch.h"

// What a claim file that is not as it should be costs: one sentence, with the line.

namespace costcheck {
namespace {

constexpr char kHead[] = R"(title = "A title"

[[sources]]
id = "paper"
title = "Of a work"
reference = "Author, 2024"
)";

/// Lines of the head; what is put behind it begins on the next.
constexpr int kHeadLines = 6;

constexpr char kClaim[] = R"([[claims]]
id = "S1"
source = "paper"
where = "Table 1"
quote = "0.18x"
quantity = "speedup"
)";
constexpr int kClaimLines = 6;

std::string MessageOf(const std::string& text) {
  return ErrorTextOf([&] { ParseClaimFile(text, "c.toml"); });
}

/// What is said of a claim with these lines, which are the first behind line 12.
std::string MessageOfClaim(const std::string& lines) {
  static_assert(kHeadLines + kClaimLines == 12);
  return MessageOf(std::string(kHead) + kClaim + lines);
}

std::string MessageOfNumber(const std::string& keys) {
  return MessageOfClaim("numbers = [\n  { " + keys + " },\n]\n");
}

std::string MessageOfCheck(const std::string& keys) {
  return MessageOfClaim("numbers = [{ value = \"2\" }]\nchecks = [\n  { " + keys + " },\n]\n");
}

/// The claim with a number that is decided, and further lines, the first of which is 14.
std::string MessageOfDecided(const std::string& lines) {
  return MessageOfClaim("numbers = [{ value = \"2\", is = \"1+1\" }]\n" + lines);
}

TEST_CASE("a key that is unknown, missing or of another type is told with its line",
          "[claim_file]") {
  CHECK(MessageOf("title = \"A\"\ntilte = \"B\"\n") ==
        "c.toml:2: 'tilte' is not a key of the file; did you mean 'title'?");
  CHECK(MessageOf("introduction = \"A\"\n") == "c.toml:1: the file has no 'title'");
  CHECK(MessageOf("title = 5\n") == "c.toml:1: 'title' is not a text in quotes");
  CHECK(MessageOf("title = \"\"\n") == "c.toml:1: 'title' of the file is empty");
  CHECK(MessageOf("title = \"A\"\nclaims = 3\n") == "c.toml:2: 'claims' is not a list of tables");
  CHECK(MessageOf("title = \"A\"\nfacts = [\n3]\n") == "c.toml:3: 'facts' is not a list of tables");
  CHECK(MessageOf("title = \"A\"\ndefinitions = 3\n") == "c.toml:2: 'definitions' is not a table");
  CHECK(MessageOf("title = \"A\"\n[definitions]\na = 3\n") ==
        "c.toml:3: 'a' is not a text in quotes");
  CHECK(MessageOf("title = \"A\"\n\n[[sources]]\nid = \"a\"\ntitle = \"B\"\n") ==
        "c.toml:3: a source has no 'reference'");
  CHECK(MessageOf("title = \"A\"\n[[facts]]\nid = \"a\"\nvalu = \"5\"\n") ==
        "c.toml:4: 'valu' is not a key of a fact; did you mean 'value'?");
  CHECK(MessageOf(kHead) == "c.toml:1: the file has no [[claims]]");
  CHECK(MessageOfClaim("qote = \"x\"\n") ==
        "c.toml:13: 'qote' is not a key of a claim; did you mean 'quote'?");
  CHECK(MessageOf(std::string(kHead) + "[[claims]]\nid = \"S1\"\nsource = \"paper\"\n") ==
        "c.toml:7: a claim has no 'where'");
  CHECK(MessageOfClaim("also = 5\n") ==
        "c.toml:13: 'also' is not a text in quotes, nor a list of them");
  CHECK(MessageOfClaim("also = [\n\"paper\",\n5]\n") ==
        "c.toml:15: 'also' is not a text in quotes");
  CHECK(MessageOfClaim("open = \"\"\n") == "c.toml:13: 'open' of a claim is empty");
}

TEST_CASE("what is no number, unit or tolerance is told with its line", "[claim_file]") {
  CHECK(MessageOfNumber("unit = \"x\"") == "c.toml:14: a number has no 'value'");
  CHECK(MessageOfNumber("value = 2") == "c.toml:14: 'value' is not a text in quotes");
  CHECK(MessageOfNumber("value = \"many\"") == "c.toml:14: 'many' is not a number as printed");
  CHECK(MessageOfNumber("value = \"2\", unit = \"FLOPs\"") ==
        "c.toml:14: 'FLOPs' is not a unit; did you mean 'FLOP'?");
  CHECK(MessageOfNumber("value = \"2\", digits = 3") ==
        "c.toml:14: '2' has 1 significant digits, not 3");
  CHECK(MessageOfNumber("value = \"2\", digits = \"3\"") ==
        "c.toml:14: 'digits' is not a whole number from 1 to 100");
  CHECK(MessageOfNumber("value = \"2\", relation = \"abut\"") ==
        "c.toml:14: 'abut' is none of is, about, <, <=, >, >=; did you mean 'about'?");
  CHECK(MessageOfNumber("value = \"2\", is = \"1\", relation = \"about\"") ==
        "c.toml:14: a number with relation 'about' has no 'tolerance'");
  CHECK(MessageOfNumber("value = \"2\", is = \"1\", tolerance = \"5%\"") ==
        "c.toml:14: 'tolerance' is only for a number with relation 'about'");
  CHECK(MessageOfNumber("value = \"2\", is = \"1\", relation = \"about\", tolerance = \"five\"") ==
        "c.toml:14: 'five' is not a number as printed");
  for (const char* tolerance : {"0", "101%", "-5%", "1.1"}) {
    CHECK(MessageOfNumber("value = \"2\", is = \"1\", relation = \"about\", tolerance = \"" +
                          std::string(tolerance) + "\"") ==
          "c.toml:14: 'tolerance' is not above 0 and at most 100%");
  }
  CHECK(MessageOf("title = \"A\"\n[[facts]]\nid = \"a\"\nvalue = \"words\"\nunit = \"x\"\n") ==
        "c.toml:4: 'words' is not a number as printed");
  CHECK(MessageOf("title = \"A\"\n[[facts]]\nid = \"a\"\nvalue = \"5\"\nunit = \"xx\"\n") ==
        "c.toml:5: 'xx' is not a unit; did you mean 'x'?");
}

TEST_CASE("a number is decided in one way", "[claim_file]") {
  CHECK(MessageOfNumber("value = \"2\", is = \"1\", statistic = { name = \"mean\", of = \"2\" }") ==
        "c.toml:14: a number has one of 'is', 'statistic' and 'crossover'");
  CHECK(MessageOfNumber("value = \"2\", is = []") == "c.toml:14: 'is' lists no expression");
  CHECK(MessageOfNumber("value = \"2\", is = [\"1\", \"\"]") ==
        "c.toml:14: an expression in 'is' is empty");
  CHECK(MessageOfNumber("value = \"2\", statistic = \"mean\"") ==
        "c.toml:14: 'statistic' is not a table");
  CHECK(MessageOfNumber("value = \"2\", statistic = { name = \"mediann\", of = \"2\" }")
            .find("c.toml:14: 'mediann' is none of mean, geometric_mean, median,") == 0);
  CHECK(MessageOfNumber("value = \"2\", statistic = { name = \"mediann\", of = \"2\" }")
            .find("; did you mean 'median'?") != std::string::npos);
  CHECK(MessageOfNumber("value = \"2\", statistic = { name = \"mean\", off = \"2\" }") ==
        "c.toml:14: 'off' is not a key of a statistic; did you mean 'of'?");
  CHECK(MessageOfNumber("value = \"2\", statistic = { name = \"mean\" }") ==
        "c.toml:14: a statistic has neither cells, in 'of', nor 'pairs'");
  CHECK(
      MessageOfNumber("value = \"2\", statistic = { name = \"mean\", of = \"2\", level = 1.0 }") ==
      "c.toml:14: 'level' is not a number between 0 and 1");
  CHECK(MessageOfNumber("value = \"2\", statistic = { name = \"mean\", pairs = 0 }") ==
        "c.toml:14: 'pairs' is not a whole number from 1 to 1000000");
  CHECK(MessageOfNumber("value = \"2\", crossover = { a = \"full()\", in = \"T\" }") ==
        "c.toml:14: a crossover has no 'b'");
  CHECK(
      MessageOfNumber("value = \"2\", crossover = { a = \"1\", b = \"2\", in = \"topk_hedas\" }") ==
      "c.toml:14: 'topk_hedas' is neither a symbol nor a parameter; did you mean 'topk_heads'? "
      "(see costcheck list symbols)");
}

TEST_CASE("what does not count is told with its line", "[claim_file]") {
  CHECK(MessageOfDecided("convention = \"sedes\"\n") ==
        "c.toml:14: unknown convention 'sedes'; did you mean 'seeds'?");
  CHECK(MessageOfDecided("scope = \"laier\"\n").find("c.toml:14: ") == 0);
  CHECK(MessageOfDecided("scope = \"laier\"\n").find("layer") != std::string::npos);
  CHECK(MessageOfDecided("phase = \"trainin\"\n").find("training") != std::string::npos);
  CHECK(MessageOfDecided("count = \"exeuted\"\n").find("executed") != std::string::npos);
  CHECK(MessageOfDecided("causal = \"maybe\"\n") == "c.toml:14: 'maybe' is neither yes nor no");
  CHECK(MessageOfDecided("causal = true\n") == "c.toml:14: 'causal' is not a text in quotes");
  CHECK(MessageOfDecided("set = \"topk_hedas=5\"\n")
            .find("c.toml:14: 'topk_hedas' is neither a symbol nor a parameter; did you mean "
                  "'topk_heads'?") == 0);
  CHECK(MessageOfDecided("set = \"T\"\n") == "c.toml:14: 'T' is not NAME=VALUE");
  CHECK(MessageOfDecided("set = \"T=5,T=6\"\n") == "c.toml:14: 'T' is set twice");
}

TEST_CASE("a reading has a meaning of its own", "[claim_file]") {
  const auto message = [](const std::string& keys) {
    return MessageOfDecided("readings = [\n  { " + keys + " },\n]\n");
  };
  CHECK(message("name = \"all heads\"") == "c.toml:15: a reading has a name and nothing else");
  CHECK(message("scope = \"layer\", phase = \"training\"") == "c.toml:15: a reading has no 'name'");
  CHECK(message("name = \"a\", scop = \"layer\"") ==
        "c.toml:15: 'scop' is not a key of a reading; did you mean 'scope'?");
  CHECK(message("name = \"a\", is = \"1\" },\n  { name = \"a\", is = \"2\"") ==
        "c.toml:16: two readings are called 'a'");
  CHECK(MessageOfClaim("numbers = [{ value = \"2\", is = \"1\" }, { value = \"3\" }]\n"
                       "readings = [{ name = \"a\", is = \"1\" }]\n") ==
        "c.toml:14: a reading has 'is' only in a claim of one number");
  CHECK(MessageOfClaim("checks = [{ requires = \"1 < 2\" }]\n"
                       "readings = [{ name = \"a\", scope = \"layer\" }]\n") ==
        "c.toml:14: a claim has readings and no number that is recomputed");
  CHECK(message("name = \"a\", is = \"statistic:mediann\"") ==
        "c.toml:15: 'mediann' is not a statistic; did you mean 'median'?");
  CHECK(message("name = \"a\", is = \"statistic:median\"") ==
        "c.toml:15: 'statistic:median' is of a number without 'statistic'");
  CHECK(
      MessageOfClaim("numbers = [{ value = \"2\", statistic = { name = \"mean\", of = \"2\" } }]\n"
                     "readings = [{ name = \"median\", is = \"statistic:median\" }]\n") == "");
}

TEST_CASE("a check is of one kind and whole", "[claim_file]") {
  CHECK(MessageOfCheck("require = \"S1 < 2\"") ==
        "c.toml:15: a check has none of requires, same, growth, entropy, amdahl, limit, "
        "experiment; did you mean 'requires'?");
  CHECK(MessageOfCheck("requires = \"S1 < 2\", growth = \"T\"") ==
        "c.toml:15: a check is of one kind, not both 'requires' and 'growth'");
  CHECK(MessageOfCheck("requires = \"S1 < 2\", power = \"1\"") ==
        "c.toml:15: 'power' is not a key of a check with 'requires'");
  CHECK(MessageOfCheck("requires = \"S1\"").find("c.toml:15: ") == 0);
  CHECK(MessageOfCheck("growth = \"T\", in = \"T\"") ==
        "c.toml:15: a check with 'growth' has no 'power'");
  CHECK(MessageOfCheck("growth = \"T\", in = \"T\", power = \"-1\"") ==
        "c.toml:15: 'power' is not a number from 0 to 100, such as \"1/2\"");
  CHECK(MessageOfCheck("growth = \"T\", in = \"time\", power = \"1\"")
            .find("c.toml:15: 'time' is neither a symbol nor a parameter") == 0);
  CHECK(MessageOfCheck("entropy = \"S1\", exponent = 0, types = 7") ==
        "c.toml:15: 'exponent' is not a number between 0 and inf");
  CHECK(MessageOfCheck("entropy = \"S1\", exponent = 1.1, types = 7.5") ==
        "c.toml:15: 'types' is not a whole number from 1 to 1000000000000");
  CHECK(MessageOfCheck("entropy = \"S1\", exponent = 1.1, types = 7, share = \"2\"") ==
        "c.toml:15: 'share' is not a number from 0 to 1, such as \"1/2\"");
}

TEST_CASE("an experiment's predicate and baseline fit each other", "[claim_file]") {
  const auto message = [](const std::string& form, const std::string& keys) {
    return MessageOfCheck("experiment = \"B5\", form = \"" + form +
                          "\", metric = \"loss\", arm = \"banded\", " + keys);
  };
  CHECK(message("describd", "predicate = \"value < 2\"") ==
        "c.toml:15: the form 'describd' is neither described nor corrected");
  CHECK(message("described", "predicate = \"worth < 2\"")
            .find("c.toml:15: 'worth < 2' is no predicate") == 0);
  CHECK(message("described", "predicate = \"ratio < 2\"") ==
        "c.toml:15: the predicate 'ratio < 2' needs a baseline");
  CHECK(message("described", "predicate = \"value < 2\", baseline = \"full\"") ==
        "c.toml:15: the predicate 'value < 2' has no use for a baseline");
  CHECK(message("described", "predicate = \"draws include S2\"") ==
        "c.toml:15: 'S2' is not a number of a claim or a fact; did you mean 'S1'?");
  CHECK(message("described", "predicate = \"draws include S1\"") == "");
  CHECK(message("described", "predicate = \"draws include 0.5\"") == "");
}

TEST_CASE("a claim is decided or open", "[claim_file]") {
  CHECK(MessageOfClaim("") ==
        "c.toml:7: nothing decides the claim 'S1': it has no number with 'is', 'statistic' or "
        "'crossover', no check, and no 'open'");
  CHECK(MessageOfClaim("numbers = [{ value = \"2\" }]\n")
            .find("c.toml:7: nothing decides the claim 'S1'") == 0);
  CHECK(MessageOfDecided("open = \"why\"\n") ==
        "c.toml:7: the claim 'S1' is 'open', and has what decides it");
  CHECK(MessageOfClaim("checks = [{ requires = \"1 < 2\" }]\nopen = \"why\"\n") ==
        "c.toml:7: the claim 'S1' is 'open', and has what decides it");
  CHECK(MessageOfClaim("numbers = [{ value = \"2\" }]\nopen = \"why\"\n") == "");
  CHECK(MessageOfDecided("") == "");
}

TEST_CASE("an id is a name that nothing else has", "[claim_file]") {
  const auto fact = [](const std::string& id) {
    return MessageOfDecided("[[facts]]\nid = \"" + id + "\"\nvalue = \"5\"\n");
  };
  CHECK(fact("a-b") == "c.toml:14: the id 'a-b' is not letters, digits and _ with a letter first");
  CHECK(fact("5a") == "c.toml:14: the id '5a' is not letters, digits and _ with a letter first");
  CHECK(fact("S1") == "c.toml:7: the id 'S1' is taken (line 14)");
  CHECK(fact("T") == "c.toml:14: the id 'T' is a symbol");
  CHECK(fact("sparse_heads") == "c.toml:14: the id 'sparse_heads' is a symbol");
  CHECK(fact("topk_mlp") == "c.toml:14: the id 'topk_mlp' is a component");
  CHECK(fact("model") == "c.toml:14: the id 'model' is what calls a model");
  CHECK(fact("paper") == "");
  CHECK(fact(std::string(101, 'a')) ==
        "c.toml:14: the id '" + std::string(100, 'a') + "...' has more than 100 letters");
  CHECK(MessageOfDecided("[definitions]\nS1 = \"2\"\n") ==
        "c.toml:7: the id 'S1' is taken (line 15)");
  CHECK(MessageOfDecided("[definitions]\n\nd = \"2\"\n") == "c.toml:16: the id 'd' is a symbol");
  CHECK(MessageOfDecided("[[sources]]\nid = \"paper\"\ntitle = \"B\"\nreference = \"C\"\n") ==
        "c.toml:14: the id 'paper' is taken (line 3)");
  CHECK(MessageOfClaim("numbers = [{ value = \"2\", is = \"1\" }, { value = \"3\" }]\n"
                       "[[facts]]\nid = \"S1_2\"\nvalue = \"5\"\n") ==
        "c.toml:13: the id 'S1_2' is taken (line 14)");
}

TEST_CASE("what is referred to exists", "[claim_file]") {
  CHECK(MessageOf(std::string(kHead) + "[[claims]]\nid = \"S1\"\nsource = \"papre\"\n" +
                  "where = \"a\"\nquote = \"b\"\nquantity = \"c\"\nopen = \"d\"\n") ==
        "c.toml:7: 'papre' is not a source; did you mean 'paper'?");
  CHECK(MessageOfDecided("also = [\"papers\"]\n") ==
        "c.toml:7: 'papers' is not a source; did you mean 'paper'?");
  CHECK(MessageOfDecided("[[facts]]\nid = \"a\"\nvalue = \"5\"\nsource = \"papre\"\n") ==
        "c.toml:14: 'papre' is not a source; did you mean 'paper'?");
  CHECK(MessageOfNumber("value = \"2\", statistic = { name = \"mean\", of = [\"S1\", \"S2\"] }") ==
        "c.toml:14: 'S2' is not a number of a claim or a fact; did you mean 'S1'?");
  CHECK(MessageOfNumber("value = \"2\", statistic = { name = \"mean\", of = \"2\", against = "
                        "\"S2\" }") ==
        "c.toml:14: 'S2' is not a number of a claim or a fact; did you mean 'S1'?");
  CHECK(MessageOfCheck("entropy = \"S2\", exponent = 1.1, types = 7") ==
        "c.toml:15: 'S2' is not a number of a claim or a fact; did you mean 'S1'?");
  CHECK(MessageOfCheck("amdahl = \"S1_1\", part = \"1\", whole = \"2\"")
            .find("c.toml:15: 'S1_1' is not a number of a claim or a fact") == 0);
  CHECK(MessageOfCheck("limit = \"S2\", numerator = \"1\", denominator = \"2\", in = \"T\"") ==
        "c.toml:15: 'S2' is not a number of a claim or a fact; did you mean 'S1'?");
  CHECK(MessageOfCheck("same = \"S1\", words = \"w\"") == "c.toml:15: 'S1' is not a fact");
  CHECK(MessageOfClaim("checks = [{ entropy = \"method\", exponent = 1.1, types = 7 }]\n"
                       "[[facts]]\nid = \"method\"\nvalue = \"a transformer\"\n") ==
        "c.toml:13: 'method' is not a number of a claim or a fact");
}

TEST_CASE("text that is no TOML is refused with its line", "[claim_file]") {
  CHECK(MessageOf("") == "c.toml:1: the file is empty");
  CHECK(MessageOf(" \n\t\n") == "c.toml:1: the file is empty");
  CHECK(MessageOf("# nothing\n") == "c.toml:1: the file has no 'title'");
  CHECK(MessageOf("title = \"A\"\ntitle = \"B\"\n") ==
        "c.toml:2: this is not TOML: Error while parsing key-value pair: cannot redefine existing "
        "string 'title'");
  CHECK(MessageOf("title = \"A\"\nclaims = [\n{ id = \n").find("c.toml:") == 0);
  CHECK(MessageOf("title = \"A\n").find("c.toml:1: this is not TOML: ") == 0);
  CHECK(MessageOf(std::string("title = 'A'\n\0\0", 14)).find("c.toml:2: this is not TOML: ") == 0);
  CHECK(MessageOf("title = 'A'\n\n'\xff' = 3\n").find("this is not TOML: ") != std::string::npos);
}

TEST_CASE("hostile text costs a sentence", "[claim_file]") {
  const auto repeated = [](const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  const auto cheap = [](const std::string& text) {
    const std::clock_t start = std::clock();
    const std::string message = MessageOf(text);
    CHECK(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC < 2);
    CHECK(message.find('\n') == std::string::npos);
    return message.substr(0, 60);
  };
  CHECK(cheap("title = " + repeated("[", 10'000'000)).find("c.toml:1: this is not TOML: ") == 0);
  CHECK(cheap("title = " + repeated("{a=", 3'000'000)).find("c.toml:1: this is not TOML: ") == 0);
  CHECK(cheap("\na" + repeated(".a", 5'000'000) + " = 1\n") ==
        "c.toml:2: the line has more than 200 full stops");
  CHECK(cheap("[a" + repeated(".a", 5'000'000) + "]\n") ==
        "c.toml:1: the line has more than 200 full stops");
  CHECK(cheap("title = [" + repeated("{a" + repeated(".a", 198) + " = [\n", 120)).find("c.toml:") ==
        0);
  CHECK(cheap(repeated("x", 1'000'000) + " = 1\n").find("c.toml:1: 'xxxxx") == 0);
  CHECK(cheap(repeated("\n", 10'000'000)) == "c.toml:1: the file is empty");
  std::mt19937_64 random(20240607);
  std::string noise(10'000'000, ' ');
  for (char& c : noise) c = static_cast<char>(random());
  CHECK(cheap(noise).find("c.toml:1: this is not TOML: ") == 0);
}

TEST_CASE("a file that cannot be read is told with the system's reason", "[claim_file]") {
  CHECK(ErrorTextOf([] { LoadClaimFile("no/such/file.toml"); }).find("no/such/file.toml") !=
        std::string::npos);
  CHECK(ErrorTextOf([] { LoadClaimFile("."); }) != "");
}

}  // namespace
}  // namespace costcheck
