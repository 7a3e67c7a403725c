# shellcheck shell=bash
# Sourced by the scripts that call Bazel.

# Prints the folder to call Bazel in: the root of the checkout or, as Bazel refuses a path with a
# space, a folder of links to what the root holds.
bazel_workspace() {
  local root entry folder link
  root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P) || return
  if [[ $root == *' '* ]]; then
    folder=${XDG_CACHE_HOME:-~/.cache}/costcheck/$(sha1sum <<<"$root" | cut -c -16)
    mkdir -p "$folder" || return
    find "$folder" -maxdepth 1 -xtype l -delete
    for entry in "$root"/* "$root"/.bazelrc; do
      link=$folder/${entry##*/}
      [[ -L $link || $entry == */bazel-* ]] || ln -s "$entry" "$link" || return
    done
    root=$folder
  fi
  echo "$root"
}
