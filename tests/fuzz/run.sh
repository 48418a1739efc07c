#!/usr/bin/env bash
# Builds the fuzzer with clang, and lets it try every reader of foreign files, or those that are named:
#     bash tests/fuzz/run.sh [EXECUTIONS [READER ...]]
# What it finds interesting is kept in build/fuzz/corpus, and input that breaks a reader in build/fuzz/broken.
# Put the latter into tests/fuzz/corpus/READER once it is mended; the unit tests read all of these files.
set -euo pipefail
cd "$(dirname "$0")/../.."
executions=${1:-1000000}
shift || true
CC=clang CXX=clang++ cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DLAGGARD_TORCH=OFF \
  -DLAGGARD_SANITIZE=address -DLAGGARD_FUZZER=ON >/dev/null
cmake --build build/fuzz --target fuzz_readers
[ $# -gt 0 ] || set -- $(cd tests/fuzz/corpus && ls)
export ASAN_OPTIONS=detect_leaks=0  # HDF5 keeps what it allocated for files that it could not open
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
for reader; do
  mkdir -p "build/fuzz/corpus/$reader" build/fuzz/broken
  echo "== $reader: $executions executions"
  LAGGARD_FUZZ=$reader build/fuzz/tests/fuzz_readers -runs="$executions" -timeout=20 -rss_limit_mb=4096 \
    -verbosity=0 -print_final_stats=1 -artifact_prefix="build/fuzz/broken/$reader-" \
    "build/fuzz/corpus/$reader" "tests/fuzz/corpus/$reader"
done
