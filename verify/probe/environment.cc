#include "verify/probe/environment.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <torch/version.h>

#include <filesystem>
#include <string_view>

namespace costcheck {
namespace {

/// What follows `label` on its line of LibTorch's description of itself, up to a comma; or "".
std::string Configured(std::string_view label) {
  const std::string text = at::show_config();
  const auto at = text.find(label);
  if (at == std::string::npos) return "";
  const auto begin = at + label.size();
  return text.substr(begin, text.find_first_of(",\n", begin) - begin);
}

std::string FileOf(const void* symbol) {
  Dl_info info{};
  if (symbol == nullptr || dladdr(symbol, &info) == 0) return "";
  return info.dli_fname;
}

/// A function of OpenBLAS without arguments that returns text, if it belongs to the library in
/// `file` or to one that this is built on: a second BLAS may be loaded for something else.
std::string FromOpenBlas(const char* name, const std::string& file) {
  void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_NOLOAD);
  if (library == nullptr) return "";
  void* const symbol = dlsym(library, name);
  const std::string text = symbol == nullptr ? "" : reinterpret_cast<const char* (*)()>(symbol)();
  dlclose(library);
  return text;
}

/// "openblas-openmp/libblas.so.3": distributions tell their variants apart by folder.
std::string ShortName(const std::string& file) {
  std::error_code none;
  const auto path = std::filesystem::canonical(file, none);
  return none ? file : (path.parent_path().filename() / path.filename()).string();
}

}  // namespace

Environment CurrentEnvironment() {
  Environment made;
  made.libtorch = TORCH_VERSION;
  made.cpu_capability = Configured("CPU capability usage: ");
  made.threads = at::get_num_threads();
  const std::string file = FileOf(dlsym(RTLD_DEFAULT, "sgemm_"));
  if (file.empty()) {
    // Linked into LibTorch itself.
    made.blas = Configured("BLAS_INFO=");
    return made;
  }
  made.blas = FromOpenBlas("openblas_get_config", file);
  made.blas_core = FromOpenBlas("openblas_get_corename", file);
  made.blas = made.blas.empty() ? ShortName(file) : made.blas + " (" + ShortName(file) + ")";
  return made;
}

}  // namespace costcheck
