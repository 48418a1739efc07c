#!/usr/bin/env python3
"""Steps per second of a training through BACC: the program against a plain NumPy script.

    tests/bench/numpy_training.py build/release/laggard [--steps 300] [--dimension 784]

Both train the same logistic regression (N = 32 workers, K = 16 parts, 256 rows a step, 6 random losses) in one
process on one thread, one after the other. The script does what the program does in a step, in the
obvious way: draw a batch, sort it by class, encode, a gradient for each worker that answers, decode.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")

import h5py  # noqa: E402
import numpy as np  # noqa: E402

N, K, BATCH, LOST, CLASSES, ROWS, RATE, MOMENTUM = 32, 16, 256, 6, 10, 20000, 0.05, 0.9


def berrut(targets, nodes):
    """Rows of weights of Berrut's interpolant at the targets."""
    signs = (-1.0) ** np.arange(len(nodes))
    weights = signs / (targets[:, None] - nodes[None, :])
    return weights / weights.sum(axis=1, keepdims=True)


def script(inputs, labels, steps):
    """Returns steps per second and the final loss."""
    alpha = np.cos((2 * np.arange(1, K + 1) - 1) * np.pi / (2 * K))
    beta = np.cos(np.arange(N) * np.pi / (N - 1))
    encoder = berrut(beta, alpha)
    targets = np.eye(CLASSES)[labels]
    weights = np.zeros((inputs.shape[1] + 1, CLASSES))
    velocity = np.zeros_like(weights)
    generator = np.random.default_rng(1)
    rows = BATCH // K
    begun = time.perf_counter()
    for _ in range(steps):
        chosen = generator.choice(len(inputs), BATCH, replace=False)
        chosen = chosen[np.argsort(labels[chosen], kind="stable")]
        x = inputs[chosen].reshape(rows, K, -1)
        y = targets[chosen].reshape(rows, K, -1)
        coded_x = np.einsum("nk,jkd->njd", encoder, x, optimize=True)
        coded_y = np.einsum("nk,jkc->njc", encoder, y, optimize=True)
        received = np.sort(generator.choice(N, N - LOST, replace=False))
        gradients = []
        for n in received:
            z = coded_x[n] @ weights[:-1] + weights[-1]
            z -= z.max(axis=1, keepdims=True)
            p = np.exp(z)
            p /= p.sum(axis=1, keepdims=True)
            slope = (coded_y[n].sum(axis=1, keepdims=True) * p - coded_y[n]) / rows
            gradients.append(np.vstack([coded_x[n].T @ slope, slope.sum(axis=0)]))
        w = berrut(alpha, beta[received]).mean(axis=0)
        gradient = sum(share * g for share, g in zip(w, gradients))
        velocity = MOMENTUM * velocity + gradient
        weights -= RATE * velocity
    return steps / (time.perf_counter() - begun)


def program(laggard, folder, steps):
    """Steps per second of the program: the difference of a long and a short run, the least of three
    each, so that neither start nor reading the data counts."""
    config = {"experiment": "training", "trials": 1, "workers": N, "data_points": K, "schemes": [{"kind": "bacc"}],
              "dataset": {"kind": "npy", "inputs": str(folder / "x.npy"), "labels": str(folder / "y.npy"),
                          "holdout": 100},
              "stragglers": {"kind": "random", "count": LOST},
              "training": {"steps": steps, "batch": BATCH, "learning_rate": RATE, "momentum": MOMENTUM,
                           "evaluate_every": 1000000}}
    seconds = {1: float("inf"), 1 + steps: float("inf")}
    for count in 3 * (1, 1 + steps):
        config["training"]["steps"] = count
        (folder / "c.json").write_text(json.dumps(config))
        begun = time.perf_counter()
        subprocess.run([laggard, "run", str(folder / "c.json"), "-q", "--overwrite", "-o", str(folder / "r.h5")],
                       check=True)
        seconds[count] = min(seconds[count], time.perf_counter() - begun)
    with h5py.File(folder / "r.h5", "r") as file:
        row = file["timings"][0]
        parts = {name: float(row[f"{name}_seconds"]) for name in ("encode", "compute", "collect", "decode")}
    return steps / (seconds[1 + steps] - seconds[1]), parts


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("laggard")
    arguments.add_argument("--steps", type=int, default=300)
    arguments.add_argument("--dimension", type=int, default=784)
    options = arguments.parse_args()
    generator = np.random.default_rng(0)
    labels = generator.integers(CLASSES, size=ROWS)
    centres = generator.normal(size=(CLASSES, options.dimension)) / np.sqrt(options.dimension)
    inputs = (2 * centres[labels] + generator.normal(size=(ROWS, options.dimension)) / np.sqrt(options.dimension))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        np.save(folder / "x.npy", inputs)
        np.save(folder / "y.npy", labels)
        ours, parts = program(options.laggard, folder, options.steps)
    theirs = script(inputs, labels, options.steps)
    print(f"program {ours:.0f} steps/s, NumPy {theirs:.0f} steps/s, ratio {ours / theirs:.1f}")
    master = parts["encode"] + parts["decode"]
    print(f"master's encode + decode {1e3 * master / (options.steps + 1):.3f} ms a step, "
          f"{100 * master / parts['compute']:.1f} % of the workers' compute "
          f"({1e3 * parts['compute'] / (options.steps + 1):.3f} ms)")


if __name__ == "__main__":
    sys.exit(main())
