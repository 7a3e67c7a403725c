"""Targets whose sources include LibTorch."""

load("//third_party/precompiled:cc.bzl", "cc_binary", "cc_library", "cc_test")

# LibTorch's headers must be compiled as the library was, in debugging builds too: its RecordFunction
# has another layout without NDEBUG. at::parallel_for is header code: without OpenMP it runs serially.
# The library does the work: with -Og these sources take a third less to compile.
TORCH_COPTS = [
    "-DNDEBUG",
    "-Og",
    "-fopenmp",
]
_LINKOPTS = ["-fopenmp"]
_PRECOMPILED = "//verify:precompiled"

def torch_library(name, deps = [], **kwargs):
    cc_library(
        name = name,
        copts = TORCH_COPTS,
        precompiled = _PRECOMPILED,
        linkopts = _LINKOPTS,
        deps = deps + ["@libtorch"],
        **kwargs
    )

def torch_binary(name, deps = [], **kwargs):
    cc_binary(
        name = name,
        copts = TORCH_COPTS,
        precompiled = _PRECOMPILED,
        linkopts = _LINKOPTS,
        deps = deps + ["@libtorch"],
        **kwargs
    )

def torch_test(name, deps = [], **kwargs):
    cc_test(
        name = name,
        copts = TORCH_COPTS,
        precompiled = _PRECOMPILED,
        linkopts = _LINKOPTS,
        # As the launchers do: waiting threads must not hold a core that another process needs.
        env = {
            "GOMP_SPINCOUNT": "0",
            "OMP_WAIT_POLICY": "passive",
        },
        deps = deps + ["@libtorch"],
        **kwargs
    )
