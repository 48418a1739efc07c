#!/usr/bin/python3
"""The convergence sweep of configs/bench-convergence.json in NumPy and SciPy, timed against laggard.

f(x) = x sin x, K = 8 points from U[-3, 3], N = 64 .. 1024 workers of which 8 random ones are lost,
1,000 trials each; Berrut's interpolant and natural cubic splines as encoder and decoder. What does
not depend on the trial (points, Berrut's encoder matrix) is computed once, and everything is
vectorised over workers and points. Both are timed as whole processes, in turn.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def function(x):
    import numpy as np
    return x * np.sin(x)


def berrut_matrix(targets, nodes):
    import numpy as np
    signs = np.where(np.arange(len(nodes)) % 2 == 0, 1.0, -1.0)
    terms = signs / (targets[:, None] - nodes[None, :])
    return terms / terms.sum(axis=1, keepdims=True)


def sweep(trials):
    import numpy as np
    from scipy.interpolate import CubicSpline

    generator = np.random.default_rng(1)
    points = 8
    alpha = np.cos((2 * np.arange(points) + 1) * np.pi / (2 * points))
    for workers in (64, 128, 256, 512, 1024):
        beta = np.cos(np.arange(workers) * np.pi / (workers - 1))
        encoder = berrut_matrix(beta, alpha)
        squares = {"bacc": [], "letcc": []}
        for _ in range(trials):
            data = generator.uniform(-3.0, 3.0, points)
            truth = function(data)
            keep = np.ones(workers, dtype=bool)
            keep[generator.choice(workers, 8, replace=False)] = False
            nodes = beta[keep]

            results = function(encoder @ data)[keep]
            decoded = berrut_matrix(alpha, nodes) @ results
            squares["bacc"].append(np.mean((decoded - truth) ** 2))

            curve = CubicSpline(alpha[::-1], data[::-1], bc_type="natural")
            # Natural splines are lines beyond the outer knots.
            inside = np.clip(beta, alpha[-1], alpha[0])
            inputs = curve(inside) + curve(inside, 1) * (beta - inside)
            results = function(inputs)[keep]
            curve = CubicSpline(nodes[::-1], results[::-1], bc_type="natural")
            inside = np.clip(alpha, nodes[-1], nodes[0])
            decoded = curve(inside) + curve(inside, 1) * (alpha - inside)
            squares["letcc"].append(np.mean((decoded - truth) ** 2))
        for scheme, values in squares.items():
            print(f"  {scheme:6s} N = {workers:5d}: mean mse {np.mean(values):.3e}")


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def compare(program, trials, repetitions):
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        ours = [program, "run", str(ROOT / "configs/bench-convergence.json"), "--quiet",
                "--overwrite", "--output", f"{folder}/sweep.h5", "--set", f"/trials={trials}"]
        commands = {"numpy": [sys.executable, __file__, "--sweep", "--trials", str(trials)]}
        for jobs in sorted({1, cores}):
            commands[f"laggard --jobs {jobs}"] = [*ours, "--jobs", str(jobs)]
        times = {name: [] for name in commands}
        for _ in range(repetitions):
            for name, command in commands.items():
                times[name].append(seconds(command))
    for name, values in times.items():
        print(f"{name:17s} min {min(values):7.3f} s   median {statistics.median(values):7.3f} s   "
              f"ratio of minima {min(times['numpy']) / min(values):5.1f}")
    print("targets: 4.5 with one job, 9 with two on two cores")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/laggard"))
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--sweep", action="store_true", help="only run the NumPy sweep")
    arguments = parser.parse_args()
    if arguments.sweep:
        sweep(arguments.trials)
    else:
        compare(arguments.program, arguments.trials, arguments.repetitions)


if __name__ == "__main__":
    main()
