"""Writes result files as the contract describes them, with errors whose law is known."""

import itertools
import json

import h5py
import numpy as np

TEXT = h5py.string_dtype()
POINT = np.dtype([("point", "u4"), ("scheme", TEXT), ("workers", "u4"), ("data_points", "u4"),
                  ("stragglers", "u4"), ("noise_sigma", "f8"), ("parameters", TEXT),
                  ("skipped", TEXT), ("mean_stragglers", "f8"), ("combination", "u4"),
                  ("active", "u4")])
POINT_1 = np.dtype([(name, POINT[name]) for name in POINT.names[:-2]])  # format version 1
_FLOATS = ("mse", "max_error", "relative_error", "accuracy", "base_accuracy", "agreement",
           "lambda_encode", "lambda_decode", "encode_seconds", "compute_seconds",
           "collect_seconds", "decode_seconds", "completion_seconds")
TRIAL = np.dtype([("point", "u4"), ("trial", "u4"), ("received", "u4")]
                 + [(name, "f8") for name in _FLOATS]
                 + [("unavailable", "u4"), ("nonfinite", "u4"), ("path_ratio", "f8")])
SURFACE = np.dtype([("point", "u4")] + [(name, "f8") for name in (
    "lambda_encode", "lambda_decode", "mse", "mse_ci_low", "mse_ci_high")])
OPTIMUM = np.dtype([("point", "u4")] + [(name, "f8") for name in (
    "lambda_encode", "lambda_decode", "mse")])
UNWRITTEN = 0xFFFFFFFF

SLOPES = {"bacc": -2.2, "letcc": -7.1, "nercc": -6.0}


def power_law(point, generator):
    """Log-normal MSE with mean 1e-1 (S+1) (N/16)^slope."""
    spread = 0.4
    mean = 0.1 * (point["S"] + 1) * (point["N"] / 16) ** SLOPES[point["kind"]]
    return {"mse": mean * np.exp(spread * generator.standard_normal() - spread**2 / 2)}


def classifier(point, generator):
    """RMSE as for the published LeNet case; trials share a difficulty, so that pairing pays."""
    hard = np.exp(0.15 * generator.standard_normal())
    rmse = {"bacc": 0.112 + 0.0029 * point["S"], "letcc": 0.083 + 0.0034 * point["S"]}.get(
        point["kind"], 0.2)
    mse = (rmse * hard) ** 2 * np.exp(0.05 * generator.standard_normal())
    accuracy = 0.9 - 1.2 * rmse + 0.02 * generator.standard_normal()
    return {"mse": mse, "accuracy": accuracy, "base_accuracy": 0.87, "agreement": accuracy + 0.05}


