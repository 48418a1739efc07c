#!/usr/bin/python3
"""Time and peak memory of `laggard run` for 100 to 100,000 workers, and how they grow with N.

One process, expression model, BACC and LeTCC, K = 10, S = N/50. Every size is a process of its own
and runs several times; the least CPU time counts. The start of the program, measured with one
worker more than data points, is subtracted from the times before their slope is fitted. With
`--time`, drawn delays decide who is late, and everything of /time and /speeds is on; the last line
compares that with the same delays alone.
"""

import argparse
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


DELAYS = {"delay": {"kind": "shifted_exponential", "shift": 0.1, "mean": 0.05, "scaling": "work"}}
TIMES = {
    **DELAYS,
    "speeds": {"kind": "lognormal", "sigma": 0.3},
    "time": {"compute_seconds": 0.01, "latency_seconds": 0.001, "bandwidth": 1e6,
             "master_bandwidth": 1e9, "codec_flops": 1e10},
}


def configuration(workers, trials, more):
    return {
        "name": "scaling", "trials": trials, "data_points": 10, "workers": workers,
        "schemes": [{"kind": "bacc"}, {"kind": "letcc"}],
        "stragglers": {"kind": "random", "count": workers // 50}, **more,
        **({"wait": {"kind": "fastest", "count": workers - workers // 10}} if more else {}),
    }


def measure(program, workers, trials, folder, more):
    """CPU seconds and peak KiB of one run."""
    config = pathlib.Path(folder) / "scaling.json"
    config.write_text(json.dumps(configuration(workers, trials, more)))
    process = subprocess.Popen([program, "run", str(config), "--quiet", "--overwrite", "--jobs", "1",
                                "--output", f"{folder}/scaling.h5"])
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"scaling.py: laggard failed with N = {workers}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def slope(x, y):
    x, y = [math.log(v) for v in x], [math.log(v) for v in y]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return (sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
            / sum((a - mean_x) ** 2 for a in x))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/laggard"))
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--time", action="store_true", help="everything that takes time")
    arguments = parser.parse_args()

    sizes = [100, 1000, 10_000, 100_000]
    more, least, free = TIMES if arguments.time else {}, {}, math.inf
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(arguments.repetitions):
            for workers in [11, *sizes]:
                seconds, memory = measure(arguments.program, workers, arguments.trials, folder,
                                          more)
                old = least.get(workers, (math.inf, math.inf))
                least[workers] = (min(old[0], seconds), min(old[1], memory))
            if arguments.time:
                seconds, _ = measure(arguments.program, sizes[-1], arguments.trials, folder,
                                     DELAYS)
                free = min(free, seconds)
    print(f"{'N':>8s} {'CPU s':>9s} {'peak MiB':>9s}   {arguments.trials} trials, two schemes")
    for workers in [11, *sizes]:
        print(f"{workers:8d} {least[workers][0]:9.4f} {least[workers][1] / 1024:9.1f}")
    work = [(n, least[n][0] - least[11][0]) for n in sizes if least[n][0] > 1.1 * least[11][0]]
    print(f"time beyond the start grows like N^{slope(*zip(*work)):.2f}, from N = {work[0][0]} on, "
          "where it shows (target <= 1.1)")
    memory = [least[n][1] for n in sizes]
    per_worker = (memory[-1] - memory[0]) / (sizes[-1] - sizes[0])
    print(f"peak memory grows like N^{slope(sizes, memory):.2f} (target <= 1.1), "
          f"{per_worker * 1024:.0f} bytes per worker")
    if arguments.time:
        print(f"N = {sizes[-1]}: {least[sizes[-1]][0] / free:.2f} times as long as with delays alone "
              "(target <= 2)")


if __name__ == "__main__":
    main()
