#!/usr/bin/env python3
"""Writes compile_commands.json at the root of the repository, for clangd and clang-tidy.

Asks Bazel how it would compile each source; build once before, so that generated headers exist.
"""

import json
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# What only GCC knows, and what would turn a warning of clang's into an error.
NOT_FOR_CLANG = ("-fno-canonical-system-headers", "-Wno-restrict", "-Werror", "-Wno-error=")


def bazel(*args):
    """The stdout of a Bazel command."""
    return subprocess.run(
        ["bazel", *args], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def for_clang(arguments, output_base):
    """A compiler call as clang reads it from ROOT, where Bazel's external/ is not.

    Without the header that GCC has precompiled: -include and its name.
    """
    kept = [
        argument
        for argument, before in zip(arguments, ["", *arguments])
        if "-include" not in (argument, before)
    ]
    return [
        f"{output_base}/{argument}" if argument.startswith("external/") else argument
        for argument in kept
        if not argument.startswith(NOT_FOR_CLANG)
    ]


def compile_commands():
    output_base = bazel("info", "output_base").strip()
    actions = json.loads(
        bazel("aquery", "--output=jsonproto", 'mnemonic("CppCompile", //...)')
    )["actions"]
    commands = {}
    for action in actions:
        arguments = action["arguments"]
        source = arguments[arguments.index("-c") + 1]
        commands[source] = {
            "directory": ROOT,
            "file": source,
            "arguments": for_clang(arguments, output_base),
        }
    return [commands[source] for source in sorted(commands)]


def main():
    with open(os.path.join(ROOT, "compile_commands.json"), "w", encoding="utf-8") as output:
        json.dump(compile_commands(), output, indent=1)


if __name__ == "__main__":
    main()
