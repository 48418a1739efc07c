#!/usr/bin/env bash
# What needs root and a machine to oneself: a real Slurm, several hosts. Not part of tests/run.sh.
# Exit code 1 if one of them failed; a machine that forbids one skips it.
cd "$(dirname "$0")" || exit 1

failed=0 passed=0 skipped=0
for test in slurm hosts; do
  printf '=== %s\n' "$test"
  bash "./$test.sh"
  case $? in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
  esac
done
printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed -eq 0 ]
