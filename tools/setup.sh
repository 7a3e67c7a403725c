#!/bin/bash
# Installs what is missing on Debian 12 (bookworm) or later; does nothing, in a few
# milliseconds, where nothing is.
#
#   tools/setup.sh           what the program needs
#   tools/setup.sh verify    what `costcheck verify` needs as well: LibTorch, and a fast BLAS in use
#   tools/setup.sh tests     what the tests need as well, LibTorch among it
#   tools/setup.sh checks    what the checks of .ci/run need as well
#
# It writes to stderr alone, and only while it installs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Each line: a command or a file, and the Debian package that has it. The files are those
# that the build looks for, wherever they come from.
wanted='
bazel                                   bazel-bootstrap
g++                                     g++
/usr/include/boost/version.hpp          libboost-dev
/usr/include/boost/program_options.hpp  libboost-program-options-dev
/usr/include/fmt/core.h                 libfmt-dev
/usr/include/nettle/sha2.h              nettle-dev
/usr/include/nlohmann/json_fwd.hpp      nlohmann-json3-dev
/usr/include/sqlite3.h                  libsqlite3-dev
/usr/include/toml++/toml.h              libtomlplusplus-dev
'
# LibTorch's threads are OpenBLAS's too in this build of it alone: with -pthread,
# at::set_num_threads does not bind it; and the reference BLAS is some thirty times slower.
libraries=/usr/lib/$(uname -m)-linux-gnu
openmp_blas=$libraries/openblas-openmp
wanted_by_verify="
/usr/include/torch/csrc/api/include/torch/torch.h  libtorch-dev
$openmp_blas/libblas.so.3                          libopenblas0-openmp
"
# An unpacked LibTorch of the caller's choice brings a BLAS of its own.
if [[ ${LIBTORCH:-} ]]; then wanted_by_verify=; fi
wanted_by_tests='
/usr/include/catch2                     catch2
/usr/include/benchmark/benchmark.h      libbenchmark-dev
sem                                     parallel
'
needs=${1:-program}
case $needs in
  program) wanted_by_verify= ;;
  verify) wanted+=$wanted_by_verify ;;
  tests) wanted+=$wanted_by_verify$wanted_by_tests ;;
  checks)
    wanted+=$wanted_by_verify$wanted_by_tests
    # Other versions of clang-format lay out some lines differently.
    if grep -qs 'VERSION_CODENAME=bookworm' /etc/os-release; then
      wanted+='clang-format-14 clang-format-14'
    fi
    ;;
  *)
    echo "usage: tools/setup.sh [verify|tests|checks]" >&2
    exit 2
    ;;
esac

if [[ ${LIBTORCH:-} && $needs != program && ! -e $LIBTORCH/include/torch/csrc/api/include ]]; then
  echo "LIBTORCH is $LIBTORCH, where there is no LibTorch: set it to an unpacked one, or unset it" >&2
  exit 1
fi

# Debian's Bazel 7 would ask the network for modules that no C++ build uses.
choose_bazel_config() {
  if [[ -d /usr/share/bazel/tools/features ]] && ! grep -qs debian7 user.bazelrc; then
    echo 'common --config=debian7' >>user.bazelrc
  fi
}

missing=()
while read -r thing package; do
  [[ -z $thing ]] || command -v "$thing" >/dev/null || [[ $thing == /* && -e $thing ]] ||
    missing+=("$package")
done <<<"$wanted"

as_root=()
if ((EUID != 0)); then as_root=(sudo); fi

# A person at a terminal sees what goes on; a log has it only if it fails.
as_root_quietly() {
  local command=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@") output
  if [[ -t 2 ]]; then
    "${command[@]}" >&2 </dev/null
  elif ! output=$("${command[@]}" 2>&1 </dev/null); then
    echo "$output" >&2
    return 1
  fi
}

install_missing() {
  local install=(apt-get install --yes --no-install-recommends "${missing[@]}")
  if ! command -v apt-get >/dev/null || ! command -v "${as_root[@]:-env}" >/dev/null; then
    echo "These Debian packages, or what they hold, are missing: ${missing[*]}" >&2
    echo "Install them as root: ${install[*]}" >&2
    return 1
  fi
  echo "Installing ${missing[*]}" >&2
  # An index that fails may be one of no interest here: the installation tells.
  as_root_quietly apt-get update || true
  as_root_quietly "${install[@]}" --option DPkg::Lock::Timeout=600
}

# Which BLAS programs get is the system's choice, and -pthread goes before -openmp in it. A choice
# of something else (MKL, BLIS) is somebody's own and stays.
choose_blas() {
  local library link
  for library in libblas.so.3 liblapack.so.3 libopenblas.so.0; do
    case $(readlink -f "$libraries/$library") in
      "$libraries"/openblas-pthread/* | "$libraries"/openblas-serial/* | "$libraries"/blas/* | \
        "$libraries"/lapack/*) ;;
      *) continue ;;
    esac
    link=$library-${libraries##*/}
    echo "Choosing $openmp_blas for $library" >&2
    as_root_quietly update-alternatives --set "$link" "$openmp_blas/$library"
  done
}

if ((${#missing[@]})); then install_missing; fi
if [[ $wanted_by_verify ]]; then choose_blas; fi
choose_bazel_config
