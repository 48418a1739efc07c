#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. `--asan`: with sanitizers instead (no libtorch).
set -euo pipefail
cd "$(dirname "$0")/.."
. experiments/setup.sh

preset=release
case "${1:-}" in
  '') ;;
  --asan) preset=asan ;;
  *) die "tests/run.sh knows --asan, not '$1'" ;;
esac

install_packages
if [ "$preset" = release ]; then build_preset release -DLAGGARD_TESTS=ON; else build_preset asan; fi
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
say "tests of the program"
ctest --test-dir "build/$preset" --output-on-failure -j "$(nproc)"