def write(path, workers=(16, 32, 64, 128), stragglers=(0, 4), schemes=("bacc", "letcc"), trials=20,
          law=power_law, sigma=0.0, data_points=8, extra=None, probability=None, finished=True,
          skip=None, fill=3, changes=None, version=2, blocks=({},)):
    """Writes a file; returns its path.

    `extra` sweeps further pointers; `probability` makes Bernoulli stragglers of these p; `skip`
    maps (scheme, N, S) to a reason or None; `changes` may alter the rows of /trials. A scheme may say
    how many workers are `active`. `blocks` are values that the sweep moves together.
    """
    sweep = {"/workers": list(workers), **(extra or {})}
    if probability is None:
        sweep["/stragglers/count"] = list(stragglers)
    else:
        sweep["/stragglers/probability"] = list(probability)
    kind = "random" if probability is None else "bernoulli"
    config = {"experiment": "approximation", "schemes": [
        {"kind": s} if isinstance(s, str) else s for s in schemes],
        "stragglers": {"kind": kind}, "wait": {"kind": "all"}, "sweep": sweep}
    points, rows = [], []
    if blocks != ({},):
        config["sweep"] = [{**block, "sweep": sweep} for block in blocks]
    for combination, (*values, block) in enumerate(itertools.product(*sweep.values(), blocks)):
        parameters = {**dict(zip(sweep, values)), **block}
        for scheme in parameters.get("/schemes", config["schemes"]):
            scheme = {"kind": scheme} if isinstance(scheme, str) else scheme
            point = {"kind": scheme["kind"], "N": parameters["/workers"],
                     "S": parameters.get("/stragglers/count", 0), "parameters": parameters}
            label = scheme.get("label", scheme["kind"])
            reason = (skip(label, point["N"], point["S"]) if skip else None) or ""
            index = len(points)
            p = parameters.get("/stragglers/probability")
            points.append((index, label, point["N"], data_points, point["S"],
                           parameters.get("/noise/sigma", sigma), json.dumps(parameters), reason,
                           point["S"] if p is None else p * point["N"], combination,
                           scheme.get("active", point["N"])))
            for trial in range(0 if reason else trials):
                # The seed knows the trial and the sizes, not the scheme: paired draws.
                generator = np.random.default_rng([trial, point["N"], point["S"]])
                lost = point["S"] if p is None else generator.binomial(point["N"], p)
                row = np.zeros((), TRIAL)
                for name in _FLOATS:
                    row[name] = np.nan
                row["point"], row["trial"], row["received"] = index, trial, point["N"] - lost
                for name, value in law({**point, "lost": lost}, generator).items():
                    row[name] = value
                rows.append(row)
    table = np.array(rows, TRIAL) if rows else np.empty(0, TRIAL)
    if changes is not None:
        changes(table)
    blank = np.zeros(fill, TRIAL)
    blank["point"] = blank["trial"] = UNWRITTEN
    table = np.concatenate([table[::-1], blank])  # the order of the rows means nothing
    with h5py.File(path, "w") as file:
        head(file, config, finished, version)
        kind = POINT if version > 1 else POINT_1
        file["points"] = np.array([row[:len(kind)] for row in points], kind)
        file["trials"] = table
    return path


def head(file, config=None, finished=True, version=2):
    """Root attributes."""
    file.attrs["format"] = "laggard"
    file.attrs["format_version"] = version
    file.attrs["config"] = json.dumps(config or {})
    if finished:
        file.attrs["finished"] = "2024-01-01T00:00:00Z"


def write_surface(path, zero=True, optimum=True, holes=0):
    """A bowl in log lambda with its least value 0.01 at (1e-4, 1e-6)."""
    values = ([0.0] if zero else []) + list(10.0 ** np.arange(-9, 0.5, 1.0))
    rows = []
    for encode, decode in itertools.product(values, values):
        a = np.log10(max(encode, 3e-11)) + 4
        b = np.log10(max(decode, 3e-11)) + 6
        mse = 0.01 * (1 + 0.04 * a**2 + 0.08 * b**2 + 0.03 * a * b)
        rows.append((0, encode, decode, mse, mse * 0.9, mse * 1.1))
    surface = np.array(rows, SURFACE)
    surface["mse"][:holes] = np.nan
    with h5py.File(path, "w") as file:
        head(file)
        file["surface"] = surface
        if optimum:
            file["optimum"] = np.array([(0, 1e-4, 1e-6, 0.01)], OPTIMUM)
    return path


