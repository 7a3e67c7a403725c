#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "costmodel/component.h"
#include "tests/catch.h"

// Adding a component is four edits: its header pair, its line in the array, its
// target, its test. This reads the sources themselves, so that none of the four
// can be forgotten.

namespace costcheck {
namespace {

namespace fs = std::filesystem;

std::string TextOf(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The tests of a room in one text.
std::string TestsOf(const std::string& room) {
  std::string text;
  for (const auto& entry : fs::directory_iterator("tests/" + room)) {
    if (entry.path().filename().string().ends_with("_test.cc")) text += TextOf(entry.path());
  }
  return text;
}

/// A case has the component's name as its tag, calls it by name, or takes the constant.
bool IsTested(const std::string& tests, const std::string& name, const std::string& constant) {
  const std::regex use("\\[" + name + "\\]|\\(\"" + name + "\"|\\b" + constant + "\\b");
  return std::regex_search(tests, use);
}

struct Declared {
  std::string header;    ///< "sliding_window"
  std::string constant;  ///< "kSlidingWindow"
};

std::vector<Declared> DeclaredIn(const std::string& room) {
  const std::regex declaration("extern const Component (k\\w+);");
  std::vector<Declared> declared;
  for (const auto& entry : fs::directory_iterator("costmodel/" + room)) {
    if (entry.path().extension() != ".h") continue;
    const std::string text = TextOf(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), declaration), end; it != end; ++it) {
      declared.push_back({entry.path().stem().string(), (*it)[1]});
    }
  }
  return declared;
}

void CheckRoom(const std::string& room, Family family) {
  const std::string array = TextOf("costmodel/" + room + "/components.cc");
  const std::string targets = TextOf("costmodel/" + room + "/BUILD");
  const std::string tests = TestsOf(room);
  std::size_t listed = 0;
  for (const Component* component : Components()) listed += component->family == family;
  const std::vector<Declared> declared = DeclaredIn(room);
  CHECK(declared.size() == listed);
  for (const auto& [header, constant] : declared) {
    INFO(room << "/" << header << ".h declares " << constant);
    CHECK(array.find("&" + constant + ",") != std::string::npos);
    CHECK(targets.find("\"" + header + "\"") != std::string::npos);
    CHECK(IsTested(tests, header, constant));
  }
}

TEST_CASE("every attention is in the array, in a target and in a test", "[components]") {
  CheckRoom("attention", Family::kAttention);
}

TEST_CASE("every embedding is in the array, in a target and in a test", "[components]") {
  CheckRoom("embedding", Family::kEmbedding);
}

}  // namespace
}  // namespace costcheck
