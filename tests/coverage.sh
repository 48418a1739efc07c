#!/usr/bin/env bash
# Builds with counters and with the address and undefined-behaviour sanitizers, runs all tests, and says which
# share of the lines of src they executed:
#     bash tests/coverage.sh [CTEST_OPTION ...]
# `tests/coverage.py build/coverage --files` names the files that have the most lines without a test.
set -euo pipefail
cd "$(dirname "$0")/.."
. experiments/setup.sh

install_packages
build_preset coverage
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
find build/coverage -name '*.gcda' -delete
status=0
ctest --test-dir build/coverage --output-on-failure "$@" || status=$?
tests/coverage.py build/coverage --least 90 || status=$?
exit "$status"
