#!/usr/bin/python3
"""What ranks, groups of ranks and jobs gain over one process, and what a model says of 64 ranks.

    tests/bench/ranks.py [--program build/release/laggard] [--config CONFIG] [--ranks 64] [--repeats 3]
                         [--measure 4 8 16]

All ways run in turn, and the least wall time of each counts. The model has the times that one process
measures itself (/timings), c seconds of computing and m seconds of the master's own work:

    s' + max(m / G, c / (R - G))  <=  T(R, G)  <=  s' + m / G + c / (R - G)

for R ranks with a processor each, of which G lead a group. The lower bound is reached where a master
always decodes one scheme while its workers compute the next one. s' is what two ranks take for one
trial of one point. --measure also runs with so many ranks, where there are as many processors, and puts
the model beside them.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]


def way(ranks=1, jobs=1, groups=1):
    return {"ranks": ranks, "jobs": jobs, "groups": groups}


def name_of(how):
    if how["ranks"] == 1:
        return f"--jobs {how['jobs']}"
    return f"mpirun -n {how['ranks']}" + (f" --groups {how['groups']}" if how["groups"] > 1 else "")


def command(program, config, output, how, settings=()):
    words = [] if how["ranks"] == 1 else ["mpirun", "--oversubscribe", "-n", str(how["ranks"])]
    words += [program, "run", config, "--quiet", "--overwrite", "--output", output]
    words += ["--jobs", str(how["jobs"])] if how["ranks"] == 1 else []
    words += ["--groups", str(how["groups"])] if how["groups"] > 1 else []
    for setting in settings:
        words += ["--set", setting]
    return words


def run(words):
    """Wall seconds of a command."""
    environment = dict(os.environ)
    if os.geteuid() == 0:
        environment.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    begin = time.monotonic()
    process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    _, errors = process.communicate()
    if process.returncode != 0:
        sys.exit(f"ranks.py: {' '.join(words)} failed: {errors.strip()}")
    return time.monotonic() - begin


def parts_of(result):
    """Seconds of computing and of the master's own work, by the clock of the run."""
    rows = h5py.File(result)["timings"][:]
    master = sum(np.nansum(rows[f"{what}_seconds"]) for what in ("order", "encode", "decode"))
    return float(np.nansum(rows["compute_seconds"])), float(master)


def model(parts, start, ranks, groups):
    """Seconds of the lower and of the upper bound."""
    compute, master = parts
    computing = compute / (ranks - groups)
    return start + max(master / groups, computing), start + master / groups + computing


def group_counts(ranks):
    """1, 2, 4, ... as long as every group has a worker."""
    groups = 1
    while groups <= ranks // 2:
        yield groups
        groups *= 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/laggard"))
    parser.add_argument("--config", default="experiments/lenet5-fashion/n100-k60.json")
    parser.add_argument("--ranks", type=int, default=64, help="of the model")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--trials", type=int, help="more of them, for which starts count less")
    parser.add_argument("--measure", type=int, nargs="*", default=[], help="numbers of ranks")
    options = parser.parse_args()
    ways = [way(), way(jobs=2), way(ranks=2), way(ranks=3), way(ranks=5, groups=2)]
    more_ranks = [way(ranks=ranks, groups=groups) for ranks in options.measure
                  for groups in group_counts(ranks)]
    ways += [how for how in more_ranks if how not in ways]
    walls = {name_of(how): [] for how in ways}
    starts, more = [], () if options.trials is None else (f"/trials={options.trials}",)
    with tempfile.TemporaryDirectory() as folder:
        single = f"{folder}/single.h5"
        for _ in range(options.repeats):
            for how in ways:
                output = single if how == way() else f"{folder}/other.h5"
                walls[name_of(how)].append(
                    run(command(options.program, options.config, output, how, more)))
            first = json.loads((ROOT / options.config).read_text())["schemes"][:1]
            starts.append(run(command(options.program, options.config, f"{folder}/start.h5",
                                      way(ranks=2), ("/trials=1", "/sweep={}",
                                                     "/schemes=" + json.dumps(first)))))
        parts = parts_of(single)
    least = {name: min(times) for name, times in walls.items()}
    alone = least[name_of(way())]
    print(f"{'':24}{'seconds':>9}{'times one process':>19}")
    for name, seconds in least.items():
        print(f"{name:24}{seconds:9.2f}{alone / seconds:19.2f}")
    start = min(starts)
    compute, master = parts
    print(f"\none process: {compute:.2f} s of computing, {master:.2f} s of the master's own work, "
          f"{alone - compute - master:.2f} s of the rest; start of two ranks {start:.2f} s")
    print(f"model of {options.ranks} ranks with a processor each:")
    for groups in group_counts(options.ranks):
        low, high = model(parts, start, options.ranks, groups)
        print(f"{groups:4} group{'s' if groups > 1 else ' '}: {low:.2f} to {high:.2f} s, "
              f"{alone / high:.1f} to {alone / low:.1f} times one process")
    for how in more_ranks:
        low, high = model(parts, start, how["ranks"], how["groups"])
        print(f"{name_of(how)}: {least[name_of(how)]:.2f} s, where the model has {low:.2f} to "
              f"{high:.2f} s")


if __name__ == "__main__":
    main()
