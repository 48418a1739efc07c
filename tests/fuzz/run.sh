#!/usr/bin/env bash
# Builds the fuzzer with clang, and lets it try every reader of foreign files, or those that are named:
#     bash tests/fuzz/run.sh [EXECUTIONS [READER ...]]
# What it finds interesting is kept in build/fuzz/corpus, and input that breaks a reader in build/fuzz/broken.
# Put the latter into tests/fuzz/corpus/READER once it is mended; the unit tests read all of these files.
set -euo pipefail
cd "$(dirname "$0")/../.."
executions=${1:-1000000}
shift || true
# With assertions, those of Eigen as well.
CC=clang CXX=clang++ cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DCMAKE_CXX_FLAGS_RELWITHDEBINFO='-O1 -g1' -DLAGGARD_TORCH=OFF -DLAGGARD_SANITIZE=address \
  -DLAGGARD_FUZZER=ON >/dev/null
cmake --build build/fuzz --target fuzz_readers
[ $# -gt 0 ] || set -- $(cd tests/fuzz/corpus && ls)
# HDF5 keeps what it allocated for files that it could not open, and asks for more memory than there is.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:suppressions=$PWD/tests/fuzz/asan.supp
ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=16:malloc_context_size=8  # faster
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
broken=

# fuzz READER SEEDS [OPTION ...]
fuzz() {
  local reader=$1 seeds=$2
  shift 2
  mkdir -p "build/fuzz/corpus/$seeds" build/fuzz/broken
  LAGGARD_FUZZ=$reader build/fuzz/tests/fuzz_readers "build/fuzz/corpus/$seeds" -timeout=20 -rss_limit_mb=4096 \
    -verbosity=0 -print_funcs=0 -print_final_stats=1 -artifact_prefix="build/fuzz/broken/$reader-" "$@" \
    || broken="$broken $reader"
  if compgen -G "build/fuzz/broken/$reader-*" >/dev/null; then broken="$broken $reader"; fi
}

for reader; do
  echo "== $reader: $executions executions"
  if ! compgen -G "tests/fuzz/corpus/$reader/*.h5" >/dev/null; then
    fuzz "$reader" "$reader" -runs="$executions" "tests/fuzz/corpus/$reader"
    continue
  fi
  mkdir -p "build/fuzz/corpus/$reader-whole"
  cp "tests/fuzz/corpus/$reader"/*.h5 "build/fuzz/corpus/$reader-whole"
  fuzz "$reader" "$reader-whole" -runs="$executions" -max_len=65536 -malloc_limit_mb=2147483647
  # The HDF5 library fails on some damaged files. The process ends then in good order (hdf5/crash.hpp), and the
  # fuzzer starts the next one, without the executions of the one that ended in its count. What does not end in
  # good order is still written to `broken`.
  echo "== $reader: damaged files, for two minutes"
  LAGGARD_FUZZ_DAMAGE=1 fuzz "$reader" "$reader" -fork=1 -ignore_crashes=1 -max_total_time=120 \
    -malloc_limit_mb=2147483647 "tests/fuzz/corpus/$reader"
done
if [ -n "$broken" ]; then
  echo "input that breaks these readers lies in build/fuzz/broken:$broken" >&2
  exit 1
fi
