#!/usr/bin/env python3
"""Degraded accuracy of every base model, encoder and k, as one Markdown table: Ad in %, in brackets
the share of reconstructions with the model's own class. Epochs and training times for every k, from
the weights and from results/train-NAME.h5, as far as they are there.

    /usr/bin/python3 experiments/parm-accuracy/table.py results/parm-accuracy-*.h5
    /usr/bin/python3 experiments/parm-accuracy/table.py results/learned-code-{lenet5,mlp,resnet18}-*.h5
"""
import json
import pathlib
import re
import signal
import sys

import h5py
import numpy as np


def training(scheme):
    """How long the networks of a scheme were trained: epochs and minutes, "?" if unknown."""
    weights = pathlib.Path((scheme.get("parity") or [scheme.get("weights", "")])[0])
    if weights == pathlib.Path():
        return "0", "0"
    curves = pathlib.Path("results") / f"train-{weights.stem}.h5"
    epochs = minutes = "?"
    if weights.is_file():
        with h5py.File(weights) as file:
            epochs = str(json.loads(file.attrs["config"])["epochs"])
    if curves.is_file():
        with h5py.File(curves) as file:
            minutes = f"{file['curves']['seconds'].sum() / 60:.0f}"
    return epochs, minutes


def read(path, cells, base):
    with h5py.File(path) as file:
        config = json.loads(file.attrs["config"])
        points, summary = file["points"][()], file["summary"][()]
    name = re.fullmatch(r"(?:parm-accuracy|learned-code)-(\w+)-(\w+)", config["name"])
    if name is None:
        sys.exit(f"'{path}' is not of these configurations (its name is '{config['name']}')")
    groups = {}
    for number, row in enumerate(summary):
        point = points[row["point"]]
        schemes = json.loads(point["parameters"]).get("/schemes", config["schemes"])
        label = point["scheme"].decode()
        scheme = next(s for s in schemes if (s.get("label") or s["kind"]) == label)
        groups.setdefault((label, scheme["k"]), (scheme, []))[1].append(number)
    for (label, _), (scheme, rows) in groups.items():
        lost = summary["reconstructed"][rows]
        share = [100 * np.average(summary[column][rows], weights=lost)
                 for column in ("degraded_accuracy", "reconstruction_accuracy")]
        row = cells.setdefault(name.groups(), {}).setdefault(label, {})
        row[scheme["k"]] = ("{:.2f} ({:.1f})".format(*share), *training(scheme))
        base[name.groups()] = 100 * summary["base_accuracy"][rows].mean()


signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is no error
cells, base = {}, {}
for path in sys.argv[1:]:
    try:
        read(path, cells, base)
    except OSError as error:
        sys.exit(f"'{path}' cannot be read ({error}); is it still being written?")
sizes = sorted({k for codes in cells.values() for row in codes.values() for k in row})
print("| F, data | Aa | code | " + " | ".join(f"k = {k}" for k in sizes) + " | epochs | minutes |")
print("|---" * (5 + len(sizes)) + "|")
for (model, data), codes in cells.items():
    for number, (label, row) in enumerate(codes.items()):
        first = f"{model}, {data} | {base[model, data]:.2f}" if number == 0 else " | "
        columns = [row[k][0] if k in row else "" for k in sizes]
        columns += [", ".join(row[k][i] for k in sizes if k in row) for i in (1, 2)]
        print(f"| {first} | {label} | " + " | ".join(columns) + " |")
