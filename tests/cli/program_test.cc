#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/catch.h"
#include "tests/cli/run.h"

namespace fs = std::filesystem;

TEST_CASE("Help and version print to standard output and succeed", "[cli]") {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"},
                                                    {"-h"},
                                                    {"table", "--help"},
                                                    {"crossover", "-h"},
                                                    {"formula", "--help"},
                                                    {"embedding", "--help"},
                                                    {"check", "--help"},
                                                    {"claims", "--help"},
                                                    {"list", "--help"}}) {
    const RunResult result = Run(arguments);
    CHECK(result.exit == 0);
    CHECK(result.err.empty());
    CHECK(result.out.find("Usage: costcheck") != std::string::npos);
    if (arguments.size() == 2) CHECK(result.out.find("Examples:") != std::string::npos);
  }
  CHECK(Run({"--version"}).out == "costcheck 0.1.0\n");
}

TEST_CASE("A wrong word gets one sentence with the nearest right one", "[cli]") {
  CHECK(IsBadInput(Run({}), "a subcommand is missing"));
  CHECK(IsBadInput(Run({"tabl"}), "did you mean 'table'?"));
  CHECK(IsBadInput(Run({"--hepl"}), "did you mean '--help'?"));
  CHECK(IsBadInput(Run({"table", "--lenghts", "8K"}), "did you mean '--lengths'?"));
  CHECK(IsBadInput(Run({"table", "--format", "jsn"}), "did you mean 'json'?"));
  CHECK(IsBadInput(Run({"table", "--metrics", "flop"}), "did you mean 'flops'?"));
  CHECK(IsBadInput(Run({"table", "--components", "full,topk_mpl"}), "did you mean 'topk_mlp'?"));
  CHECK(IsBadInput(Run({"table", "--preset", "seeds-flop"}), "did you mean 'seeds-flops'?"));
  CHECK(IsBadInput(Run({"table", "--convention", "seed"}), "did you mean 'seeds'?"));
  CHECK(IsBadInput(Run({"table", "--scope", "modul"}), "did you mean 'module'?"));
  CHECK(IsBadInput(Run({"table", "--color", "alway"}), "did you mean 'always'?"));
  CHECK(IsBadInput(Run({"table", "--causal", "maybe"}), "--causal"));
  CHECK(IsBadInput(Run({"table", "--set", "H_kw=4"}), "did you mean 'H_kv'?"));
  CHECK(IsBadInput(Run({"list", "component"}), "did you mean 'components'?"));
  CHECK(IsBadInput(Run({"list", "machines"}), "components, models, conventions"));
}

TEST_CASE("Options are not abbreviated, not repeated, and need their values", "[cli]") {
  CHECK(IsBadInput(Run({"table", "--form", "csv"}), "'--form' is not an option"));
  CHECK(IsBadInput(Run({"table", "--format", "csv", "--format", "json"}), "more than once"));
  CHECK(IsBadInput(Run({"table", "--format"}), "--format"));
  CHECK(IsBadInput(Run({"table", "stray"}), "'stray' is one argument too many"));
  CHECK(IsBadInput(Run({"crossover", "full"}), "an argument is missing"));
}

TEST_CASE("Values outside their domain are refused", "[cli]") {
  CHECK(IsBadInput(Run({"table", "--set", "T=-1"}), "T = -1 is not a positive integer"));
  CHECK(IsBadInput(Run({"table", "--set", "T=2.5"}), "T = 5/2 is not a positive integer"));
  CHECK(IsBadInput(Run({"table", "--set", "T=1e400"}), "10^18"));
  CHECK(IsBadInput(Run({"table", "--lengths", "-1"}), "not a positive integer"));
  CHECK(IsBadInput(Run({"table", "--lengths", "2.5"}), "not a positive integer"));
  CHECK(IsBadInput(Run({"table", "--lengths", "1e400"}), "10^18"));
  CHECK(IsBadInput(Run({"table", "--lengths", "8K..1K"}), "ends before it begins"));
  CHECK(IsBadInput(Run({"table", "--lengths", "many"}), "is not a length"));
  CHECK(IsBadInput(Run({"table", "--set", "K=K+1"}), "in terms of itself"));
  CHECK(IsBadInput(Run({"table", "--set", "K=W,W=K"}), "in terms of itself"));
  CHECK(IsBadInput(Run({"table", "--set", "K=8,K=9"}), "'K' is set twice"));
  CHECK(IsBadInput(Run({"table", "--set", "K=8", "--set", "K=9"}), "'K' is set twice"));
  CHECK(IsBadInput(Run({"table", "--set", "K"}), "is not NAME=VALUE"));
  CHECK(IsBadInput(Run({"table", "--set", "K="}), "is not NAME=VALUE"));
  CHECK(IsBadInput(Run({"table", "--set", "K=8*"}), "K=8*"));
}

