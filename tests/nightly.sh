#!/usr/bin/env bash
# What takes too long for every commit: sanitizers, coverage, another compiler and another MPI, all tests once
# more, fuzzing, and many kills of ranks. It takes hours on two cores. Every step runs, whatever the steps before it
# found. What needs clang or MPICH is left out where they are not installed.
set -uo pipefail
cd "$(dirname "$0")/.."
. experiments/setup.sh

install_packages
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

failed=
# step NAME COMMAND [ARGUMENT ...]
step() {
  name=$1
  shift
  say "$name"
  "$@" || failed="$failed
  $name"
}

# tests_of PRESET [CTEST_OPTION ...]
tests_of() {
  preset=$1
  shift
  build_preset "$preset" -DLAGGARD_TESTS=ON && ctest --test-dir "build/$preset" --output-on-failure "$@"
}

export LAGGARD_KILLS=25  # of each test that kills ranks at random moments
step "address and undefined-behaviour sanitizers" tests_of asan -j "$(nproc)"
step "coverage" bash tests/coverage.sh -j "$(nproc)"
step "thread sanitizer" tests_of tsan
step "the benchmarks compile" build_preset release -DLAGGARD_BENCHMARKS=ON
step "all tests" tests_of release -j "$(nproc)"
step "any files of a folder can be compiled together" python3 tests/structure/together.py build/release
if command -v clang++ >/dev/null; then
  step "fuzzing of the readers" bash tests/fuzz/run.sh 200000
  if command -v mpicc.mpich >/dev/null; then
    step "all that MPICH can run, built with clang" tests_of mpich
  else
    say "clang and MPICH are left out: there is no mpicc.mpich"
  fi
else
  say "fuzzing, clang and MPICH are left out: there is no clang++"
fi
step "all experiments, cut" sh -c 'rm -rf results/quick && exec bash experiments/reproduce.sh --quick'
step "100 faults under laggard launch" tests/cluster/kill_launch.py build/release/laggard --count 100 \
  --seed "$(date +%j)" --start-timeout 15

if [ -n "$failed" ]; then die "these steps failed:$failed"; fi
say "all steps passed"
