# Copies what `bazel test --test_output=all` writes to stdout, and a line "Bazel ended with status
# N", and adds up the test cases for a last line "N passed, N failed". Fails unless some passed
# and none failed.
#
# Catch2 closes a test program with one of
#   All tests passed (5 assertions in 3 test cases)
#   test cases: 4 | 2 passed | 1 failed | 1 failed as expected
#   No tests ran
# A target without such a line (it crashed, was stopped, did not build, or is no Catch2
# program) counts as one test case, by its line in Bazel's summary:
#   //tests/tools:embed_test     (cached) PASSED in 0.1s
# A program that ran nothing has failed, unless -v filtered=1 says that cases were chosen.

{ print }

/^==================== Test output for / {
  target = $5
  sub(/:$/, "", target)
}

/^All tests passed \(/ { Close($(NF - 2), 0) }

/^No tests ran/ { Close(0, !filtered) }

/^test cases: / {
  good = bad = 0
  for (i = 4; i <= NF; i++) {
    if ($i == "passed" || ($i == "failed" && $(i + 1) == "as")) good += $(i - 1)
    else if ($i == "failed") bad += $(i - 1)
  }
  Close(good, bad)
}

/^\/\/[^ ]+ +(\(cached\) )?(PASSED|FLAKY)/ && !($1 in closed) { passed++ }

/^\/\/[^ ]+ +(\(cached\) )?(FAILED|TIMEOUT|NO STATUS)/ && !failures[$1] { failed++ }

# Bazel can fail without a test that does: what does not build may be no test.
/^Bazel ended with status [1-9]/ && !failed { failed = 1 }

END {
  printf "%d passed, %d failed\n", passed, failed
  exit !passed || failed
}

function Close(good, bad) {
  closed[target] = 1
  failures[target] += bad
  passed += good
  failed += bad
}
