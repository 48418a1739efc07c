#!/usr/bin/env python3
"""Runs every shipped configuration with two programs and compares their result files byte by byte.

    tests/golden/compare_programs.py OLD/laggard NEW/laggard [--trials 2] [--mpi] [CONFIG ...]

A move of structure keeps the bits: every column of the tables that both files have (/trials, /workers,
/summary, and /training and /runs of a training), and every array of /predictions, must be equal, NaN included. Configurations whose data or
weights are not on this machine are skipped and named. --mpi also runs the new program on 3 ranks,
and on 5 ranks in 2 groups.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

ROOT = Path(__file__).resolve().parents[2]
# Measured times, which no two runs share.
MEASURED = {"/workers": {"compute_seconds", "rank"}}


def shipped():
    paths = sorted(ROOT.glob("configs/*.json")) + sorted(ROOT.glob("experiments/*/*.json"))
    for path in paths:
        if "schema" in path.name or path.name.startswith("train") or path.name in ("claims.json", "measured.json"):
            continue
        yield path


def run(program, config, output, trials, launcher=(), options=()):
    command = [*launcher, program, "run", str(config), "--output", str(output), "--overwrite", "--quiet",
               "--set", f"/trials={trials}", *options]
    kind = re.search(r'"experiment"\s*:\s*"(\w+)"', config.read_text())  # there may be comments
    if kind is None or kind[1] == "approximation":
        command += ["--set", '/output={"workers": true, "predictions": true}']
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def same(a, b):
    if a.dtype.kind == "O":
        return (a == b).all()
    return a.tobytes() == b.tobytes()


def compare(old, new):
    """The first difference as a text, or None."""
    for name in ("/trials", "/workers", "/training", "/runs", "/latency", "/summary", "/rates"):
        if name not in old:
            continue
        a, b = old[name][()], new[name][()]
        if len(a) != len(b):
            return f"{name} has {len(a)} rows and {len(b)} rows"
        for column in a.dtype.names:
            if column not in b.dtype.names or column in MEASURED.get(name, ()):
                continue
            if not same(a[column], b[column]):
                return f"{name}: the column {column} differs"
    arrays = {}
    for file, found in ((old, 0), (new, 1)):
        if "/predictions" not in file:
            continue
        file["/predictions"].visititems(
            lambda path, item, found=found: arrays.setdefault(path, [None, None]).__setitem__(found, item[()])
            if isinstance(item, h5py.Dataset) else None)
    for path, (a, b) in arrays.items():
        if a is None or b is None or a.shape != b.shape or a.tobytes() != b.tobytes():
            return f"/predictions/{path} differs"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("configs", nargs="*", type=Path)
    parser.add_argument("--trials", type=int, default=2)
    parser.add_argument("--mpi", action="store_true")
    arguments = parser.parse_intermixed_args()
    environment = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    os.environ.update(environment)
    mpirun = ["mpirun", "--oversubscribe", "-n"]
    ways = {"": ([], [])}
    if arguments.mpi:
        ways |= {" on 3 ranks": ([*mpirun, "3"], []), " on 5 ranks in 2 groups": ([*mpirun, "5"], ["--groups", "2"])}
    failures = equal = skipped = 0
    for config in [path.resolve() for path in arguments.configs] or shipped():
        with tempfile.TemporaryDirectory() as folder:
            old = Path(folder) / "old.h5"
            done = run(arguments.old, config, old, arguments.trials)
            if done.returncode != 0:
                skipped += 1
                print(f"skipped    {config.relative_to(ROOT)}: {done.stderr.strip().splitlines()[-1]}", flush=True)
                continue
            for way, (launcher, options) in ways.items():
                new = Path(folder) / "new.h5"
                done = run(arguments.new, config, new, arguments.trials, launcher, options)
                if done.returncode != 0:
                    difference = done.stderr.strip()
                else:
                    with h5py.File(old) as a, h5py.File(new) as b:
                        difference = compare(a, b)
                failures += difference is not None
                equal += difference is None
                print(f"{'DIFFERENT' if difference else 'equal'}  {config.relative_to(ROOT)}{way}"
                      + (f": {difference}" if difference else ""), flush=True)
    print(f"{equal} equal, {failures} different, {skipped} skipped")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
