#!/bin/bash
# Lays out every C++ source and, where buildifier is at hand, every build file.
#
#   tools/format.sh            rewrites the files
#   tools/format.sh --check    says which would change, and fails if any would
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1:-} in
  '') clang_options=(-i) buildifier_options=(-mode=fix) ;;
  --check) clang_options=(--dry-run -Werror) buildifier_options=(-mode=check -lint=warn) ;;
  *)
    echo "usage: tools/format.sh [--check]" >&2
    exit 2
    ;;
esac

# Versions of clang-format differ in some lines; the project's is 14.
clang_format=
for candidate in clang-format-14 clang-format; do
  if [[ $("$candidate" --version 2>/dev/null) == *' version 14.'* ]]; then
    clang_format=$candidate
    break
  fi
done

# Git is not asked for the list: it refuses to read a clone of another user's.
sources() {
  find . \( -name .git -o -path ./third_party \) -prune -o -type f \( -name '*.cc' -o -name '*.h' \) -print0
}

status=0
if [[ $clang_format ]]; then
  sources | xargs -0 --no-run-if-empty "$clang_format" "${clang_options[@]}" || status=1
else
  echo "no clang-format 14: C++ sources not looked at" >&2
fi
if command -v buildifier >/dev/null; then
  buildifier -r "${buildifier_options[@]}" . || status=1
fi
exit "$status"
