"""Compiles data files into the program, which then needs no file beside it.

    load("//tools/embed:embed.bzl", "embed_files")

    embed_files(
        name = "embedded_presets",
        srcs = glob(["presets/*.toml"]),
        function = "EmbeddedPresets",
    )

in cli/BUILD makes //cli:embedded_presets, a cc_library with the header
"cli/embedded_presets.h", which declares

    namespace costcheck {
    std::span<const EmbeddedFile> EmbeddedPresets();
    }

An EmbeddedFile (tools/embed/embedded_file.h) has a name, "presets/palm.toml",
and the file's bytes as its text. The files are sorted by name.
"""

load("@rules_cc//cc:defs.bzl", "cc_library")

def embed_files(name, srcs, function, **kwargs):
    """Makes a cc_library that holds the contents of files.

    Args:
      name: the library; its header is NAME.h and its source NAME.cc, both generated.
      srcs: one file or more, or labels of such. A file of this package is named by its
        path in the package, a file of another package by its path in the repository.
      function: the name of the function, in namespace costcheck, that returns the files.
      **kwargs: passed to the cc_library: visibility, testonly, tags.
    """
    header = name + ".h"
    source = name + ".cc"
    native.genrule(
        name = name + "_source",
        srcs = srcs,
        outs = [header, source],
        cmd = "$(execpath //tools/embed) {} {} $(BINDIR) $(location {}) $(location {}) $(SRCS)".format(
            function,
            native.package_name(),
            header,
            source,
        ),
        testonly = kwargs.get("testonly", False),
        tools = ["//tools/embed"],
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name,
        srcs = [source],
        hdrs = [header],
        deps = ["//tools/embed:embedded_file"],
        **kwargs
    )