def add_predictions(path, side=12, classes=10, data_points=8, coded=True, shape=True, trial=0,
                    channels=1):
    """Blobs as inputs of the first combination; coded samples mix neighbours."""
    generator = np.random.default_rng(1)
    y, x = np.mgrid[:side, :side] / side
    centres = generator.uniform(0.2, 0.8, (data_points, 2))
    inputs = np.array([np.exp(-30 * ((x - a)**2 + (y - b)**2)).ravel() for a, b in centres])
    if channels > 1:  # channel first
        inputs = np.concatenate([inputs * c for c in np.linspace(1, 0.3, channels)], axis=1)
    truth = generator.dirichlet(np.full(classes, 0.2), data_points)
    with h5py.File(path, "a") as file:
        points = file["points"][()]
        first = points["parameters"][0]
        for row in points[points["parameters"] == first]:
            group = file.create_group(f"predictions/{row['point']}/{trial}")
            group["inputs"], group["truth"] = inputs, truth
            group["decoded"] = truth + 0.05 * generator.standard_normal(truth.shape)
            group["lost"] = np.array([0, 3], "u4")
            if coded:
                t = np.linspace(0, data_points - 1.001, int(row["workers"]))
                low = t.astype(int)
                mixed = inputs[low] + (t - low)[:, None] * (inputs[low + 1] - inputs[low])
                noise = 0.08 if row["scheme"] == b"bacc" else 0.01
                group["coded"] = mixed + noise * generator.standard_normal(mixed.shape)
            if shape:
                group["shape"] = np.array([channels, side, side], "u4")
    return path


def write_matrices(path, encoders):
    """A file of `laggard matrices`."""
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "laggard-matrices"
        for label, encoder in encoders.items():
            file[f"{label}/encoder"] = encoder
    return path


CURVE = np.dtype([("epoch", "u4")] + [(name, "f8") for name in (
    "learning_rate", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy",
    "seconds")])


def write_curves(path, epochs=10, validation=True, rate=0.002, kind="laggard-training", task=None):
    """Curves that overfit: the validation is best at epoch 6."""
    rows = np.zeros(epochs, CURVE)
    at = rows["epoch"] = np.arange(1, epochs + 1)
    rows["learning_rate"] = rate * (1 + np.cos(np.pi * (at - 1) / epochs)) / 2
    rows["train_loss"], rows["train_accuracy"] = 0.8 / at + 0.1, 0.95 - 0.2 / at
    rows["validation_loss"] = 0.3 + 0.004 * (at - 6.0) ** 2
    rows["validation_accuracy"] = 0.9 - 0.002 * (at - 6.0) ** 2
    rows["seconds"] = 1.5
    if not validation:
        rows["validation_loss"] = rows["validation_accuracy"] = np.nan
    with h5py.File(path, "w") as file:
        file.attrs["format"] = kind
        if task is not None:
            file.attrs["config"] = json.dumps({"task": task})
        file["curves"] = rows
    return path


STATUS = h5py.enum_dtype({"used": 0, "late": 1, "lost": 2, "failed": 3}, "u1")
WORKER = np.dtype([(name, "u4") for name in ("point", "trial", "worker", "rank")]
                  + [(name, "f8") for name in ("delay_seconds", "compute_seconds",
                                               "arrival_seconds")] + [("status", STATUS)])


def add_workers(path, compute=0.0, failed=0, trials=1):
    """Exponential delays in the first trials; worker 1 is lost, whoever misses 3/4 is late."""
    with h5py.File(path, "a") as file:
        rows, table = [], file["trials"][()]
        for point in file["points"][()]:
            for trial in range(trials):
                generator = np.random.default_rng(trial)
                count = int(point["workers"])
                row = np.zeros(count, WORKER)
                row["point"], row["trial"], row["worker"] = point["point"], trial, range(count)
                row["delay_seconds"] = 1 + generator.exponential(size=count)
                row["compute_seconds"] = compute or np.nan
                row["arrival_seconds"] = row["delay_seconds"] + compute
                cut = np.sort(row["arrival_seconds"])[3 * count // 4 - 1]
                row["status"] = row["arrival_seconds"] > cut
                row["status"][1], row["status"][2:2 + failed] = 2, 3
                for name in ("delay_seconds", "compute_seconds", "arrival_seconds"):
                    row[name][row["status"] > 1] = np.nan
                here = (table["point"] == point["point"]) & (table["trial"] == trial)
                table["completion_seconds"][here] = cut
                rows.append(row)
        file["workers"] = np.concatenate(rows)
        file["trials"][...] = table
    return path
