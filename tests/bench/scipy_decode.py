#!/usr/bin/python3
"""NeRCC's decoder against SciPy: make_smoothing_spline, coordinate by coordinate.

1,000 survivors, 60 data points, 1,000 coordinates. SciPy smooths a subset of the coordinates, and
its time is scaled to all of them: every coordinate costs the same. The C++ side is
`bench_decoder`, run in between. CPU time on both sides, one thread.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
from scipy.interpolate import make_smoothing_spline  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SURVIVORS, POINTS, COORDINATES, SMOOTHING = 1000, 60, 1000, 1e-6


def scipy_seconds(columns):
    """Least CPU seconds for all coordinates, from `columns` of them."""
    knots = np.cos(np.arange(SURVIVORS) * np.pi / (SURVIVORS - 1))[::-1]
    targets = np.cos((2 * np.arange(POINTS) + 1) * np.pi / (2 * POINTS))
    values = np.random.default_rng(1).normal(size=(columns, SURVIVORS))
    times = []
    for row in values:
        start = time.process_time()
        make_smoothing_spline(knots, row, lam=SURVIVORS * SMOOTHING)(targets)
        times.append(time.process_time() - start)
    return min(times) * COORDINATES, sum(times) / columns * COORDINATES


def ours_seconds(program):
    """Least and mean CPU seconds of decode/nercc."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        subprocess.run([program, "--benchmark_filter=decode/nercc", f"--benchmark_out={file.name}",
                        "--benchmark_out_format=json"], check=True, stdout=subprocess.DEVNULL)
        runs = json.load(file)["benchmarks"]
    times = [run["cpu_time"] * 1e-6 for run in runs if run["run_type"] == "iteration"]
    return min(times), sum(times) / len(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/tests/bench/bench_decoder"))
    parser.add_argument("--columns", type=int, default=50, help="coordinates that SciPy smooths")
    arguments = parser.parse_args()
    before = scipy_seconds(arguments.columns)
    ours = ours_seconds(arguments.program)
    after = scipy_seconds(arguments.columns)
    least, mean = min(before[0], after[0]), (before[1] + after[1]) / 2
    print(f"SciPy, {arguments.columns} of {COORDINATES} coordinates, scaled: "
          f"least {least:.3f} s, mean {mean:.3f} s")
    print(f"laggard, all coordinates: least {ours[0]:.5f} s, mean {ours[1]:.5f} s")
    print(f"ratio: least {least / ours[0]:.0f}, mean {mean / ours[1]:.0f} (target >= 300)")


if __name__ == "__main__":
    main()
