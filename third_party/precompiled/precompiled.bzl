"""Headers of libraries, read once instead of in every source.

Most of the time that a small source takes to compile goes into Boost's integers, Catch2 or LibTorch.
GCC takes NAME.h.gch for NAME.h where a command line begins with `-include NAME.h` and fits that of
the .gch, and reads NAME.h itself where it does not: slower, never wrong.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "CPP_COMPILE_ACTION_NAME")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

# As .bazelrc has it for the project's own sources: with it g++ lacks a macro.
_COPTS = ["-Wpedantic"]

# What nearly every source includes, and nearly every header.
_COMMON = [
    "algorithm",
    "array",
    "boost/multiprecision/cpp_int.hpp",
    "functional",
    "map",
    "memory",
    "optional",
    "set",
    "string",
    "string_view",
    "utility",
    "vector",
]

def _compiler(ctx):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    return toolchain, features

def _compile(ctx, header, output, context):
    toolchain, features = _compiler(ctx)
    cpp = ctx.fragments.cpp
    action = {"feature_configuration": features, "action_name": CPP_COMPILE_ACTION_NAME}
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        source_file = header.path,
        output_file = output.path,
        user_compile_flags = cpp.copts + cpp.cxxopts + _COPTS + ctx.attr.copts,
        include_directories = context.includes,
        quote_include_directories = context.quote_includes,
        system_include_directories = context.system_includes,
        preprocessor_defines = context.defines,
        use_pic = True,
    )
    flags = cc_common.get_memory_inefficient_command_line(variables = variables, **action)
    ctx.actions.run(
        executable = cc_common.get_tool_for_action(**action),
        arguments = ["-x", "c++-header"] + flags,
        env = cc_common.get_environment_variables(variables = variables, **action),
        inputs = depset([header], transitive = [context.headers, toolchain.all_files]),
        outputs = [output],
        mnemonic = "CppPrecompile",
        progress_message = "Precompiling %s" % header.short_path,
    )

def _precompiled_impl(ctx):
    header = ctx.actions.declare_file(ctx.label.name + ".h")
    headers = _COMMON + ctx.attr.headers
    ctx.actions.write(header, "".join(["#include \"%s\"\n" % name for name in headers]))
    output = ctx.actions.declare_file(ctx.label.name + ".h.gch")
    deps = ctx.attr.deps + [ctx.attr._boost]
    libraries = cc_common.merge_cc_infos(cc_infos = [dep[CcInfo] for dep in deps])
    _compile(ctx, header, output, libraries.compilation_context)
    own = CcInfo(compilation_context = cc_common.create_compilation_context(
        headers = depset([header, output]),
    ))
    return [
        DefaultInfo(files = depset([header, output])),
        cc_common.merge_cc_infos(cc_infos = [own, libraries]),
    ]

precompiled = rule(
    implementation = _precompiled_impl,
    doc = "NAME.h, which includes what is common and `headers` of `deps`, and NAME.h.gch.",
    attrs = {
        "copts": attr.string_list(),
        "deps": attr.label_list(providers = [CcInfo]),
        "headers": attr.string_list(),
        "_boost": attr.label(default = "@boost//:multiprecision", providers = [CcInfo]),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
