"""cc_library, cc_binary and cc_test, with the headers that nearly every source includes precompiled.

A source still includes what it uses: where its flags do not fit, nothing is precompiled, and GCC
says so.
"""

load("@rules_cc//cc:defs.bzl", rules_cc_binary = "cc_binary", rules_cc_library = "cc_library", rules_cc_test = "cc_test")

_LIBRARY = "//third_party/precompiled:library"
_TEST = "//tests:precompiled"
_WARNINGS = ["-Winvalid-pch", "-Wno-error=invalid-pch"]

def _with(precompiled, arguments):
    if not arguments.get("srcs"):
        return arguments
    header = precompiled.replace("//", "").replace(":", "/") + ".h"
    return dict(
        arguments,
        copts = ["-include", header] + _WARNINGS + arguments.get("copts", []),
        deps = arguments.get("deps", []) + [precompiled],
    )

def cc_library(precompiled = None, testonly = False, **kwargs):
    usual = _TEST if testonly else _LIBRARY
    rules_cc_library(testonly = testonly, **_with(precompiled or usual, kwargs))

def cc_binary(precompiled = _LIBRARY, **kwargs):
    rules_cc_binary(**_with(precompiled, kwargs))

def cc_test(precompiled = _TEST, **kwargs):
    rules_cc_test(**_with(precompiled, kwargs))