TEST_CASE("Widths that contradict each other are refused", "[cli]") {
  CHECK(IsBadInput(Run({"table", "--set", "d=4096,H=32,w=64"}), "contradict"));
}

TEST_CASE("A setting outside its domain at one length names the length", "[cli]") {
  const RunResult result =
      Run({"table", "--components", "topk_exact", "--set", "K=T/8", "--lengths", "64,100"});
  CHECK(IsBadInput(result, "T = 100"));
}

TEST_CASE("A pipe closed early and a full device end with one sentence", "[cli]") {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"table"}, {"--help"}, {"list", "symbols"}}) {
    CHECK(IsBadInput(RunIntoClosedPipe(arguments), "cannot write to standard output"));
    if (fs::exists("/dev/full")) {
      CHECK(IsBadInput(RunInto("/dev/full", arguments), "cannot write to standard output"));
    }
  }
}

TEST_CASE("An output file appears whole, or not at all", "[cli]") {
  const std::string path = ScratchFolder() + "/symbols.csv";
  const RunResult written = Run({"list", "symbols", "--format", "csv", "--output", path});
  CHECK(written.exit == 0);
  CHECK(written.out.empty());
  CHECK(FileText(path) == Run({"list", "symbols", "--format", "csv"}).out);

  const std::string nowhere = ScratchFolder() + "/no/such/folder/file.txt";
  CHECK(IsBadInput(Run({"list", "symbols", "--output", nowhere}), "cannot write '" + nowhere));
  CHECK(IsBadInput(Run({"list", "symbols", "--output", ScratchFolder()}), "directory"));

  // Bad input leaves what is there.
  CHECK(IsBadInput(Run({"list", "nothing", "--output", path}), "nothing"));
  CHECK(FileText(path).starts_with("symbol,"));
  for (const fs::directory_entry& entry : fs::directory_iterator(ScratchFolder())) {
    const std::string name = entry.path().filename().string();
    CHECK((name == "symbols.csv" || name == "stdout" || name == "stderr"));
  }
}

TEST_CASE("A replaced output file keeps its permissions and a link stays a link", "[cli]") {
  const std::string path = ScratchFolder() + "/kept.csv";
  const std::string link = ScratchFolder() + "/link.csv";
  REQUIRE(Run({"list", "formats", "--output", path}).exit == 0);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  const fs::perms before = fs::status(path).permissions();
  fs::create_symlink(path, link);
  REQUIRE(Run({"list", "formats", "--format", "csv", "--output", link}).exit == 0);
  CHECK(fs::is_symlink(link));
  CHECK(FileText(path).starts_with("format\n"));
  CHECK(fs::status(path).permissions() == before);
  fs::remove(path);
  fs::remove(link);
}

TEST_CASE("An output to a named pipe is written to it and does not replace it", "[cli]") {
  const std::string path = ScratchFolder() + "/pipe";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  const int both_ends = open(path.c_str(), O_RDWR);  // so that neither side waits
  REQUIRE(both_ends >= 0);
  CHECK(Run({"list", "formats", "--format", "csv", "--output", path}).exit == 0);
  struct stat status;
  REQUIRE(stat(path.c_str(), &status) == 0);
  REQUIRE(S_ISFIFO(status.st_mode));
  char text[7];
  CHECK(read(both_ends, text, sizeof text) == sizeof text);
  CHECK(std::string(text, sizeof text) == "format\n");
  close(both_ends);
  fs::remove(path);
}

TEST_CASE("A set name that nothing uses is a warning, which --quiet leaves out", "[cli]") {
  const RunResult result = Run({"formula", "full", "--set", "W=7"});
  CHECK(result.exit == 0);
  CHECK(result.err.find("warning: 'W'") != std::string::npos);
  CHECK(Run({"formula", "full", "--set", "W=7", "--quiet"}).err.empty());
  CHECK(Run({"formula", "full", "--set", "d=4096,H=32"}).err.empty());
}

TEST_CASE("Text has colour only where it is asked for", "[cli]") {
  CHECK(Run({"list", "formats"}).out.find('\x1b') == std::string::npos);
  CHECK(Run({"list", "formats", "--color", "always"}).out.find('\x1b') != std::string::npos);
}
