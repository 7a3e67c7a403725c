#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/catch.h"
#include "tests/cli/run.h"

// How costcheck starts costcheck-verify; none of this needs LibTorch.

namespace fs = std::filesystem;

namespace {

/// A folder with a copy of costcheck, and nothing beside it.
std::string FolderOfAlone(const std::string& name) {
  const std::string folder = ScratchFolder() + "/" + name;
  fs::create_directories(folder);
  fs::copy_file(fs::canonical("cli/costcheck"), folder + "/costcheck",
                fs::copy_options::overwrite_existing);
  return folder;
}

/// Runs a shell command.
RunResult Shell(const std::string& command) {
  const std::string out = ScratchFolder() + "/shell.out", err = ScratchFolder() + "/shell.err";
  const int status = std::system(("{ " + command + "\n} >" + out + " 2>" + err).c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, FileText(out), FileText(err)};
}

void WriteScript(const std::string& path, const std::string& text) {
  std::ofstream(path) << "#!/bin/sh\n" << text;
  chmod(path.c_str(), 0755);
}

bool IsOneSentence(const std::string& text) {
  return text.rfind("costcheck: error: ", 0) == 0 && text.find('\n') == text.size() - 1;
}

}  // namespace

TEST_CASE("verify lists its subcommands, and names the nearest", "[cli]") {
  const RunResult help = Run({"verify", "--help"});
  CHECK(help.exit == 0);
  CHECK(help.out.find("Usage: costcheck verify") == 0);
  CHECK(help.out.find("  counts ") != std::string::npos);
  CHECK(help.out.find("  memory ") != std::string::npos);
  CHECK(IsBadInput(Run({"verify"}), "a subcommand is missing; see costcheck verify --help"));
  CHECK(IsBadInput(Run({"verify", "count"}), "did you mean 'counts'?"));
}

TEST_CASE("Without its program verify says in one sentence how to get it", "[cli]") {
  const std::string folder = FolderOfAlone("alone");
  const RunResult result = Shell("PATH=/nowhere " + folder + "/costcheck verify counts");
  CHECK(result.exit == 3);
  CHECK(result.out.empty());
  CHECK(IsOneSentence(result.err));
  CHECK(result.err.find("costcheck-verify") != std::string::npos);
  CHECK(result.err.find("libtorch-dev") != std::string::npos);
  CHECK(result.err.find("LIBTORCH") != std::string::npos);
  CHECK(result.err.find("tools/costcheck verify") != std::string::npos);
  // what is no program does not count
  fs::create_directories(folder + "/costcheck-verify");
  CHECK(Shell("PATH=/nowhere " + folder + "/costcheck verify counts").exit == 3);
}

TEST_CASE("Where the loader would not find a library, verify says which, and how to get it",
          "[cli]") {
  const std::string folder = FolderOfAlone("without a library");
  // from here it finds nothing beside itself
  fs::copy_file(fs::canonical("tests/cli/needs_absent"), folder + "/costcheck-verify",
                fs::copy_options::overwrite_existing);
  const RunResult result = Shell("'" + folder + "/costcheck' verify counts");
  CHECK(result.exit == 3);
  CHECK(IsOneSentence(result.err));
  CHECK(result.err.find("needs libabsent.so, which is not here") != std::string::npos);
  CHECK(result.err.find("libtorch-dev") != std::string::npos);
}

TEST_CASE("verify passes arguments, environment and exit status through", "[cli]") {
  const std::string folder = FolderOfAlone("beside");
  WriteScript(folder + "/costcheck-verify",
              "for a; do echo \"[$a]\"; done; echo $GOMP_SPINCOUNT $OMP_WAIT_POLICY; exit 41\n");
  const std::string program = folder + "/costcheck verify memory --set 'a b' ''";
  const RunResult result = Shell("unset GOMP_SPINCOUNT OMP_WAIT_POLICY; " + program);
  CHECK(result.exit == 41);
  CHECK(result.out == "[memory]\n[--set]\n[a b]\n[]\n0 passive\n");
  CHECK(Shell("GOMP_SPINCOUNT=7 OMP_WAIT_POLICY=active " + program).out.find("7 active\n") !=
        std::string::npos);
}

TEST_CASE("verify looks for its program in PATH, after its own folder", "[cli]") {
  const std::string alone = FolderOfAlone("first"), other = ScratchFolder() + "/second";
  fs::create_directories(other);
  WriteScript(other + "/costcheck-verify", "echo from PATH\n");
  const std::string program = "PATH=/nowhere:" + other + ":/bin " + alone + "/costcheck";
  CHECK(Shell(program + " verify counts").out == "from PATH\n");
  WriteScript(alone + "/costcheck-verify", "echo from beside\n");
  CHECK(Shell(program + " verify counts").out == "from beside\n");
  fs::create_symlink(alone + "/costcheck", other + "/link");
  CHECK(Shell(other + "/link verify counts").out == "from beside\n");
}
