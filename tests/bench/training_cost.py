#!/usr/bin/env python3
"""What the master of a training spends in a step, and what moving gradients costs.

    tests/bench/training_cost.py build/release/laggard [--steps 40] [--reduction]

By default: encoding (with drawing the batch and finding the path) and decoding (weights and sum) beside the workers'
compute, from /timings, for a perceptron with 64 hidden units and for LeNet-5 on MNIST, N = 32, K = 16, 256 rows, 6
random losses, all in one process. --reduction: on 4 ranks, adding up where the gradients are (`decode` mean)
against gathering all of them at the master (`decode` parts), for 0.05, 1 and 10 million parameters.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")
os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}

import h5py  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMES = [{"kind": "replication"}, {"kind": "bacc", "label": "bacc class"},
           {"kind": "bacc", "label": "bacc path", "ordering": "path"},
           {"kind": "letcc", "label": "spline gcv", "lambda_decode": "gcv"}]


def configuration(model, schemes, steps, **training):
    return {"experiment": "training", "name": "cost", "trials": 1, "workers": 32, "data_points": 16, "model": model,
            "dataset": {"kind": "idx", "images": str(ROOT / "datasets/mnist/train-images-idx3-ubyte.gz"),
                        "holdout": 100},
            "schemes": schemes, "stragglers": {"kind": "random", "count": 6},
            "training": {"steps": steps, "batch": 256, "evaluate_every": 1000000, "ordering": "class", **training}}


def timings(program, config, launcher=()):
    """Milliseconds of a step, a dictionary for each scheme."""
    with tempfile.TemporaryDirectory() as folder:
        path, result = pathlib.Path(folder) / "c.json", pathlib.Path(folder) / "r.h5"
        path.write_text(json.dumps(config))
        subprocess.run([*launcher, program, "run", str(path), "-q", "-o", str(result)], check=True)
        with h5py.File(result) as file:
            scale = 1e3 / config["training"]["steps"]
            return [{name: scale * float(row[f"{name}_seconds"]) for name in ("encode", "compute", "decode")}
                    for row in file["timings"][()]]


def cost_of_master(program, steps):
    for name, model, target in (("mlp64", {"kind": "mlp", "hidden": [64]}, 10), ("lenet5", {"kind": "lenet5"}, 3)):
        rows = timings(program, configuration(model, SCHEMES, steps))
        for scheme, row in zip(SCHEMES, rows):
            master = row["encode"] + row["decode"]
            print(f"{name:7s} {scheme.get('label', scheme['kind']):12s} encode {row['encode']:7.3f} ms, "
                  f"decode {row['decode']:7.3f} ms, compute {row['compute']:8.3f} ms a step: master "
                  f"{100 * master / row['compute']:5.1f} % (target {target} %)", flush=True)


def cost_of_moving(program, steps):
    mpirun = ["mpirun", "--oversubscribe", "-n", "4"]
    for hidden in (64, 1258, 12580):
        parameters = 784 * hidden + hidden + 10 * hidden + 10
        model = {"kind": "mlp", "hidden": [hidden]}
        ways = {}
        for decode in ("mean", "parts"):  # in turns, the least of two
            ways[decode] = min(
                timings(program, configuration(model, SCHEMES[:1], steps, decode=decode), mpirun)[0]["decode"]
                for _ in range(2))
        print(f"{parameters / 1e6:6.2f} million parameters: reduction {ways['mean']:9.2f} ms, gathering "
              f"{ways['parts']:9.2f} ms, ratio {ways['parts'] / ways['mean']:.1f}", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--steps", type=int, default=40)
    arguments.add_argument("--reduction", action="store_true")
    options = arguments.parse_args()
    (cost_of_moving if options.reduction else cost_of_master)(options.program, options.steps)


if __name__ == "__main__":
    sys.exit(main())
